import type { Statement } from '../../db/connect.ts'
import type { StepRow } from '../../db/operations.ts'
import { serviceSettled } from '../../db/settlement.ts'
import type { Message } from '../contract/text.ts'
import { accountAfter } from './account-after.ts'
import { failedStatements, serviceColumns } from './finish.ts'
import { leftUnknown, leftUnknownStatements } from './left-unknown.ts'
import { restNeverReached, stepMove } from './moves.ts'
import { reasonOf, type Turn, warningsOf } from './turn.ts'

/** Steps of this operation, or of the one it retries, that have had their effect. */
function doneSteps({ operation, steps }: Turn): readonly StepRow[] {
  const before = operation.retry_of !== null
  return steps.filter(({ state }) => state === 'succeeded' || (before && state === 'skipped'))
}

/** A definite no: if steps before it were done, the rest is a partial success. */
export async function stopAt(turn: Turn, step: StepRow, error: Message): Promise<'stopped'> {
  const now = turn.deps.clock.now()
  return endShort(turn, error, now, [
    ...stepMove(turn.operation, step.seq, 'refused', {
      finished_at: now,
      error: JSON.stringify(error),
    }),
  ])
}

/** A person asked that nothing more is sent: what was done stays done, and can be gone on with. */
export async function stopBeforeNext(turn: Turn): Promise<'stopped'> {
  return endShort(turn, { code: 'error.cancelled' }, turn.deps.clock.now(), [])
}

/** Everything before the date was done, and nothing could be planned for it: what was done is in our record. */
export async function endUnplanned(turn: Turn, error: Message): Promise<void> {
  const { deps, claim, operation, input } = turn
  const now = deps.clock.now()
  await deps.db.write([
    ...failedStatements(claim, operation, error, warningsOf(turn), reasonOf(input), now),
    ...(await partialChange(turn)),
  ])
}

async function endShort(
  turn: Turn,
  error: Message,
  now: number,
  more: readonly Statement[],
): Promise<'stopped'> {
  const { deps, claim, operation } = turn
  const unknown = leftUnknown(turn.steps, deps.provider)
  if (unknown !== undefined) {
    await deps.db.write(leftUnknownStatements(claim, operation, unknown, now))
    return 'stopped'
  }
  const done = doneSteps(turn).length
  const partial = done > 0
  const bound = partial ? await partialChange(turn) : []
  const event = error.code === 'error.cancelled' && !partial ? 'stopped' : 'failed'
  await deps.db.write([
    ...failedStatements(
      claim,
      operation,
      partial
        ? { code: 'error.partial', params: { done, total: turn.steps.length, cause: error.code } }
        : error,
      warningsOf(turn),
      reasonOf(turn.input),
      now,
      event,
    ),
    ...more,
    restNeverReached(operation),
    ...bound,
  ])
  return 'stopped'
}

/** What a half-done operation has made true of the service: the account is bound, nothing is cleaned up. */
async function partialChange(turn: Turn): Promise<Statement[]> {
  const after = await accountAfter(turn)
  if (after === undefined || after === null) return []
  const { change } = turn.action.settle(turn.situation, turn.input, after)
  const now = turn.deps.clock.now()
  return [
    serviceSettled(
      turn.operation.tenant,
      turn.service.id,
      serviceColumns(turn.service, turn.operation.server, change, after, now),
    ),
  ]
}
