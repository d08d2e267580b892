import type { StepHandler } from '../../provider.ts'
import { faultOf } from '../account.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData, resellersData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, proveBy, showsChange, trueAlready } from '../standing.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

/** setupreseller. */
export const makeReseller: StepHandler = {
  label: 'step.make-reseller',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',

  before: (panel, context) =>
    mustStand(panel, context, async (item) => {
      const listed = await ours(panel).client.ask('listresellers', {}, resellersData)
      if (listed.kind !== 'done') return { kind: 'unavailable', fault: faultOf(listed) }
      return listed.data.reseller.includes(context.step.account)
        ? trueAlready(context)
        : { kind: 'go', before: item.owner }
    }),

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'setupreseller',
      { user: step.account, makeowner: step.params.owner_self === true },
      anyData,
      { timeout: WRITE_TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  async prove(panel, context) {
    const { step } = context
    const listed = await ours(panel).client.ask('listresellers', {}, resellersData)
    if (listed.kind !== 'done') return { kind: 'unknown', fault: faultOf(listed) }
    const isReseller = listed.data.reseller.includes(step.account)
    const verdict = await proveBy(panel, context, ({ owner }) =>
      showsChange(
        isReseller && (step.params.owner_self !== true || owner === step.account),
        !isReseller && owner === step.before,
      ),
    )
    return verdict.kind === 'unknown'
      ? verdict
      : { ...verdict, evidence: `${isReseller} ${verdict.evidence}` }
  },
}
