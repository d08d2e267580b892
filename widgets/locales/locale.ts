import { en, type Messages } from './en.ts'

export interface Locale {
  /** BCP 47 language. */
  readonly code: string
  readonly dir: 'ltr' | 'rtl'
  /** A text that is missing here is said in English. */
  readonly messages: Partial<Messages>
}

const english: Locale = { code: 'en', dir: 'ltr', messages: en }
const known = new Map<string, Locale>([['en', english]])
const listeners = new Set<() => void>()
const SHIPPED: Readonly<Record<string, () => Promise<Locale>>> = {
  ar: async () => ({ code: 'ar', dir: 'rtl', messages: (await import('./ar.ts')).ar }),
}
const loading = new Set<string>()

/** Gives the elements another language, or other words for one. Elements on the page change at once. */
export function registerLocale(locale: Locale): void {
  known.set(locale.code.toLowerCase(), locale)
  for (const listener of [...listeners]) listener()
}

/** Calls back when a language has come; the answer ends it. */
export function onLocale(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The best locale known for a language tag; one that is shipped is fetched meanwhile. English if there is none. */
export function localeFor(tag: string): Locale {
  const full = tag.toLowerCase()
  const base = full.split('-')[0] ?? full
  const found = known.get(full) ?? known.get(base)
  if (found !== undefined) return found
  const load = Object.hasOwn(SHIPPED, base) ? SHIPPED[base] : undefined
  if (load !== undefined && !loading.has(base)) {
    loading.add(base)
    // Without the file the elements go on in English; the next element that asks tries again.
    load().then(registerLocale, () => loading.delete(base))
  }
  return english
}
