import type { StepHandler } from '../../provider.ts'
import { findGrantable } from '../acl-lists.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, proveBy } from '../standing.ts'

const TIMEOUT = 60_000

/**
 * setacls, with a saved list. No function reads a reseller's rights back; the call replaces all of them, so it is made
 * again once the first can no longer be running.
 */
export const setAcls: StepHandler = {
  label: 'step.set-acls',
  timeout: TIMEOUT,
  proof: 'by_repeating',

  before: (panel, context) =>
    mustStand(panel, context, async () => {
      const list = await findGrantable(ours(panel).client, String(context.step.params.acl))
      if (list.ok) return { kind: 'go', before: null }
      const { fault } = list
      return fault.transport ? { kind: 'unavailable', fault } : { kind: 'stop', code: fault.code }
    }),

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'setacls',
      { reseller: step.account, acllist: String(step.params.acl) },
      anyData,
      { timeout: TIMEOUT, ...departure },
    )
    const sent = sendOutcomeOf(outcome, context)
    // That the second call never left says nothing of the first, which nobody can read back.
    return sent.kind === 'unsent' && step.attempt > 1 ? { ...sent, kind: 'uncertain' } : sent
  },

  prove: (panel, context) => proveBy(panel, context, () => 'absent'),
}
