import type { StepRow } from '../../db/operations.ts'
import { stepMove } from './moves.ts'
import { openSecrets } from './secrets.ts'
import { becomeUncertain, stepSucceeded } from './settle-step.ts'
import { stopAt } from './stop.ts'
import { handlerOf, stepContext, type Turn, writeHeld } from './turn.ts'

/** Guards one step, writes it down as *sent*, makes its call and settles what came back. */
export async function runStep(turn: Turn, step: StepRow): Promise<'on' | 'stopped'> {
  const { deps, operation } = turn
  const handler = handlerOf(turn, step)
  const secrets = await openSecrets(deps, operation.tenant, operation.id, operation.secrets)
  const verdict = await handler.before(turn.panel, stepContext(turn, step, secrets))
  switch (verdict.kind) {
    case 'already_so':
      if (!turn.steps.some((other) => other.state === 'succeeded') && step.attempt === 0)
        return stopAt(turn, step, { code: 'error.already_so' })
      await writeHeld(turn, 'step_skipped', {}, stepMove(operation.id, step.seq, 'nothing_to_do'))
      return 'on'
    case 'skip':
      await writeHeld(turn, 'step_skipped', {}, stepMove(operation.id, step.seq, 'nothing_to_do'))
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
    'step_sent',
    {
      lease_until: sent_at + handler.timeout + deps.timings.lease_margin,
      waiting: null,
    },
    [
      ...stepMove(operation.id, step.seq, 'sent', {
        attempt: step.attempt + 1,
        sent_at,
        quarantine_until: sent_at + quarantine,
        before: JSON.stringify(verdict.before),
        last_proof: null,
      }),
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
      await stepSucceeded(turn, sent, handler, 'answered', outcome.warnings)
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
