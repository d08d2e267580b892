/** One value of a row: a number, a text, or nothing. */
export type Cell = string | number | null

/** What a spreadsheet takes a text for a formula by, in full width too. */
const BEGINS = '=+-@|%\uff1d\uff0b\uff0d\uff20'
/** What such a beginning may stand behind: white space, quotes, characters nobody sees. */
const HIDES = /[\s"'`“”‘’\u200b-\u200f\u2060]/u
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/

function isFormula(text: string): boolean {
  if (/^[\t\r\n]/.test(text)) return true
  for (const character of text) if (!HIDES.test(character)) return BEGINS.includes(character)
  return false
}

/** A text no spreadsheet calculates: an apostrophe goes before what could begin a formula. Numbers stay. Pure. */
export function neutral(text: string): string {
  return isFormula(text) && !NUMBER.test(text) ? `'${text}` : text
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
