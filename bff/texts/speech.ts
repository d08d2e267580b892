import type { Message, Text } from '../contract/text.ts'
import { asksForOurs, type Language, negotiate } from './languages.ts'
import { sayTo } from './text.ts'

/** One language in both its voices. */
export interface Speech {
  readonly language: Language
  /** The exact words, for staff. */
  readonly say: (message: Message) => Text
  /** The calm words, for clients. */
  readonly calm: (message: Message) => Text
  /** The reader named a language of ours, which this is. */
  readonly asked: boolean
}

const MOST_ZONES = 1000
/** Names that were asked for, and what they turned out to be. */
const zones = new Map<string, string>()

/** The time zone a reader names, if there is one of that name; else UTC. */
function zoneOf(name: string | undefined): string {
  if (name === undefined || !/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return 'UTC'
  const known = zones.get(name)
  if (known !== undefined) return known
  let zone = 'UTC'
  try {
    zone = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    // No zone of that name: times are said in UTC, and name it.
  }
  if (zones.size < MOST_ZONES) zones.set(name, zone)
  return zone
}

/**
 * The words for a reader's `Accept-Language`.
 *
 * @param time_zone IANA name, from the header `Time-Zone`; UTC for none or an unknown one
 */
export function sayFor(accept_language: string | undefined, time_zone?: string): Speech {
  const language = negotiate(accept_language)
  const zone = zoneOf(time_zone)
  return {
    language,
    say: sayTo({ language, time_zone: zone }),
    calm: sayTo({ language, audience: 'client', time_zone: zone }),
    asked: asksForOurs(accept_language),
  }
}
