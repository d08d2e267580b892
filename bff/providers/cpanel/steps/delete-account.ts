import type { BeforeVerdict, Panel, StepContext, StepHandler } from '../../provider.ts'
import { readItem, readOwned, readReseller } from '../account.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, proveBy, standing, trueAlready } from '../standing.ts'
import { verifyUsername } from '../username.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

/** An account that still owns others is not removed: they would be orphaned, and the next of its name would own them. */
async function ownsNothing(panel: Panel, context: StepContext): Promise<BeforeVerdict> {
  const { client } = ours(panel)
  const { account, params } = context.step
  const reseller = params.reseller === true || (await readReseller(client, account))
  if (reseller === null) return { kind: 'stop', code: 'reseller_unknown' }
  const owned = await readOwned(client, account)
  if (owned.ok)
    return owned.value.length === 0
      ? { kind: 'go', before: null }
      : { kind: 'stop', code: 'accounts_left' }
  if (owned.fault.transport) return { kind: 'unavailable', fault: owned.fault }
  // A token that may not list accounts can still delete one that never could own any.
  return reseller ? { kind: 'stop', code: 'owned_unknown' } : { kind: 'go', before: null }
}

/** removeacct, of one account. */
export const deleteAccount: StepHandler = {
  label: 'step.delete',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',
  effect: 'deleted',

  async before(panel, context) {
    const found = await standing(panel, context)
    if (found.kind === 'gone') return trueAlready(context)
    return mustStand(panel, context, () => ownsNothing(panel, context))
  },

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'removeacct',
      { username: step.account, keepdns: step.params.keep_dns === true },
      anyData,
      { timeout: WRITE_TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  async prove(panel, context) {
    const { client, target } = ours(panel)
    const item = await readItem(client, context.step.account)
    if (!item.ok) return { kind: 'unknown', fault: item.fault }
    if (item.value !== null) return proveBy(panel, context, () => 'absent')
    // A token of root's may have been given a part of root's rights only.
    if (context.situation.rights?.all ?? target.user === 'root')
      return { kind: 'done', evidence: 'no account' }
    // A reseller's token does not see accounts of others: only a free name shows that it is gone.
    const name = await verifyUsername(client, context.step.account)
    if (!name.ok) return { kind: 'unknown', fault: name.fault }
    return name.value === 'free'
      ? { kind: 'done', evidence: 'the name is free' }
      : { kind: 'unknown', fault: { code: 'account_forbidden', transport: false } }
  },
}
