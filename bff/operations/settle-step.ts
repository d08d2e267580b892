import type { Statement } from '../../db/connect.ts'
import { type StepRow, servicesBoundTo } from '../../db/operations.ts'
import type { Message } from '../contract/text.ts'
import { storedActor } from '../log/stored-actor.ts'
import type { StepHandler } from '../providers/provider.ts'
import { cascadedService } from './cascaded-service.ts'
import { attentionStatements } from './finish.ts'
import { entryStatements } from './log.ts'
import { stepMove } from './moves.ts'
import { actionNow } from './plan.ts'
import { nextProofAt } from './proof-schedule.ts'
import { planEnds } from './schedule.ts'
import { handlerOf, reasonOf, type Turn, warningsOf, writeHeld } from './turn.ts'
import { checkingStep } from './waiting.ts'

/** The step had its effect: the server said so, or two reads did. */
export async function stepSucceeded(
  turn: Turn,
  step: StepRow,
  handler: StepHandler,
  how: 'answered' | 'proven',
  warnings: readonly Message[],
): Promise<void> {
  const { deps, operation } = turn
  const now = deps.clock.now()
  await writeHeld(
    turn,
    how === 'answered' ? 'step_answered' : 'step_proven',
    {
      lease_until: now + deps.timings.lease,
      warnings: JSON.stringify([...warningsOf(turn), ...warnings]),
    },
    [
      ...stepMove(operation, step.seq, how, { finished_at: now, error: null }),
      ...(await otherServiceStatements(turn, step, handler, now)),
    ],
  )
}

/** A cascade's step tells the service of the account it was about. */
async function otherServiceStatements(
  turn: Turn,
  step: StepRow,
  handler: StepHandler,
  now: number,
): Promise<Statement[]> {
  const { deps, operation, service } = turn
  if (handler.effect === undefined) return []
  const bound = await servicesBoundTo(deps.db, operation.server, [step.account])
  const other = bound.find((row) => row.tenant === operation.tenant && row.id !== service.id)
  if (other === undefined) return []
  const action = actionNow(operation)
  const actor = storedActor(operation.actor)
  return [
    ...cascadedService(turn, other, handler.effect, now),
    ...entryStatements({
      tenant: other.tenant,
      service: other.id,
      version: other.version + 1,
      now,
      level: 'warning',
      actor,
      action,
      operation: operation.id,
      reason: reasonOf(turn.input),
      duration_ms: null,
      message: { code: 'log.action.cascaded', params: { action } },
      detail: [],
    }),
    ...planEnds(other.tenant, other.id, { id: operation.id, action }, actor, now),
  ]
}

/** The call may have happened: it is read back, or a person must look where nothing can be read. */
export async function becomeUncertain(turn: Turn, step: StepRow, code: string): Promise<'stopped'> {
  const { deps, operation } = turn
  const now = deps.clock.now()
  const handler = handlerOf(turn, step)
  const error = JSON.stringify({ code: `error.${code}` })
  const uncertain = stepMove(operation, step.seq, 'answer_lost', { error })
  if (handler.proof === 'never') return toPerson(turn, { ...step, error }, uncertain)
  await writeHeld(
    turn,
    'answer_lost',
    {
      owner: null,
      lease_until: 0,
      next_at: nextProofAt(step.sent_at ?? now, now, deps.timings),
      waiting: checkingStep(step, now),
    },
    uncertain,
  )
  return 'stopped'
}

/** What cannot be known by reading is a person's to look at. */
export async function toPerson(
  { deps, claim, operation }: Turn,
  step: StepRow,
  more: readonly Statement[] = [],
): Promise<'stopped'> {
  const now = deps.clock.now()
  await deps.db.write([
    ...attentionStatements(
      claim,
      operation,
      { code: 'waiting.attention_unprovable', params: { until: step.quarantine_until ?? now } },
      now,
      step,
    ),
    ...more,
  ])
  return 'stopped'
}
