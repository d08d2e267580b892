import type { StepHandler } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { isPackage } from '../packages.ts'
import { mustStand, proveBy, showsChange, trueAlready } from '../standing.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

/** changepackage. */
export const changePackage: StepHandler = {
  label: 'step.change-package',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',

  before: (panel, context) =>
    mustStand(panel, context, ({ plan }) =>
      isPackage(plan, String(context.step.params.package), ours(panel).target.user)
        ? trueAlready(context)
        : { kind: 'go', before: plan },
    ),

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'changepackage',
      { user: step.account, pkg: String(step.params.package) },
      anyData,
      { timeout: WRITE_TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  prove: (panel, context) =>
    proveBy(panel, context, ({ plan }) => {
      const { params, before } = context.step
      const isWanted = isPackage(plan, String(params.package), ours(panel).target.user)
      return showsChange(isWanted && plan !== before, plan === before)
    }),
}
