import type { ChoiceList } from '../../contract/dialect.ts'
import type { Message } from '../../contract/text.ts'
import type { Answer, OfferedChoices } from '../provider.ts'
import { answerOf } from './account.ts'
import { isGrantable, readAclLists } from './acl-lists.ts'
import { accountsData, sharedIpData } from './functions.ts'
import { type Package, readPackages } from './packages.ts'
import { isProtected } from './protected.ts'
import type { WhmClient } from './whm-client.ts'

type Choice = OfferedChoices['choices'][number]

/** `null` is unlimited; what the server does not tell is left out. */
function factsOf({ limits }: Package): Message[] {
  const { disk, bandwidth, email_accounts } = limits
  return [
    ...(disk === undefined ? [] : [{ code: 'choice.disk', params: { size: disk } }]),
    ...(bandwidth === undefined ? [] : [{ code: 'choice.bandwidth', params: { size: bandwidth } }]),
    ...(email_accounts === undefined
      ? []
      : [{ code: 'choice.email_accounts', params: { number: email_accounts } }]),
  ]
}

async function packages(client: WhmClient): Promise<Answer<Choice[]>> {
  const found = await readPackages(client)
  if (!found.ok) return found
  return {
    ok: true,
    value: found.value.map((one) => ({
      value: one.name,
      label: one.name,
      facts: factsOf(one),
      disabled: false,
    })),
  }
}

async function acls(client: WhmClient): Promise<Answer<Choice[]>> {
  const lists = await readAclLists(client)
  if (!lists.ok) return lists
  return {
    ok: true,
    value: lists.value.map((list) => ({
      value: list.name,
      label: list.name,
      facts: [],
      disabled: !isGrantable(list),
    })),
  }
}

/** Addresses known to serve: the shared one, and those accounts are on. */
async function ips(client: WhmClient): Promise<Answer<Choice[]>> {
  const [shared, accounts] = await Promise.all([
    client.ask('get_shared_ip', {}, sharedIpData),
    client.ask('listaccts', { want: 'user,domain,ip' }, accountsData),
  ])
  if (shared.kind !== 'done' && accounts.kind !== 'done') return answerOf(shared, () => [])
  const known = new Set<string>()
  if (shared.kind === 'done') known.add(shared.data.ip)
  if (accounts.kind === 'done')
    for (const { ip } of accounts.data.acct) if (ip !== null && ip !== '') known.add(ip)
  return {
    ok: true,
    value: [...known].map((ip) => ({ value: ip, label: ip, facts: [], disabled: false })),
  }
}

async function accounts(client: WhmClient, api_user: string): Promise<Answer<Choice[]>> {
  const outcome = await client.ask('listaccts', { want: 'user,domain,owner,plan' }, accountsData)
  return answerOf(outcome, ({ acct }) =>
    acct
      .map(({ user, domain, owner, plan }) => ({
        value: user,
        label: user,
        facts: [{ code: 'choice.account', params: known({ domain, package: plan, owner }) }],
        disabled: isProtected(user, api_user),
      }))
      .sort((a, b) => (a.value < b.value ? -1 : 1)),
  )
}

/** What the server told; the rest is shown as a dash. */
function known(facts: Record<string, string | null | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).filter((fact): fact is [string, string] => Boolean(fact[1])),
  )
}

/** What a form offers, asked of the server now. */
export async function readChoices(
  client: WhmClient,
  api_user: string,
  list: Exclude<ChoiceList, 'password-policy'>,
): Promise<Answer<OfferedChoices>> {
  const found = await readList(client, api_user, list)
  return found.ok ? { ok: true, value: { choices: found.value } } : found
}

function readList(
  client: WhmClient,
  api_user: string,
  list: Exclude<ChoiceList, 'password-policy'>,
): Promise<Answer<Choice[]>> {
  switch (list) {
    case 'packages':
      return packages(client)
    case 'acls':
      return acls(client)
    case 'ips':
      return ips(client)
    case 'accounts':
      return accounts(client, api_user)
  }
}
