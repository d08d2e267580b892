import { withinBound } from '../../db/claims.ts'
import type { Statement } from '../../db/connect.ts'
import type { StepRow } from '../../db/operations.ts'
import type { BeforeVerdict, PanelFault } from '../providers/provider.ts'
import { stepMove } from './moves.ts'
import { openSecrets } from './secrets.ts'
import { becomeUncertain, stepSucceeded } from './settle-step.ts'
import { isPassing, sentUnlessFull, waitForServer } from './silent-server.ts'
import { stopAt } from './stop.ts'
import { handlerOf, stepContext, type Turn, writeHeld } from './turn.ts'

/** Whether a step that was sent before finds its goal reached, or the account no longer as it was before the first attempt. Pure. */
function hasMoved(verdict: BeforeVerdict, step: StepRow): boolean {
  switch (verdict.kind) {
    case 'already_so':
    case 'skip':
      return true
    case 'go':
      return JSON.stringify(verdict.before) !== step.before
    case 'stop':
    case 'unavailable':
      return false
  }
}

function nothingToDo({ deps, operation }: Turn, step: StepRow): Statement[] {
  return stepMove(operation, step.seq, 'nothing_to_do', { finished_at: deps.clock.now() })
}

/** Nothing is sent a second time into a changed world: whose change it is, reading tells. */
async function readBackInstead(turn: Turn, step: StepRow): Promise<'stopped'> {
  const { deps, operation } = turn
  await writeHeld(
    turn,
    'goal_found',
    { owner: null, lease_until: 0, next_at: deps.clock.now() },
    stepMove(operation, step.seq, 'goal_found', { last_proof: null }),
  )
  return 'stopped'
}

/** Guards one step, writes it down as *sent*, makes its call and settles what came back. */
export async function runStep(turn: Turn, step: StepRow): Promise<'on' | 'stopped'> {
  const { deps, operation } = turn
  const handler = handlerOf(turn, step)
  const secrets = await openSecrets(deps, operation.tenant, operation.id, operation.secrets)
  if (secrets === undefined) return stopAt(turn, step, { code: 'error.secrets_unreadable' })
  const verdict = await handler.before(turn.panel, stepContext(turn, step, secrets))
  if (step.attempt > 0 && hasMoved(verdict, step)) return readBackInstead(turn, step)
  switch (verdict.kind) {
    case 'already_so':
      if (!turn.steps.some((other) => other.state === 'succeeded'))
        return stopAt(turn, step, { code: 'error.already_so' })
      await writeHeld(turn, 'step_skipped', {}, nothingToDo(turn, step))
      return 'on'
    case 'skip':
      await writeHeld(turn, 'step_skipped', {}, nothingToDo(turn, step))
      return 'on'
    case 'stop':
      return stopAt(turn, step, {
        code: `error.${verdict.code}`,
        ...(verdict.params === undefined ? {} : { params: verdict.params }),
      })
    case 'unavailable':
      return isPassing(verdict.fault)
        ? waitOrStop(turn, step, verdict.fault)
        : stopAt(turn, step, { code: `error.${verdict.fault.code}` })
    case 'go':
      break
  }
  // Looked at before *sent* is written: a call that is not made must not count as one.
  if (deps.lines.until(operation.server) !== undefined) return waitOrStop(turn, step)
  const sent_at = deps.clock.now()
  const quarantine =
    handler.proof === 'never' ? deps.timings.unprovable_quarantine : deps.timings.quarantine
  const written = await sentUnlessFull(turn, () =>
    writeHeld(
      turn,
      'step_sent',
      {
        lease_until: sent_at + handler.timeout + deps.timings.lease_margin,
        waiting: null,
        waiting_since: null,
      },
      [
        ...stepMove(operation, step.seq, 'sent', {
          attempt: step.attempt + 1,
          sent_at,
          quarantine_until: sent_at + quarantine,
          // A late success of the first attempt is told from others' changes by how things were before that one.
          ...(step.attempt === 0
            ? { first_sent_at: sent_at, before: JSON.stringify(verdict.before) }
            : {}),
          last_proof: null,
        }),
        ...withinBound(operation.server, sent_at, deps.timings.writes_per_server),
      ],
    ),
  )
  if (written === 'waiting') return 'stopped'
  const sent = turn.steps.find((other) => other.seq === step.seq)
  if (sent === undefined) throw new Error('a step went away')
  // A process that was stopped since must not send: its lease may be somebody else's by the time of the answer.
  const latest = turn.operation.lease_until - handler.timeout
  const mayLeave = () => deps.clock.now() <= latest
  if (!mayLeave()) return stopAt(turn, sent, { code: 'error.held_up' })
  const outcome = await handler.send(turn.panel, stepContext(turn, sent, secrets), {
    signal: AbortSignal.timeout(handler.timeout),
    mayLeave,
  })
  switch (outcome.kind) {
    case 'done':
      await stepSucceeded(turn, sent, handler, 'answered', outcome.warnings)
      return 'on'
    case 'refused':
    case 'unsent':
      return stopAt(turn, sent, {
        code: `error.${outcome.code}`,
        ...(outcome.params === undefined ? {} : { params: outcome.params }),
      })
    case 'uncertain':
      return becomeUncertain(turn, sent, outcome.code)
  }
}

async function waitOrStop(turn: Turn, step: StepRow, fault?: PanelFault): Promise<'stopped'> {
  return (await waitForServer(turn, fault)) === 'waiting'
    ? 'stopped'
    : stopAt(turn, step, { code: 'error.server_unreachable' })
}
