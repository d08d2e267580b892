import type { Input, InputProperty } from '../../../contract/dialect.ts'
import type { Message } from '../../../contract/text.ts'
import type { AccountBrief, DatedPart, PlannedStep, Situation } from '../../provider.ts'
import { expectedOf } from '../standing.ts'
import { choice, text } from './form-fields.ts'

const DAY = 24 * 60 * 60 * 1000
/** What stands on the server as the reason: it stays true if the deletion is called off. */
export const REASON = 'Suspended before its deletion'

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

function aYearAfter(now: number): number {
  const day = new Date(now)
  return day.setUTCFullYear(day.getUTCFullYear() + 1)
}

/** The fields that put a deletion off; none where the token may not suspend, which is what happens meanwhile. Pure. */
export function dateFields({ now, rights }: Situation): Readonly<Record<string, InputProperty>> {
  if (rights !== undefined && !rights.all && !rights.privileges.includes('suspend-acct')) return {}
  return {
    when: choice('when', ['now', 'on_date'], { default: 'now' }, { widget: 'radio' }),
    date: text(
      'delete_on',
      { format: 'date', minimum: dayOf(now + DAY), maximum: dayOf(aYearAfter(now)) },
      { widget: 'date', show_if: { field: 'when', equals: 'on_date' } },
    ),
  }
}

/**
 * What is left for the chosen day: the deletion, from its first moment in UTC. Where the person who chose it sits, and
 * when their day begins, is not known here. Pure.
 */
export function onDate({ when, date, ...rest }: Input): DatedPart | undefined {
  if (when !== 'on_date' || typeof date !== 'string') return undefined
  return {
    due_at: Date.parse(`${date}T00:00:00Z`),
    input: { ...rest, when: 'now' },
    meanwhile: 'suspend',
  }
}

/** What happens to the accounts until their day, and on it. Pure. */
export function untilDate(
  { due_at }: DatedPart,
  domain: string,
  username: string,
  owned: readonly AccountBrief[],
  keep_dns: boolean,
): Message[] {
  return [
    { code: 'effect.deleted_on', params: { date: due_at } },
    { code: 'effect.site_stops', params: { domain } },
    { code: 'effect.mail_stops', params: { domain } },
    { code: 'effect.login_stops', params: { username } },
    ...(owned.length === 0
      ? []
      : [{ code: 'effect.accounts_suspended', params: { count: owned.length + 1 } }]),
    { code: keep_dns ? 'effect.dns_kept' : 'effect.dns_removed_then', params: { domain } },
    { code: 'effect.deletion_cancellable' },
  ]
}

/** The suspension of one account that is to be deleted later; one that is suspended already stays as it is. Pure. */
export function suspendedUntil(
  account: string,
  expect: PlannedStep['params'][string],
): PlannedStep {
  return {
    name: 'suspend',
    account,
    params: { reason: REASON, lock: false, keep_ftp: false, alone: false, expect: expect ?? {} },
  }
}

/** The same for an account its owner's deletion takes along. Pure. */
export function ownedSuspendedUntil(account: AccountBrief): PlannedStep {
  const { username, domain, owner } = account
  return suspendedUntil(username, expectedOf(account, { domain, owner }))
}
