import type { StepHandler } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { type AccountItem, anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, oneLine, proveBy, showsChange, trueAlready } from '../standing.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

/** Which suspension it is: another one is not the one that was to be lifted. Pure. */
function suspensionOf({ suspendtime, suspendreason }: AccountItem): string {
  return `${suspendtime ?? ''} ${suspendreason ?? ''}`
}

/** unsuspendacct, of one account and nothing it owns. */
export const unsuspendAccount: StepHandler = {
  label: 'step.unsuspend',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',
  effect: 'active',

  before: (panel, context) =>
    mustStand(panel, context, (item) => {
      const { suspended, is_locked } = item
      if (!suspended) return trueAlready(context)
      // Suspended anew since, for another reason: that is not for this operation to lift.
      const { reason } = context.step.params
      if (typeof reason === 'string' && oneLine(item.suspendreason) !== oneLine(reason))
        return { kind: 'skip' }
      const isRoot = ours(panel).target.user === 'root' || context.situation.rights?.all === true
      return is_locked && !isRoot
        ? { kind: 'stop', code: 'locked' }
        : { kind: 'go', before: suspensionOf(item) }
    }),

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'unsuspendacct',
      { user: step.account },
      anyData,
      {
        timeout: WRITE_TIMEOUT,
        ...departure,
      },
    )
    return sendOutcomeOf(outcome, context)
  },

  prove: (panel, context) =>
    proveBy(panel, context, (item) =>
      showsChange(!item.suspended, suspensionOf(item) === context.step.before),
    ),
}
