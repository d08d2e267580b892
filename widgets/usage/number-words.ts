import type { Localize } from '../locales/localize.ts'

/** A month `YYYY-MM` in words; text that is none is given back. */
export function monthWords({ format }: Localize, month: string): string {
  const at = new Date(`${month}-01T00:00:00Z`)
  return Number.isNaN(at.getTime())
    ? month
    : new Intl.DateTimeFormat(format, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
        at,
      )
}

/** A share of something, 1 being all of it. */
export function percentWords({ format }: Localize, share: number): string {
  return new Intl.NumberFormat(format, { style: 'percent', maximumFractionDigits: 0 }).format(share)
}
