import type { StepHandler } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, oneLine, proveBy, showsChange, sinceSent, trueAlready } from '../standing.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

/** suspendacct, of one account and nothing it owns. */
export const suspendAccount: StepHandler = {
  label: 'step.suspend',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',
  effect: 'suspended',

  before: (panel, context) =>
    mustStand(panel, context, ({ suspended }) =>
      suspended ? trueAlready(context) : { kind: 'go', before: null },
    ),

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'suspendacct',
      {
        user: step.account,
        reason: String(step.params.reason),
        disallowun: step.params.lock === true,
        'leave-ftp-accts-enabled': step.params.keep_ftp === true,
      },
      anyData,
      { timeout: WRITE_TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  prove: (panel, context) =>
    proveBy(panel, context, ({ suspended, suspendreason, suspendtime, is_locked }) => {
      const { params } = context.step
      // It was not suspended before: a suspension that is not ours in every part is somebody else's.
      return showsChange(
        suspended &&
          oneLine(suspendreason) === oneLine(String(params.reason)) &&
          is_locked === (params.lock === true) &&
          (suspendtime === null || sinceSent(suspendtime, context)),
        !suspended,
      )
    }),
}
