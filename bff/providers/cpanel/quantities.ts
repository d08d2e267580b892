import { z } from 'zod'

/** A number, or digits; anything else is not there. */
export const looseNumber = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? number : null
  })

/** Yes as servers of all ages say it: 1, "1", "y". Everything else is no (whm-api §4). */
export const looseFlag = z
  .unknown()
  .optional()
  .transform((value) => value === 1 || value === '1' || value === 'y' || value === true)

export const looseText = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)))

const MEBIBYTE = 1024 * 1024
const UNITS: Readonly<Record<string, number>> = {
  K: 1024,
  M: MEBIBYTE,
  G: 1024 * MEBIBYTE,
  T: 1024 * 1024 * MEBIBYTE,
}

/** A size such as `14M` in bytes; a bare number is in mebibytes; `undefined` for anything unreadable. Pure. */
export function bytesOf(text: string | null): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT])?B?$/i.exec(text?.trim() ?? '')
  if (match?.[1] === undefined) return undefined
  return Math.round(Number(match[1]) * (UNITS[match[2]?.toUpperCase() ?? 'M'] ?? MEBIBYTE))
}

/** A limit: `null` is unlimited, `undefined` is not told or not usable by this account (`*unknown*`). Pure. */
export function limitOf(text: string | null): number | null | undefined {
  if (text === null) return undefined
  if (/^unlimited$/i.test(text.trim())) return null
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined
}

/** A limit on a size: `null` is unlimited. Pure. */
export function sizeLimitOf(text: string | null): number | null | undefined {
  if (text !== null && /^unlimited$/i.test(text.trim())) return null
  return bytesOf(text)
}
