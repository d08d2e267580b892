import { z } from 'zod'
import type { Message } from '../contract/text.ts'
import type { AccountBrief, AccountSnapshot, Answer, Panel } from '../providers/provider.ts'

const confirmedSchema = z.object({
  username: z.string(),
  domain: z.string(),
  owner: z.string(),
  started_at: z.number(),
  uid: z.number().nullable(),
})
const plannedSchema = confirmedSchema.extend({ suspended_at: z.number() })
const confirmedListSchema = z.array(confirmedSchema)
const plannedListSchema = z.array(plannedSchema)

/** An account that was confirmed, with the suspension it was left in. */
export type PlannedAccount = z.infer<typeof plannedSchema>

/** How many accounts are asked for at a time. */
const AT_ONCE = 8

/** Confirmed accounts in the form they are stored in. Pure. */
export function storedConfirmed(accounts: readonly AccountBrief[]): string {
  return JSON.stringify(
    accounts.map(({ username, domain, owner, started_at, uid }) => ({
      username,
      domain,
      owner,
      started_at,
      uid,
    })),
  )
}

/** What `storedConfirmed` wrote. */
export function confirmedAccounts(stored: string | null): readonly AccountBrief[] {
  return stored === null ? [] : confirmedListSchema.parse(JSON.parse(stored))
}

/** Accounts with their recorded suspensions, as they are stored. */
export function plannedAccounts(stored: string | null): readonly PlannedAccount[] {
  return stored === null ? [] : plannedListSchema.parse(JSON.parse(stored))
}

/** Reads accounts by their names, in the order given; the first fault ends it. */
export async function readAccounts(
  panel: Panel,
  usernames: readonly string[],
): Promise<Answer<readonly (AccountSnapshot | null)[]>> {
  const found: (AccountSnapshot | null)[] = []
  for (let begin = 0; begin < usernames.length; begin += AT_ONCE) {
    const some = usernames.slice(begin, begin + AT_ONCE)
    for (const answer of await Promise.all(some.map((username) => panel.account(username)))) {
      if (!answer.ok) return answer
      found.push(answer.value)
    }
  }
  return { ok: true, value: found }
}

/** How an account that was found is another one than the one confirmed; `undefined` when it is that one. Pure. */
function otherThan(confirmed: AccountBrief, found: AccountBrief): Message | undefined {
  const { username } = confirmed
  const uids = confirmed.uid !== null && found.uid !== null
  if (found.started_at !== confirmed.started_at || (uids && found.uid !== confirmed.uid))
    return { code: 'waiting.due_identity_changed', params: { username } }
  if (found.domain.toLowerCase() !== confirmed.domain.toLowerCase())
    return {
      code: 'waiting.due_domain_changed',
      params: { username, before: confirmed.domain, after: found.domain },
    }
  if (found.owner !== confirmed.owner)
    return {
      code: 'waiting.due_owner_changed',
      params: { username, before: confirmed.owner, after: found.owner },
    }
  return undefined
}

/**
 * Gives the confirmed accounts the suspensions they are found in. Pure.
 *
 * @returns the name of the first that is not what was confirmed, or not suspended
 */
export function recorded(
  confirmed: readonly AccountBrief[],
  found: readonly (AccountSnapshot | null)[],
): readonly PlannedAccount[] | { readonly changed: string } {
  const planned: PlannedAccount[] = []
  for (const [i, account] of confirmed.entries()) {
    const now = found[i]
    if (
      now === undefined ||
      now === null ||
      otherThan(account, now) !== undefined ||
      !now.suspended ||
      // Without its time, a suspension could not be told from a later one.
      now.suspended_at === null ||
      now.suspended_at <= 0
    )
      return { changed: account.username }
    const { username, domain, owner, started_at, uid } = account
    planned.push({ username, domain, owner, started_at, uid, suspended_at: now.suspended_at })
  }
  return planned
}

/**
 * What speaks against carrying out what was planned, now that its day has come (DESIGN §6). Pure.
 *
 * @param found the planned accounts as they are now, in the same order; `null` where there is none of that name
 * @param listed every account that would be reached now
 * @param own the service's own account: it must be there. One it owned that is gone is not missed
 */
export function againstPlan(
  planned: readonly PlannedAccount[],
  found: readonly (AccountSnapshot | null)[],
  listed: readonly AccountBrief[],
  own: string,
): Message | undefined {
  for (const [i, account] of planned.entries()) {
    const { username } = account
    const now = found[i] ?? null
    if (now === null) {
      if (username === own) return { code: 'waiting.due_account_gone', params: { username } }
      continue
    }
    const other = otherThan(account, now)
    if (other !== undefined) return other
    if (!now.suspended) return { code: 'waiting.due_not_suspended', params: { username } }
    if (now.suspended_at !== account.suspended_at)
      return { code: 'waiting.due_suspended_again', params: { username } }
  }
  const more = listed.filter(({ username }) => !planned.some((one) => one.username === username))
  const [first] = more
  return first === undefined
    ? undefined
    : {
        code: 'waiting.due_more_accounts',
        params: { count: more.length, username: first.username },
      }
}
