import type { InValue } from '@libsql/client'

/** The columns of a row that were given, in their order, as values the driver takes. */
export function givenColumns(
  row: Readonly<Record<string, string | number | boolean | null | undefined>>,
): { readonly names: string[]; readonly values: InValue[] } {
  const names: string[] = []
  const values: InValue[] = []
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined) continue
    names.push(`"${name}"`)
    values.push(typeof value === 'boolean' ? Number(value) : value)
  }
  return { names, values }
}
