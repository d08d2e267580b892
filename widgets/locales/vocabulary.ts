import { ByLanguage } from './by-language.ts'
import type { Phrase } from './en.ts'

/**
 * Words of one element that are not the others' to carry: its English comes with it, other languages are fetched when
 * they are wanted.
 */
export class Vocabulary<Key extends string> {
  readonly #english: Readonly<Record<Key, Phrase>>
  readonly #languages: ByLanguage<Readonly<Partial<Record<Key, Phrase>>>>

  /** @param shipped by BCP 47 language without a region */
  constructor(
    english: Readonly<Record<Key, Phrase>>,
    shipped: Readonly<Record<string, () => Promise<Readonly<Partial<Record<Key, Phrase>>>>>>,
  ) {
    this.#english = english
    this.#languages = new ByLanguage<Readonly<Partial<Record<Key, Phrase>>>>(
      { en: english },
      shipped,
    )
  }

  /** Gives it another language, or other words for one; what is missing is said in English. */
  register(code: string, words: Readonly<Partial<Record<Key, Phrase>>>): void {
    this.#languages.put(code, words)
  }

  phrase(tag: string, key: Key): Phrase {
    return this.#languages.find(tag)?.[key] ?? this.#english[key]
  }
}
