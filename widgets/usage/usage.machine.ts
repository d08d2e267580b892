import type { UsagePart } from '../../bff/contract/resources.ts'

/** From which share of its limit on a part is called nearly full. */
export const NEARLY = 0.9

/** How a part stands to its limit. */
export type Standing =
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unlimited'; readonly used: number }
  /** A limit of zero: there is no share of it. */
  | { readonly kind: 'zero'; readonly used: number; readonly isOver: boolean }
  | {
      readonly kind: 'limited'
      readonly used: number
      readonly limit: number
      /** 1 is all of it; more is possible. */
      readonly share: number
      readonly level: 'well' | 'full' | 'over'
    }

/** How a part stands to its limit. Pure. */
export function standingOf({ used, limit, error }: UsagePart): Standing {
  if (error !== undefined) return { kind: 'error', text: error.text }
  if (used === null) return { kind: 'unknown' }
  if (limit === null) return { kind: 'unlimited', used }
  if (limit <= 0) return { kind: 'zero', used, isOver: used > 0 }
  const share = used / limit
  return {
    kind: 'limited',
    used,
    limit,
    share,
    level: share > 1 ? 'over' : share >= NEARLY ? 'full' : 'well',
  }
}

/** Whether a part is counted per month. Pure. */
export function isMonthly({ key }: Pick<UsagePart, 'key'>): boolean {
  return key.endsWith('bandwidth')
}

/** `YYYY-MM` of a moment in UTC, as the BFF counts months. Pure. */
export function monthOf(now: number): string {
  return new Date(now).toISOString().slice(0, 7)
}

/** A month as it is written in an attribute; anything else is none. Pure. */
export function monthFrom(text: string | null): string | undefined {
  return text !== null && /^20\d\d-(0[1-9]|1[0-2])$/.test(text) ? text : undefined
}

/**
 * The months to choose from, newest first: twelve back from the present, and the one that is shown. Pure.
 *
 * @param present `YYYY-MM`
 * @param shown `YYYY-MM`
 */
export function months(present: string, shown: string): string[] {
  const newest = present > shown ? present : shown
  const [year = 0, month = 1] = newest.split('-').map(Number)
  const list = Array.from({ length: 12 }, (_, back) => monthOf(Date.UTC(year, month - 1 - back)))
  return list.includes(shown) ? list : [...list, shown]
}
