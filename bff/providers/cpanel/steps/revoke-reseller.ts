import type { StepHandler } from '../../provider.ts'
import { faultOf } from '../account.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData, resellersData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, proveBy, trueAlready } from '../standing.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

/** unsetupreseller. The accounts it owned stay as they are. */
export const revokeReseller: StepHandler = {
  label: 'step.revoke-reseller',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',

  before: (panel, context) =>
    mustStand(panel, context, async () => {
      const listed = await ours(panel).client.ask('listresellers', {}, resellersData)
      if (listed.kind !== 'done') return { kind: 'unavailable', fault: faultOf(listed) }
      return listed.data.reseller.includes(context.step.account)
        ? { kind: 'go', before: null }
        : trueAlready(context)
    }),

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'unsetupreseller',
      { user: step.account },
      anyData,
      { timeout: WRITE_TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  async prove(panel, context) {
    const listed = await ours(panel).client.ask('listresellers', {}, resellersData)
    if (listed.kind !== 'done') return { kind: 'unknown', fault: faultOf(listed) }
    const isReseller = listed.data.reseller.includes(context.step.account)
    const verdict = await proveBy(panel, context, () => (isReseller ? 'absent' : 'done'))
    return verdict.kind === 'unknown'
      ? verdict
      : { ...verdict, evidence: `${isReseller} ${verdict.evidence}` }
  },
}
