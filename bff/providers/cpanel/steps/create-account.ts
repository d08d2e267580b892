import type { StepContext, StepHandler } from '../../provider.ts'
import { readItem } from '../account.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { isPackage } from '../packages.ts'
import { isProtected } from '../protected.ts'
import { evidenceOf, sinceSent } from '../standing.ts'
import { type Parameters, WRITE_TIMEOUT } from '../whm-client.ts'

function parametersOf({ step, secrets }: StepContext): Parameters {
  const { domain, package: plan, email, owner, owner_self, ip } = step.params
  return {
    username: step.account,
    domain: String(domain),
    plan: String(plan),
    password: secrets.password ?? '',
    // Without this the server's log has the password in clear.
    showpass: 'n',
    ...(typeof email === 'string' ? { contactemail: email } : {}),
    ...(owner_self === true ? { ownerself: true } : {}),
    ...(typeof owner === 'string' && owner_self !== true ? { owner } : {}),
    ...(typeof ip === 'string' ? { customip: ip } : {}),
  }
}

/** createacct. */
export const createAccount: StepHandler = {
  label: 'step.create',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',

  async before(panel, { step }) {
    const { client, target } = ours(panel)
    if (isProtected(step.account, target.user)) return { kind: 'stop', code: 'protected_account' }
    const item = await readItem(client, step.account)
    if (!item.ok) return { kind: 'unavailable', fault: item.fault }
    if (item.value === null) return { kind: 'go', before: null }
    // After a first attempt it may be that attempt's: the read-back tells.
    return step.attempt > 0 ? { kind: 'skip' } : { kind: 'stop', code: 'account_conflict' }
  },

  async send(panel, context, departure) {
    const { password, random } = context.secrets
    if (password === undefined) return { kind: 'refused', code: 'password_invalid' }
    const outcome = await ours(panel).client.call('createacct', parametersOf(context), anyData, {
      timeout: WRITE_TIMEOUT,
      ...departure,
    })
    const sent = sendOutcomeOf(outcome, context)
    return sent.kind === 'done' && random === 'yes'
      ? { kind: 'done', warnings: [{ code: 'warning.password_random' }, ...sent.warnings] }
      : sent
  },

  async prove(panel, context) {
    const { step } = context
    const item = await readItem(ours(panel).client, step.account)
    if (!item.ok) return { kind: 'unknown', fault: item.fault }
    if (item.value === null) return { kind: 'absent', evidence: 'no account' }
    const evidence = evidenceOf(item.value)
    const { domain, plan, unix_startdate } = item.value
    if (unix_startdate === null)
      return { kind: 'unknown', fault: { code: 'not_told', transport: false } }
    if (domain.toLowerCase() !== String(step.params.domain).toLowerCase())
      return { kind: 'foreign', evidence, code: 'account_conflict' }
    // Our domain where there was no account before, but not as ordered or too old: nobody can say here who made it.
    const isOurs =
      sinceSent(unix_startdate, context) &&
      isPackage(plan, String(step.params.package), ours(panel).target.user)
    return { kind: isOurs ? 'done' : 'changed', evidence }
  },
}
