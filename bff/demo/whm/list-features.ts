import { isIPv4 } from 'node:net'
import type { Params } from './function.ts'
import { flag } from './parameters.ts'

/** A list after `api.filter`, `api.sort`, `api.chunk` and `api.columns`, in this order. */
export interface Shaped {
  readonly items: readonly unknown[]
  /** Blocks for `metadata`, of the features that were asked for. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Applies what the caller asked for to a list. */
export function shape(items: readonly unknown[], params: Params): Shaped {
  const metadata: Record<string, unknown> = {}
  let shaped = items
  if (flag(params, 'api.filter.enable')) {
    const tests = labels(params, 'api.filter', 'field').map((label) => filterOf(params, label))
    shaped = shaped.filter((item) => tests.every((test) => test(item)))
    metadata.filter = { filtered: items.length - shaped.length }
  }
  if (flag(params, 'api.sort.enable')) shaped = sorted(shaped, params)
  if (flag(params, 'api.chunk.enable')) {
    const chunk = chunkOf(shaped.length, params)
    shaped = shaped.slice(chunk.start - 1, chunk.start - 1 + chunk.size)
    metadata.chunk = chunk
  }
  if (flag(params, 'api.columns.enable')) shaped = withColumns(shaped, params)
  return { items: shaped, metadata }
}

function labels(params: Params, feature: string, part: string): string[] {
  const pattern = new RegExp(`^${feature.replace('.', '\\.')}\\.([a-z]+)\\.${part}$`)
  return params
    .names()
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .sort()
}

function fieldOf(item: unknown, field: string): unknown {
  if (typeof item !== 'object' || item === null) return item
  return Object.hasOwn(item, field)
    ? Object.getOwnPropertyDescriptor(item, field)?.value
    : undefined
}

function textsOf(item: unknown, field: string): string[] {
  if (field !== '*') return [text(fieldOf(item, field))]
  return typeof item === 'object' && item !== null ? Object.values(item).map(text) : [text(item)]
}

function text(value: unknown): string {
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value)
}

/** As Perl reads a number: the digits a text begins with, else 0. */
function numeric(value: string): number {
  const number = Number.parseFloat(value)
  return Number.isNaN(number) ? 0 : number
}

function orUnlimited(value: string): number {
  return /^unlimited$/i.test(value) ? Number.POSITIVE_INFINITY : numeric(value)
}

function filterOf(params: Params, label: string): (item: unknown) => boolean {
  const field = params.get(`api.filter.${label}.field`) ?? '*'
  const wanted = params.get(`api.filter.${label}.arg0`) ?? ''
  const matches = matcher(params.get(`api.filter.${label}.type`) ?? 'contains', wanted)
  return (item) => textsOf(item, field).some(matches)
}

function matcher(type: string, wanted: string): (value: string) => boolean {
  switch (type) {
    case 'begins':
      return (value) => value.toLowerCase().startsWith(wanted.toLowerCase())
    case 'eq':
      return (value) => value === wanted
    case '==':
      return (value) => numeric(value) === numeric(wanted)
    case 'lt':
      return (value) => numeric(value) < numeric(wanted)
    case 'lt_equal':
      return (value) => numeric(value) <= numeric(wanted)
    case 'gt':
      return (value) => numeric(value) > numeric(wanted)
    case 'gt_equal':
      return (value) => numeric(value) >= numeric(wanted)
    case 'lt_handle_unlimited':
      return (value) => orUnlimited(value) < orUnlimited(wanted)
    case 'gt_handle_unlimited':
      return (value) => orUnlimited(value) > orUnlimited(wanted)
    default:
      return (value) => value.toLowerCase().includes(wanted.toLowerCase())
  }
}

function sorted(items: readonly unknown[], params: Params): unknown[] {
  const orders = labels(params, 'api.sort', 'field').map((label) => {
    const field = params.get(`api.sort.${label}.field`) ?? ''
    const compare = comparison(params.get(`api.sort.${label}.method`) ?? 'lexicographic')
    const sign = flag(params, `api.sort.${label}.reverse`) ? -1 : 1
    return (a: unknown, b: unknown) =>
      sign * compare(text(fieldOf(a, field)), text(fieldOf(b, field)))
  })
  return [...items].sort((a, b) => {
    for (const order of orders) {
      const result = order(a, b)
      if (result !== 0) return result
    }
    return 0
  })
}

function comparison(method: string): (a: string, b: string) => number {
  switch (method) {
    case 'numeric':
      return (a, b) => difference(numeric(a), numeric(b))
    case 'numeric_zero_as_max':
      return (a, b) => difference(zeroAsMost(a), zeroAsMost(b))
    case 'ipv4':
      return (a, b) => difference(ipv4(a), ipv4(b))
    default:
      return (a, b) => (a < b ? -1 : a > b ? 1 : 0)
  }
}

// Subtracting would give NaN for two infinities.
function difference(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function zeroAsMost(value: string): number {
  return numeric(value) === 0 ? Number.POSITIVE_INFINITY : numeric(value)
}

function ipv4(value: string): number {
  if (!isIPv4(value)) return -1
  return value.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

interface Chunk {
  readonly start: number
  readonly current: number
  readonly size: number
  readonly chunks: number
  readonly records: number
}

function chunkOf(records: number, params: Params): Chunk {
  const asked = Number(params.get('api.chunk.size') ?? '')
  const first = Number(params.get('api.chunk.start') ?? '1')
  if (!Number.isInteger(asked) || asked < 1 || first === -1) {
    return { start: 1, current: 1, size: Math.max(records, 1), chunks: 1, records }
  }
  const start = Number.isInteger(first) && first > 0 ? first : 1
  return {
    start,
    current: Math.floor((start - 1) / asked) + 1,
    size: asked,
    chunks: Math.max(1, Math.ceil(records / asked)),
    records,
  }
}

function withColumns(items: readonly unknown[], params: Params): unknown[] {
  const wanted = params
    .names()
    .filter((name) => /^api\.columns\.[a-z]+$/.test(name) && name !== 'api.columns.enable')
    .sort()
    .flatMap((name) => params.get(name) ?? [])
  return items.map((item) => {
    if (typeof item !== 'object' || item === null) return item
    return Object.fromEntries(
      wanted
        .filter((field) => Object.hasOwn(item, field))
        .map((field) => [field, fieldOf(item, field)]),
    )
  })
}
