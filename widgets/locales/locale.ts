import { ByLanguage } from './by-language.ts'
import { en, type Messages } from './en.ts'

export interface Locale {
  /** BCP 47 language. */
  readonly code: string
  readonly dir: 'ltr' | 'rtl'
  /** A text that is missing here is said in English. */
  readonly messages: Partial<Messages>
}

const english: Locale = { code: 'en', dir: 'ltr', messages: en }
const locales = new ByLanguage<Locale>(
  { en: english },
  { ar: async () => ({ code: 'ar', dir: 'rtl', messages: (await import('./ar.ts')).ar }) },
)

/** Gives the elements another language, or other words for one. Elements on the page change at once. */
export function registerLocale(locale: Locale): void {
  locales.put(locale.code, locale)
}

/** The best locale known for a language tag; one that is shipped is fetched meanwhile. English if there is none. */
export function localeFor(tag: string): Locale {
  return locales.find(tag) ?? english
}
