/** Rows in columns, as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** The objects under a key of an answer. */
export function listOf(body: unknown, key: string): Record<string, unknown>[] {
  if (typeof body !== 'object' || body === null) return []
  const list: unknown = Reflect.get(body, key)
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []
}

// What moves a terminal's cursor, colours it, or turns the direction of what is read, and what breaks a line.
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A text as a terminal may show it: tenants choose labels, and an operator reads them. Pure. */
export function shownSafely(text: string): string {
  return text.replace(
    CONTROLS,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}

const cell = (value: unknown): string =>
  shownSafely(value === null ? '-' : Array.isArray(value) ? value.join(' ') : String(value))

/** A list of an answer as a table of these columns. */
export function shown(body: unknown, key: string, columns: readonly string[]): string {
  const rows = listOf(body, key)
  if (rows.length === 0) return `No ${key} yet.\n`
  return table([columns, ...rows.map((row) => columns.map((column) => cell(row[column])))])
}

/** The sentence for something that was added. */
export function added(what: string, body: unknown): string {
  const id: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'id') : undefined
  return `Added ${what} ${String(id)}.\n`
}
