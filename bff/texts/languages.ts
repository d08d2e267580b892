/** Languages this house speaks; the first is spoken to those who ask for none of them. */
export const LANGUAGES = ['en', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]

interface Wish {
  readonly tag: string
  readonly quality: number
}

function wishOf(range: string): Wish | undefined {
  const [tag = '', ...params] = range.split(';').map((part) => part.trim().toLowerCase())
  if (!/^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/.test(tag)) return undefined
  const q = params.find((param) => param.startsWith('q='))?.slice(2)
  if (q === undefined) return { tag, quality: 1 }
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? { tag, quality: Number(q) } : undefined
}

function wishesOf(header: string | undefined): Wish[] {
  return (header ?? '')
    .slice(0, 1000)
    .split(',')
    .map(wishOf)
    .filter((wish) => wish !== undefined)
}

/** Whether a reader asks for a language of ours by name. Pure. */
export function asksForOurs(header: string | undefined): boolean {
  return wishesOf(header).some(
    ({ tag, quality }) =>
      quality > 0 &&
      LANGUAGES.some((language) => tag === language || tag.startsWith(`${language}-`)),
  )
}

/**
 * Chooses a language by `Accept-Language` (RFC 9110 §12.5.4, lookup of RFC 4647): `ar-EG` is answered in `ar`.
 * Anything unreadable in the header is passed over. Pure.
 *
 * @param header at most its first 1,000 characters are read
 */
export function negotiate(header: string | undefined): Language {
  const wishes = wishesOf(header)
  const qualityOf = (language: Language) =>
    wishes.find(({ tag }) => tag === language || tag.startsWith(`${language}-`))?.quality ??
    wishes.find(({ tag }) => tag === '*')?.quality ??
    0
  // Ties go to what the reader named first: browsers list languages in that order.
  const positionOf = (language: Language) => {
    const at = wishes.findIndex(({ tag }) => tag === language || tag.startsWith(`${language}-`))
    return at === -1 ? Number.POSITIVE_INFINITY : at
  }
  const best = [...LANGUAGES]
    .filter((language) => qualityOf(language) > 0)
    .sort(
      (a, b) =>
        qualityOf(b) - qualityOf(a) ||
        (positionOf(a) === positionOf(b) ? 0 : positionOf(a) - positionOf(b)),
    )[0]
  return best ?? 'en'
}

/** Writing direction, for whoever sets `dir` beside `lang`. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr'
}
