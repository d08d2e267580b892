import { type Fault, faultFrom } from './faults.ts'
import { draw } from './random.ts'

type Span = readonly [number, number]

/** Trouble that comes by chance. */
export interface Chance {
  /** 0 to 1, of the calls it may hit. */
  readonly probability: number
  /** Which calls it may hit; missing: those that change something. */
  readonly calls?: 'changing' | 'reading' | 'all'
  readonly fault: Fault
  /** Milliseconds, from and to, drawn anew for each call in place of the fault's `ms`. */
  readonly ms?: Span
}

/** A server that has bad days: the same seed and the same calls give the same row of troubles. */
export interface ChaosOrder {
  readonly seed: number
  /** Milliseconds a call takes, from and to; missing: none. */
  readonly duration?: { readonly changing?: Span; readonly reading?: Span }
  /** At most one hits a call; their probabilities add up. */
  readonly chances: readonly Chance[]
}

/** Draws the trouble and the duration of each call. */
export class Chaos {
  #order: ChaosOrder | undefined
  #random = { seed: 0, drawn: 0 }

  set(order: ChaosOrder | undefined): void {
    this.#order = order
    this.#random = { seed: order?.seed ?? 0, drawn: 0 }
  }

  get(): ChaosOrder | undefined {
    return this.#order
  }

  /** Milliseconds this call takes before anything is done. */
  duration(changing: boolean): number {
    const { duration } = this.#order ?? {}
    const span = changing ? duration?.changing : duration?.reading
    return span === undefined ? 0 : this.#within(span)
  }

  /** The trouble that hits this call, if any. */
  take(name: string, changing: boolean): Fault | undefined {
    const order = this.#order
    if (order === undefined) return undefined
    let left = draw(this.#random)
    for (const chance of order.chances) {
      if (!mayHit(chance, name, changing)) continue
      left -= chance.probability
      if (left < 0)
        return chance.ms === undefined
          ? chance.fault
          : { ...chance.fault, ms: this.#within(chance.ms) }
    }
    return undefined
  }

  #within([from, to]: Span): number {
    return Math.round(from + draw(this.#random) * (to - from))
  }
}

function mayHit({ calls = 'changing', fault }: Chance, name: string, changing: boolean): boolean {
  if (fault.function !== undefined && fault.function !== name) return false
  return calls === 'all' || (calls === 'changing') === changing
}

/** An order from JSON, or what is wrong with it. */
export function chaosFrom(value: unknown): ChaosOrder | string {
  if (!isRecord(value)) return 'is not an object'
  const { seed, duration, chances, ...rest } = value
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) return `${unknown} is not known`
  if (typeof seed !== 'number' || !Number.isInteger(seed)) return 'seed is not a whole number'
  if (!Array.isArray(chances)) return 'chances is not a list'
  const read: Chance[] = []
  for (const [at, entry] of chances.entries()) {
    const chance = chanceFrom(entry)
    if (typeof chance === 'string') return `chances[${at}] ${chance}`
    read.push(chance)
  }
  const spans = durationFrom(duration)
  if (typeof spans === 'string') return spans
  return { seed, ...(spans === undefined ? {} : { duration: spans }), chances: read }
}

function chanceFrom(value: unknown): Chance | string {
  if (!isRecord(value)) return 'is not an object'
  const { probability, calls, ms, ...rest } = value
  const fault = faultFrom(rest)
  if (typeof fault === 'string') return fault
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1))
    return 'probability is not between 0 and 1'
  const which = (['changing', 'reading', 'all'] as const).find((each) => each === calls)
  if (calls !== undefined && which === undefined) return 'calls is none of changing, reading, all'
  if (ms !== undefined && !isSpan(ms)) return 'ms is not a pair of milliseconds'
  return {
    probability,
    fault,
    ...(which === undefined ? {} : { calls: which }),
    ...(isSpan(ms) ? { ms } : {}),
  }
}

function durationFrom(value: unknown): ChaosOrder['duration'] | string {
  if (value === undefined) return undefined
  if (!isRecord(value)) return 'duration is not an object'
  const { changing, reading, ...rest } = value
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) return `duration.${unknown} is not known`
  if (changing !== undefined && !isSpan(changing)) return 'duration.changing is not a pair'
  if (reading !== undefined && !isSpan(reading)) return 'duration.reading is not a pair'
  return {
    ...(isSpan(changing) ? { changing } : {}),
    ...(isSpan(reading) ? { reading } : {}),
  }
}

function isSpan(value: unknown): value is Span {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((each) => Number.isInteger(each) && each >= 0 && each <= 3_600_000) &&
    value[0] <= value[1]
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
