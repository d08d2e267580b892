import type { Message, Text } from '../contract/text.ts'
import { type Language, negotiate } from './languages.ts'
import { sayTo } from './text.ts'

/** One language in both its voices. */
export interface Speech {
  readonly language: Language
  /** The exact words, for staff. */
  readonly say: (message: Message) => Text
  /** The calm words, for clients. */
  readonly calm: (message: Message) => Text
}

/** The words for a reader's `Accept-Language`. Pure. */
export function sayFor(accept_language: string | undefined): Speech {
  const language = negotiate(accept_language)
  return {
    language,
    say: sayTo({ language }),
    calm: sayTo({ language, audience: 'client' }),
  }
}
