/** Members that hold codes of ours and never anybody's words. */
const CODES = new Set(['changed', 'code', 'digest', 'format', 'key', 'role', 'verdict'])

/** Whether any words in a document are such. Pure. */
export function hasWords(value: unknown, are: (words: string) => boolean): boolean {
  if (typeof value === 'string') return are(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some((one) => hasWords(one, are))
  return Object.entries(value).some(([name, one]) => !CODES.has(name) && hasWords(one, are))
}

/** The same document with nothing where such words stood. Pure. */
export function emptied(value: unknown, are: (words: string) => boolean): unknown {
  if (typeof value === 'string') return are(value) ? '' : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => emptied(one, are))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, CODES.has(name) ? one : emptied(one, are)]),
  )
}
