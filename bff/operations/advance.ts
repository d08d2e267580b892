import { z } from 'zod'
import { isUniqueConflict, type Statement } from '../../db/connect.ts'
import { type Claim, type StepRow, servicesBoundTo, stepChanged } from '../../db/operations.ts'
import { feedInserted, serviceSettled } from '../../db/settlement.ts'
import { actorSchema } from '../contract/operation.ts'
import type { Message } from '../contract/text.ts'
import type { AccountSnapshot, StepHandler } from '../providers/provider.ts'
import type { EngineDeps } from './deps.ts'
import {
  attentionStatements,
  failedStatements,
  serviceColumns,
  succeededStatements,
} from './finish.ts'
import { entryStatements } from './log.ts'
import { fail, prepareTurn, refreshSituation } from './prepare.ts'
import { decide, nextProofAt, type SeenProof } from './proof-schedule.ts'
import { openSecrets } from './secrets.ts'
import { beginTurn, reasonOf, stepContext, type Turn, writeHeld } from './turn.ts'

const seenSchema: z.ZodType<SeenProof> = z.object({
  kind: z.enum(['done', 'absent', 'foreign']),
  evidence: z.string(),
  at: z.number(),
})
const messagesSchema = z.array(
  z.object({
    code: z.string(),
    params: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .default({}),
  }),
)

/** Takes an operation as far as it can go now: to its end, to its next read-back, or to a person. */
export async function advance(deps: EngineDeps, claim: Claim): Promise<void> {
  const turn = await beginTurn(deps, claim)
  if (turn === undefined) return
  if (turn.operation.state === 'checking') {
    const uncertain = turn.steps.find((step) => step.state === 'uncertain')
    if (uncertain !== undefined && (await check(turn, uncertain)) !== 'go_on') return
  } else if (turn.operation.cancel_wanted && turn.steps.every((step) => step.sent_at === null)) {
    await deps.db.write(
      failedStatements(
        claim,
        turn.operation,
        { code: 'error.cancelled' },
        [],
        null,
        deps.clock.now(),
        'cancelled',
      ),
    )
    return
  }
  if (!turn.operation.prepared) {
    if ((await prepareTurn(turn)) !== 'ready') return
  } else if ((await refreshUnlessStarted(turn)) === 'ended') return
  await runSteps(turn)
}

async function refreshUnlessStarted(turn: Turn): Promise<'ready' | 'ended'> {
  return turn.steps.some((step) => step.state !== 'pending') ? 'ready' : refreshSituation(turn)
}

function handlerOf(turn: Turn, step: StepRow): StepHandler {
  const handler = turn.deps.provider.steps[step.name]
  if (handler === undefined) throw new Error(`no handler for step ${step.name}`)
  return handler
}

async function runSteps(turn: Turn): Promise<void> {
  for (;;) {
    const step = turn.steps.find((candidate) => candidate.state === 'pending')
    if (step === undefined) return finish(turn)
    if ((await runStep(turn, step)) === 'stopped') return
  }
}

/** A definite no: if steps before it were done, the rest is a partial success. */
async function stopAt(turn: Turn, step: StepRow, error: Message): Promise<'stopped'> {
  const { deps, claim, operation } = turn
  const now = deps.clock.now()
  const done = turn.steps.filter((other) => other.state === 'succeeded')
  const rest = turn.steps.filter((other) => other.state === 'pending' && other.seq !== step.seq)
  const partial = done.length > 0
  const bound = partial ? await partialChange(turn) : []
  await deps.db.write([
    ...failedStatements(
      claim,
      operation,
      partial
        ? {
            code: 'error.partial',
            params: { done: done.length, total: turn.steps.length, cause: error.code },
          }
        : error,
      warningsOf(turn),
      reasonOf(turn.input),
      now,
    ),
    stepChanged(operation.id, step.seq, {
      state: 'failed',
      finished_at: now,
      error: JSON.stringify(error),
    }),
    ...rest.map((other) => stepChanged(operation.id, other.seq, { state: 'skipped' })),
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
    feedInserted(
      turn.operation.tenant,
      turn.service.id,
      'service',
      turn.service.id,
      turn.service.version + 1,
      now,
    ),
  ]
}

async function runStep(turn: Turn, step: StepRow): Promise<'on' | 'stopped'> {
  const { deps, operation } = turn
  const handler = handlerOf(turn, step)
  const secrets = await openSecrets(deps, operation.tenant, operation.id, operation.secrets)
  const verdict = await handler.before(turn.panel, stepContext(turn, step, secrets))
  switch (verdict.kind) {
    case 'already_so':
      if (!turn.steps.some((other) => other.state === 'succeeded') && step.attempt === 0)
        return stopAt(turn, step, { code: 'error.already_so' })
      await writeHeld(turn, {}, [stepChanged(operation.id, step.seq, { state: 'skipped' })])
      return 'on'
    case 'skip':
      await writeHeld(turn, { state: 'running' }, [
        stepChanged(operation.id, step.seq, { state: 'skipped' }),
      ])
      return 'on'
    case 'stop':
      return stopAt(turn, step, {
        code: `error.${verdict.code}`,
        ...(verdict.params === undefined ? {} : { params: verdict.params }),
      })
    case 'unavailable':
      return stopAt(turn, step, { code: `error.${verdict.fault.code}` })
    case 'go':
      break
  }
  const sent_at = deps.clock.now()
  const quarantine =
    handler.proof === 'never' ? deps.timings.unprovable_quarantine : deps.timings.quarantine
  await writeHeld(
    turn,
    {
      state: 'running',
      lease_until: sent_at + handler.timeout + deps.timings.lease_margin,
      waiting: null,
    },
    [
      stepChanged(operation.id, step.seq, {
        state: 'sent',
        attempt: step.attempt + 1,
        sent_at,
        quarantine_until: sent_at + quarantine,
        before: JSON.stringify(verdict.before),
        last_proof: null,
      }),
      feedInserted(
        operation.tenant,
        operation.service,
        'operation',
        operation.id,
        operation.version + 1,
        sent_at,
      ),
    ],
  )
  const sent = turn.steps.find((other) => other.seq === step.seq)
  if (sent === undefined) throw new Error('a step went away')
  // A process stopped between the write and here must not send: its lease may be somebody else's by now.
  if (deps.clock.now() > turn.operation.lease_until - handler.timeout) return 'stopped'
  const outcome = await handler.send(
    turn.panel,
    stepContext(turn, sent, secrets),
    AbortSignal.timeout(handler.timeout),
  )
  switch (outcome.kind) {
    case 'done':
      await stepSucceeded(turn, sent, handler, outcome.warnings)
      return 'on'
    case 'refused':
      // On a second try "already there" may be our own late success: only reading tells.
      if (sent.attempt > 1 && handler.proof === 'by_reading')
        return becomeUncertain(turn, sent, outcome.code)
      return stopAt(turn, sent, {
        code: `error.${outcome.code}`,
        ...(outcome.params === undefined ? {} : { params: outcome.params }),
      })
    case 'unsent':
      return stopAt(turn, sent, {
        code: `error.${outcome.code}`,
        ...(outcome.params === undefined ? {} : { params: outcome.params }),
      })
    case 'uncertain':
      return becomeUncertain(turn, sent, outcome.code)
  }
}

async function stepSucceeded(
  turn: Turn,
  step: StepRow,
  handler: StepHandler,
  warnings: readonly Message[],
): Promise<void> {
  const { deps, operation } = turn
  const now = deps.clock.now()
  await writeHeld(
    turn,
    {
      state: 'running',
      lease_until: now + deps.timings.lease,
      warnings: JSON.stringify([...warningsOf(turn), ...warnings]),
    },
    [
      stepChanged(operation.id, step.seq, { state: 'succeeded', finished_at: now, error: null }),
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
  const gone = handler.effect === 'deleted'
  return [
    serviceSettled(other.tenant, other.id, {
      state: handler.effect,
      since: now,
      ...(gone ? { bound_at: null, snapshot: null, snapshot_at: null } : {}),
    }),
    ...entryStatements({
      tenant: other.tenant,
      service: other.id,
      version: other.version + 1,
      now,
      level: 'warning',
      actor: actorSchema.parse(JSON.parse(operation.actor)),
      action: operation.action,
      operation: operation.id,
      reason: reasonOf(turn.input),
      duration_ms: null,
      message: { code: 'log.action.cascaded', params: { action: operation.action } },
      detail: [],
    }),
    feedInserted(other.tenant, other.id, 'service', other.id, other.version + 1, now),
  ]
}

async function becomeUncertain(turn: Turn, step: StepRow, code: string): Promise<'stopped'> {
  const { deps, operation, claim } = turn
  const now = deps.clock.now()
  const handler = handlerOf(turn, step)
  const uncertain = stepChanged(operation.id, step.seq, {
    state: 'uncertain',
    error: JSON.stringify({ code: `error.${code}` }),
  })
  if (handler.proof === 'never') {
    await deps.db.write([
      ...attentionStatements(
        claim,
        operation,
        { code: 'waiting.attention_unprovable', params: { until: step.quarantine_until ?? now } },
        now,
      ),
      uncertain,
    ])
    return 'stopped'
  }
  await writeHeld(
    turn,
    {
      state: 'checking',
      owner: null,
      lease_until: 0,
      next_at: nextProofAt(step.sent_at ?? now, now, deps.timings),
      waiting: JSON.stringify({
        code: 'waiting.checking',
        params: { until: step.quarantine_until ?? now },
      }),
    },
    [
      uncertain,
      feedInserted(
        operation.tenant,
        operation.service,
        'operation',
        operation.id,
        operation.version + 1,
        now,
      ),
    ],
  )
  return 'stopped'
}

/** One read-back of an uncertain step. */
async function check(turn: Turn, step: StepRow): Promise<'go_on' | 'stopped'> {
  const { deps, claim, operation } = turn
  const handler = handlerOf(turn, step)
  if (handler.proof === 'never') return becomeUncertain(turn, step, 'outcome_unknown')
  const verdict = await handler.prove(turn.panel, stepContext(turn, step, {}))
  const now = deps.clock.now()
  const seen = step.last_proof === null ? null : seenSchema.parse(JSON.parse(step.last_proof))
  const decision = decide(
    {
      sent_at: step.sent_at ?? now,
      quarantine_until: step.quarantine_until ?? now,
      attempt: step.attempt,
      seen,
      cancel_wanted: operation.cancel_wanted,
    },
    verdict,
    now,
    deps.timings,
  )
  switch (decision.kind) {
    case 'wait':
      await writeHeld(
        turn,
        {
          owner: null,
          lease_until: 0,
          next_at: decision.until,
          waiting: JSON.stringify({
            code: 'waiting.checking',
            params: { until: step.quarantine_until ?? now },
          }),
        },
        [
          stepChanged(operation.id, step.seq, {
            last_proof: decision.seen === null ? null : JSON.stringify(decision.seen),
          }),
        ],
      )
      return 'stopped'
    case 'succeeded':
      await stepSucceeded(turn, step, handler, [])
      return 'go_on'
    case 'resend':
      await writeHeld(turn, { state: 'running', lease_until: now + deps.timings.lease }, [
        stepChanged(operation.id, step.seq, { state: 'pending', last_proof: null }),
      ])
      return 'go_on'
    case 'cancelled':
      await deps.db.write([
        ...failedStatements(
          claim,
          operation,
          { code: 'error.cancelled' },
          [],
          null,
          now,
          'cancelled',
        ),
        stepChanged(operation.id, step.seq, { state: 'failed', finished_at: now }),
      ])
      return 'stopped'
    case 'foreign':
      if (decision.code === 'account_conflict')
        return stopAt(turn, step, { code: 'error.account_conflict' })
      await deps.db.write(
        attentionStatements(claim, operation, { code: `waiting.attention_${decision.code}` }, now),
      )
      return 'stopped'
    case 'attention':
      await deps.db.write(
        attentionStatements(claim, operation, { code: `waiting.attention_${decision.code}` }, now),
      )
      return 'stopped'
  }
}

function warningsOf(turn: Turn): Message[] {
  return messagesSchema.parse(JSON.parse(turn.operation.warnings))
}

/** The account after the last step; undefined when it cannot be read now. */
async function accountAfter(turn: Turn): Promise<AccountSnapshot | null | undefined> {
  const named = turn.input.username
  const username =
    turn.situation.service.identity?.username ??
    turn.steps[0]?.account ??
    (typeof named === 'string' ? named : undefined)
  if (username === undefined) return null
  const answer = await turn.panel.account(username)
  return answer.ok ? answer.value : undefined
}

async function finish(turn: Turn): Promise<void> {
  const { deps, claim, operation, action } = turn
  const touches = turn.steps.length > 0 || action.needs.length > 0
  const after = touches ? await accountAfter(turn) : null
  const now = deps.clock.now()
  if (after === undefined && turn.situation.service.identity === null) {
    // Without the account there is nothing to bind: the steps are done, so only reading is tried again.
    await writeHeld(turn, {
      state: 'checking',
      owner: null,
      lease_until: 0,
      next_at: now + (deps.timings.proof_after[0] ?? deps.timings.proof_every),
      waiting: JSON.stringify({ code: 'waiting.reading_account' }),
    })
    return
  }
  const settlement = action.settle(turn.situation, turn.input, after ?? null)
  if (touches && turn.situation.service.identity === null && settlement.change.bind === undefined) {
    // It was there to bind an account: with none bound, a success would be a lie.
    await fail(turn, { code: 'error.account_not_found' })
    return
  }
  const effects = turn.steps
    .filter((step) => step.state === 'succeeded')
    .map((step) => ({ account: step.account, effect: handlerOf(turn, step).effect }))
  const suspended = effects
    .filter((step) => step.effect === 'suspended')
    .map((step) => step.account)
  const lifted = effects.some((step) => step.effect === 'active')
  try {
    await deps.db.write(
      succeededStatements(
        claim,
        operation,
        turn.service,
        settlement,
        after,
        suspended.length > 0 ? suspended : lifted ? null : undefined,
        warningsOf(turn),
        reasonOf(turn.input),
        now,
      ),
    )
  } catch (error) {
    if (!isUniqueConflict(error)) throw error
    await fail(turn, { code: 'error.account_conflict' })
  }
}
