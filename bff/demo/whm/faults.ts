import type { Params } from './function.ts'

const KINDS = [
  'delay',
  'hang',
  'cut_before',
  'cut_after',
  'cut_half_body',
  'change_after_cut',
  'status',
  'html_200',
  'invalid_json',
  'denied',
  'disk_full',
  'string_result',
  'raw_script',
] as const

export type FaultKind = (typeof KINDS)[number]

/** Trouble on request. What is missing matches everything. */
export interface Fault {
  readonly kind: FaultKind
  readonly function?: string
  /** The account named in the call's parameters. */
  readonly user?: string
  /** How many calls it hits; missing: all until it is taken away. */
  readonly times?: number
  /** How long, for `delay` and `change_after_cut`. */
  readonly ms?: number
  /** HTTP status for `status`; 500 if missing. */
  readonly status?: number
  /** For `denied`; `forbidden` if missing. */
  readonly style?: 'forbidden' | 'result_0'
  /** For `status`, `html_200`, `invalid_json` and `disk_full`: the change was made all the same. */
  readonly applied?: boolean
}

/** The faults that were asked for; the first that matches is played. */
export class Faults {
  #faults: { fault: Fault; left: number }[] = []

  set(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }))
  }

  list(): readonly Fault[] {
    return this.#faults
      .filter(({ left }) => left > 0)
      .map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault))
  }

  /** The fault for a call, counted as played. */
  take(name: string, params: Params): Fault | undefined {
    const accounts = ['user', 'username', 'reseller', 'cpanel.user', 'cpanel_jsonapi_user'].flatMap(
      (each) => params.get(each) ?? [],
    )
    const found = this.#faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.function === undefined || fault.function === name) &&
        (fault.user === undefined || accounts.includes(fault.user)),
    )
    if (found === undefined) return undefined
    found.left -= 1
    return found.fault
  }
}

/** Faults from JSON, or what is wrong with them. */
export function faultsFrom(value: unknown): readonly Fault[] | string {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const faults: Fault[] = []
  for (const [at, entry] of list.entries()) {
    const fault = faultFrom(entry)
    if (typeof fault === 'string') return `[${at}] ${fault}`
    faults.push(fault)
  }
  return faults
}

/** One fault from JSON, or what is wrong with it. */
export function faultFrom(value: unknown): Fault | string {
  if (typeof value !== 'object' || value === null) return 'is not an object'
  const given: Record<string, unknown> = { ...value }
  const kind = KINDS.find((each) => each === given.kind)
  if (kind === undefined) return `kind is none of ${KINDS.join(', ')}`
  const fault: Record<string, unknown> = { kind }
  for (const [key, entry] of Object.entries(given)) {
    if (key === 'kind' || entry === undefined) continue
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key] : undefined
    if (check === undefined) return `${key} is not known`
    if (!check(entry)) return `${key} has no good value`
    fault[key] = entry
  }
  // Every key was checked against CHECKS, which has one for each of Fault's.
  return fault as unknown as Fault
}

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  function: (value) => typeof value === 'string',
  user: (value) => typeof value === 'string',
  times: (value) => inRange(value, 1, 1_000_000),
  ms: (value) => inRange(value, 0, 3_600_000),
  status: (value) => inRange(value, 200, 599),
  style: (value) => value === 'forbidden' || value === 'result_0',
  applied: (value) => typeof value === 'boolean',
}

function inRange(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}
