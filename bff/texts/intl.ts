import type { Language } from './languages.ts'

/** Formatters kept; more than all languages and forms of this house need, and a bound on what time zones may add. */
const MOST = 200

/**
 * Making a formatter costs a hundred times what using it does, and a list of packages uses three a line. Pure but for
 * what is kept.
 */
function kept<O extends object, F>(make: (language: Language, options: O) => F) {
  const known = new Map<string, F>()
  return (language: Language, options: O): F => {
    const key = `${language} ${JSON.stringify(options)}`
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make(language, options)
    if (known.size < MOST) known.set(key, made)
    return made
  }
}

const keptNumbers = kept(
  (language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options),
)
const keptPlurals = kept((language) => new Intl.PluralRules(language))
const keptLists = kept((language) => new Intl.ListFormat(language))

/** Writes numbers; throws on a unit nobody knows. */
export const numbers = (language: Language, options: Intl.NumberFormatOptions = {}) =>
  keptNumbers(language, options)

/** Writes times and dates; throws on a time zone nobody knows. */
export const dates = kept(
  (language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options),
)

/** Says which form of a word a count takes. */
export const plurals = (language: Language) => keptPlurals(language, {})

/** Joins names into a list. */
export const lists = (language: Language) => keptLists(language, {})
