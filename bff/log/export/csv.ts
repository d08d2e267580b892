/** One value of a row: a number, a text, or nothing. */
export type Cell = string | number | null

/**
 * What makes a spreadsheet take a text for a formula, also behind white space, quotes and characters nobody sees, and in
 * full width; or what such a text may hide behind.
 */
const FORMULA = /^[\s"'`“”‘’\u200b-\u200f\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/u
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/

/** A text no spreadsheet calculates: an apostrophe goes before what could begin a formula. Numbers stay. Pure. */
export function neutral(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
}

function written(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  return `"${neutral(cell).replaceAll('"', '""')}"`
}

/** One record of RFC 4180, with its line end: texts in quotes, numbers bare. Pure. */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`
}
