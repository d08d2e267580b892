import type { Answer } from '../provider.ts'
import { faultOf } from './account.ts'
import { anyData } from './functions.ts'
import { isProtected } from './protected.ts'
import type { WhmClient } from './whm-client.ts'

/** Old servers compare the first eight characters, so longer names gain nothing. */
const LENGTH = 8
const MOST_TRIES = 12

/**
 * Usernames a domain suggests, best first: its letters and digits, then with a number at the end. Pure.
 *
 * @returns an empty list for a domain without a usable letter
 */
export function candidatesOf(domain: string, api_user = 'root'): string[] {
  const labels = domain
    .toLowerCase()
    .replace(/^www\./, '')
    .split('.')
  const bare = labels
    .filter((label) => !label.startsWith('xn--'))
    .join('')
    .replaceAll(/[^a-z0-9]/g, '')
    // Servers take no name that begins with a digit or with `test`.
    .replace(/^(?:\d|test)+/, '')
  const stem = bare.slice(0, LENGTH)
  if (!/^[a-z]/.test(stem)) return []
  const names = new Set([stem])
  for (let number = 1; names.size < MOST_TRIES; number++)
    names.add(`${stem.slice(0, LENGTH - String(number).length)}${number}`)
  return [...names].filter((name) => name.length >= 2 && !isProtected(name, api_user))
}

/** What a server says of a username before an account is made. */
export async function verifyUsername(
  client: WhmClient,
  username: string,
): Promise<Answer<'free' | 'taken' | 'invalid'>> {
  const outcome = await client.ask('verify_new_username', { user: username }, anyData)
  if (outcome.kind === 'done') return { ok: true, value: 'free' }
  switch (outcome.code) {
    case 'username_taken':
      return { ok: true, value: 'taken' }
    case 'username_invalid':
      return { ok: true, value: 'invalid' }
    case 'function_unknown':
      // Old servers cannot be asked; creating the account tells.
      return { ok: true, value: 'free' }
    default:
      return { ok: false, fault: faultOf(outcome) }
  }
}

/** The first free username a domain suggests; a fault `username_underivable` when there is none. */
export async function deriveUsername(
  client: WhmClient,
  domain: string,
  api_user: string,
): Promise<Answer<string>> {
  for (const name of candidatesOf(domain, api_user)) {
    const said = await verifyUsername(client, name)
    if (!said.ok) return said
    if (said.value === 'free') return { ok: true, value: name }
  }
  return { ok: false, fault: { code: 'username_underivable', transport: false } }
}
