import type { AccountBrief, AccountSnapshot, Answer, PanelFault } from '../provider.ts'
import {
  type AccountItem,
  accountsData,
  countsData,
  nameserversData,
  resellersData,
} from './functions.ts'
import { limitOf, sizeLimitOf } from './quantities.ts'
import { VERDICTS } from './verdicts.ts'
import { isLasting } from './way.ts'
import type { CallOutcome, Failed, WhmClient } from './whm-client.ts'

/** What a call that gave no data tells the caller of a read. Pure. */
export function faultOf(failed: Pick<Failed, 'code' | 'cause' | 'until'>): PanelFault {
  const { code, cause, until } = failed
  const { transport } = VERDICTS[cause]
  return {
    code,
    transport,
    ...(transport && isLasting(cause) ? { lasting: true } : {}),
    ...(until === undefined ? {} : { until }),
  }
}

/** A read as an answer. Pure. */
export function answerOf<T, U>(outcome: CallOutcome<T>, pick: (data: T) => U): Answer<U> {
  return outcome.kind === 'done'
    ? { ok: true, value: pick(outcome.data) }
    : { ok: false, fault: faultOf(outcome) }
}

/** Identity, domain and owner of an account. Pure. */
export function briefOf(item: AccountItem): AccountBrief {
  return {
    username: item.user,
    domain: item.domain,
    owner: item.owner ?? 'root',
    started_at: item.unix_startdate ?? 0,
    uid: item.uid,
  }
}

const LIMITS = {
  addon_domains: 'maxaddons',
  parked_domains: 'maxparked',
  subdomains: 'maxsub',
  databases: 'maxsql',
  email_accounts: 'maxpop',
  ftp_accounts: 'maxftp',
  mailing_lists: 'maxlst',
} as const satisfies Record<string, keyof AccountItem>

function limitsOf(item: AccountItem): Readonly<Record<string, number | null>> {
  const limits: Record<string, number | null> = {}
  const disk = sizeLimitOf(item.disklimit)
  if (disk !== undefined) limits.disk = disk
  for (const [key, column] of Object.entries(LIMITS)) {
    const limit = limitOf(item[column])
    if (limit !== undefined) limits[key] = limit
  }
  return limits
}

/** One account as its server tells it. Pure. */
export function snapshotOf(
  item: AccountItem,
  more: Pick<AccountSnapshot, 'reseller' | 'owned' | 'nameservers'>,
): AccountSnapshot {
  return {
    ...briefOf(item),
    package: item.plan ?? '',
    ip: item.ip,
    // Where none is set the server says so in a word of its own.
    email: item.email === '*unknown*' || item.email === '' ? null : item.email,
    suspended: item.suspended,
    // An active account's reason is a sentence that says so.
    suspend_reason: item.suspended ? item.suspendreason : null,
    suspended_at: item.suspended ? item.suspendtime : null,
    locked: item.is_locked,
    limits: limitsOf(item),
    ...more,
  }
}

/** Reads the item of exactly this account; `null` where the server says there is none, or none of ours. */
export async function readItem(
  client: WhmClient,
  username: string,
): Promise<Answer<AccountItem | null>> {
  const outcome = await client.ask('accountsummary', { user: username }, accountsData)
  if (outcome.kind === 'refused') {
    const gone = outcome.code === 'account_not_found' || outcome.code === 'account_forbidden'
    return gone ? { ok: true, value: null } : { ok: false, fault: faultOf(outcome) }
  }
  if (outcome.kind !== 'done') return { ok: false, fault: faultOf(outcome) }
  const item = outcome.data.acct.find(({ user }) => user === username)
  // That there is none is said in words. An answer about somebody else is none to this question.
  return item === undefined
    ? { ok: false, fault: faultOf({ code: 'answer_unusable', cause: 'not_whm' }) }
    : { ok: true, value: item }
}

/** Whether an account is a reseller: the list of them, else its account counts; `null` where neither may be asked. */
export async function readReseller(client: WhmClient, username: string): Promise<boolean | null> {
  const listed = await client.ask('listresellers', {}, resellersData)
  if (listed.kind === 'done') return listed.data.reseller.includes(username)
  const counted = await client.ask('acctcounts', { user: username }, countsData)
  if (counted.kind === 'done') return true
  return counted.kind === 'refused' && counted.code === 'not_a_reseller' ? false : null
}

/** Accounts whose owner this is, itself left out. */
export async function readOwned(
  client: WhmClient,
  username: string,
): Promise<Answer<readonly AccountBrief[]>> {
  const outcome = await client.ask(
    'listaccts',
    {
      searchtype: 'owner',
      searchmethod: 'exact',
      search: username,
      want: 'user,domain,owner,unix_startdate,uid',
    },
    accountsData,
  )
  // Servers that do not know `searchmethod` search by expression: what is not exactly ours is left out again.
  return answerOf(outcome, ({ acct }) =>
    acct.filter(({ owner, user }) => owner === username && user !== username).map(briefOf),
  )
}

/** One whole account. The parts beside the account itself fail alone. */
export async function readAccount(
  client: WhmClient,
  username: string,
): Promise<Answer<AccountSnapshot | null>> {
  const item = await readItem(client, username)
  if (!item.ok || item.value === null) return item.ok ? { ok: true, value: null } : item
  const [reseller, nameservers] = await Promise.all([
    readReseller(client, username),
    client.ask('get_nameserver_config', {}, nameserversData),
  ])
  const owned = reseller === true ? await readOwned(client, username) : undefined
  return {
    ok: true,
    value: snapshotOf(item.value, {
      reseller,
      owned: owned === undefined ? (reseller === false ? [] : null) : owned.ok ? owned.value : null,
      nameservers: nameservers.kind === 'done' ? nameservers.data.nameservers : null,
    }),
  }
}
