import type { ChoiceList } from '../../contract/dialect.ts'
import type { Choices } from '../../contract/resources.ts'
import type { Answer } from '../provider.ts'
import { answerOf } from './account.ts'
import { isGrantable, readAclLists } from './acl-lists.ts'
import { accountsData, sharedIpData } from './functions.ts'
import { type Package, readPackages } from './packages.ts'
import { isProtected } from './protected.ts'
import type { WhmClient } from './whm-client.ts'

type Choice = Choices['choices'][number]

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** A size without words of any language: `10 GB`, `1.5 GB`, `∞`. Pure. */
export function briefSize(bytes: number | null): string {
  if (bytes === null) return '∞'
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit++
  }
  return `${Math.round(size * 10) / 10} ${UNITS[unit]}`
}

function factsOf({ limits }: Package): string[] {
  const { disk, bandwidth, email_accounts } = limits
  return [
    ...(disk === undefined ? [] : [briefSize(disk)]),
    ...(bandwidth === undefined ? [] : [`⇅ ${briefSize(bandwidth)}`]),
    ...(email_accounts === undefined ? [] : [`@ ${email_accounts ?? '∞'}`]),
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
        facts: [domain, plan, owner].filter((fact): fact is string => fact !== null && fact !== ''),
        disabled: isProtected(user, api_user),
      }))
      .sort((a, b) => (a.value < b.value ? -1 : 1)),
  )
}

/** What a form offers, asked of the server now. */
export async function readChoices(
  client: WhmClient,
  api_user: string,
  list: Exclude<ChoiceList, 'password-policy'>,
): Promise<Answer<Choices>> {
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
