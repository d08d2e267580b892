import type { StepHandler } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, proveBy, trueAlready } from '../standing.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

/** unsuspendacct, of one account and nothing it owns. */
export const unsuspendAccount: StepHandler = {
  label: 'step.unsuspend',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',
  effect: 'active',

  before: (panel, context) =>
    mustStand(panel, context, ({ suspended, is_locked }) => {
      if (!suspended) return trueAlready(context)
      const isRoot = ours(panel).target.user === 'root' || context.situation.rights?.all === true
      return is_locked && !isRoot ? { kind: 'stop', code: 'locked' } : { kind: 'go', before: null }
    }),

  async send(panel, context, signal) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'unsuspendacct',
      { user: step.account },
      anyData,
      {
        timeout: WRITE_TIMEOUT,
        signal,
      },
    )
    return sendOutcomeOf(outcome, context)
  },

  prove: (panel, context) => proveBy(panel, context, ({ suspended }) => !suspended),
}
