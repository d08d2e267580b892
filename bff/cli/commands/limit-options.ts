/**
 * `--limit deletes=200 --limit token=none …` as the BFF takes it: a number by name, `null` for none. What is no such
 * thing goes on as it is, for the schema to name.
 */
export function limitOptions(options: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(options)) return undefined
  return Object.fromEntries(
    options.map((option) => {
      const [name = '', value = ''] = String(option).split('=', 2)
      return [name, value === 'none' ? null : /^\d+$/.test(value) ? Number(value) : value]
    }),
  )
}
