import type { Phrase } from './en.ts'
import { Vocabulary } from './vocabulary.ts'

const en = {
  usage_heading: 'Usage',
  usage_month: 'Month',
  usage_in: '{name}, {month}',
  usage_of: '{used} of {limit} ({percent})',
  usage_unlimited: '{used}, unlimited',
  usage_zero: '{used}, none allowed',
  usage_full: 'Nearly full',
  usage_over: 'Over the limit',
  usage_unknown: 'Not known',
  usage_none: 'Nothing is used: there is no account.',
} as const satisfies Record<string, Phrase>

/** The same in another language. */
export type UsageWords = Readonly<Record<keyof typeof en, Phrase>>

/** What `<provision-usage>` says. */
export const usageWords = new Vocabulary(en, { ar: async () => (await import('./ar.ts')).usage })
