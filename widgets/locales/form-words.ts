import type { Phrase } from './en.ts'
import { Vocabulary } from './vocabulary.ts'

const en = {
  choose: 'Choose…',
  optional: '(optional)',
  generate: 'Generate',
  show: 'Show',
  hide: 'Hide',
  show_name: 'Show {name}',
  choices_failed: 'The server cannot be asked for its list: type the name.',
  password_strength:
    'The server asks for a strength of {count} of 100; what is generated here has it.',
  fault_required: 'Fill this in.',
  fault_tick: 'This must be ticked.',
  fault_minimum: 'At least {limit}.',
  fault_maximum: 'At most {limit}.',
  fault_earliest: 'Not before {day}.',
  fault_latest: 'Not after {day}.',
  fault_integer: 'Give a whole number.',
  fault_short: { one: 'At least one character.', other: 'At least {count} characters.' },
  fault_long: { one: 'At most one character.', other: 'At most {count} characters.' },
  fault_email: 'Give an e-mail address, such as name@example.com.',
  fault_hostname: 'Give a domain, such as example.com.',
  fault_pattern: 'This is not written as it should be.',
} as const satisfies Record<string, Phrase>

/** The same in another language. */
export type FormWords = Readonly<Record<keyof typeof en, Phrase>>

/** What forms say. */
export const formWords = new Vocabulary(en, {
  ar: async () => (await import('./ar-doing.ts')).form,
})
