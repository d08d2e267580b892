import type { Params } from './function.ts'

type Pair = readonly [name: string, value: string]

/** Parameters from name and value pairs, in the order in which they came. */
export function paramsOf(pairs: Iterable<Pair>): Params {
  const values = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return {
    get: (name) => values.get(name)?.at(-1),
    all: (name) => values.get(name) ?? [],
    numbered: (name) => [...(values.get(name) ?? []), ...numberedValues(values, name)],
    has: (name) => values.has(name),
    names: () => [...values.keys()],
  }
}

function numberedValues(values: ReadonlyMap<string, readonly string[]>, name: string): string[] {
  return [...values]
    .filter(([key]) => key.startsWith(`${name}-`) && /^\d+$/.test(key.slice(name.length + 1)))
    .sort(([a], [b]) => Number(a.slice(name.length + 1)) - Number(b.slice(name.length + 1)))
    .flatMap(([, found]) => found)
}

/**
 * The parameters of a request: the query's, then the body's. The body is a form whatever its label says, unless it is
 * a JSON object or a multipart form. Nothing in it can make this fail: what cannot be read is read as a form.
 */
export function readParams(query: string, body: Buffer, contentType: string): Params {
  return paramsOf([...formPairs(query), ...bodyPairs(body, contentType)])
}

function bodyPairs(body: Buffer, contentType: string): Pair[] {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (boundary !== undefined) return multipartPairs(body.toString('utf8'), boundary)
  const text = body.toString('utf8')
  return (text.trimStart().startsWith('{') ? jsonPairs(text) : undefined) ?? formPairs(text)
}

function formPairs(text: string): Pair[] {
  return text === '' ? [] : [...new URLSearchParams(text.replace(/[\r\n]+$/, ''))]
}

function jsonPairs(text: string): Pair[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).flatMap(([name, entry]) =>
    jsonValues(entry).map((v): Pair => [name, v]),
  )
}

function jsonValues(value: unknown): string[] {
  if (value === null) return []
  if (typeof value === 'boolean') return [value ? '1' : '0']
  if (Array.isArray(value)) return value.flatMap((entry: unknown) => jsonValues(entry))
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)]
}

function multipartPairs(text: string, boundary: string): Pair[] {
  return text.split(`--${boundary}`).flatMap((part): Pair[] => {
    const end = part.indexOf('\r\n\r\n')
    const name = /name="([^"]*)"/i.exec(part.slice(0, Math.max(end, 0)))?.[1]
    if (end < 0 || name === undefined) return []
    return [[name, part.slice(end + 4).replace(/\r\n$/, '')]]
  })
}

/** Whether a flag is set: only `1` is true. */
export function flag(params: Params, name: string): boolean {
  return params.get(name) === '1'
}

/** A parameter that counts as missing when it is empty. */
export function filled(params: Params, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = params.get(name)
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

/** A whole number in range, or `undefined`. */
export function whole(value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined || !/^\d{1,15}$/.test(value)) return undefined
  const number = Number(value)
  return number >= min && number <= max ? number : undefined
}
