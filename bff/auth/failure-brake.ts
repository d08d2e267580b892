import type { Clock } from '../contract/clock.ts'

/** Failures that are let pass at once; each is forgotten after a second, so that many a second are let pass for good. */
export interface FailureBounds {
  /** From one address. */
  readonly address: number
  /** From one address while the process as a whole is over its own bound. */
  readonly pressed: number
  /** Over all addresses, of which twenty a second are forgotten. */
  readonly process: number
}

export const FAILURE_BOUNDS: FailureBounds = { address: 60, pressed: 5, process: 1200 }

/** Addresses that are remembered: the ones that failed last. */
export const ADDRESSES = 10_000

/** Milliseconds after which one failure of an address is forgotten, and one of the process. */
const FORGOTTEN = { address: 1000, process: 50 }

/** A caller whose tokens are not looked at for now. */
export interface HeldBack {
  /** Whole seconds until the next one is looked at. */
  readonly seconds: number
  /** Failures in so many seconds that would have been let pass. */
  readonly bound: number
}

/**
 * Holds back those whose tokens do not verify, so that nobody makes us check signatures at will. Only what failed counts,
 * and only for the address it came from: an address with fewer failures of its own than `pressed` is never held back,
 * whatever others do. Of what is checked at the same moment all is let pass.
 *
 * Each address is one number, the moment at which its failures are all forgotten. Pure but for its own memory.
 */
export class FailureBrake {
  readonly #clock: Clock
  readonly #bounds: FailureBounds
  /** By address, those that failed last at the end. */
  readonly #until = new Map<string, number>()
  #processUntil = Number.NEGATIVE_INFINITY
  #failures = 0
  #heldBack = 0

  constructor(clock: Clock, bounds: FailureBounds = FAILURE_BOUNDS) {
    this.#clock = clock
    this.#bounds = bounds
  }

  /**
   * Whether a token of this address is looked at.
   *
   * @param address undefined where callers cannot be told apart: nobody is held back for another's failures
   */
  heldBack(address: string | undefined): HeldBack | undefined {
    const until = address === undefined ? undefined : this.#until.get(address)
    if (address === undefined || until === undefined) return undefined
    const now = this.#clock.now()
    const bound = this.#isPressed(now) ? this.#bounds.pressed : this.#bounds.address
    const kept = notBeyond(until, now, this.#bounds.address * FORGOTTEN.address)
    // A clock that was put back holds nobody longer.
    this.#until.set(address, kept)
    const wait = kept - now - (bound - 1) * FORGOTTEN.address
    if (wait <= 0) return undefined
    this.#heldBack += 1
    return { seconds: Math.ceil(wait / 1000), bound }
  }

  /** A token of this address was looked at, and its signature was not good. */
  failed(address: string | undefined): void {
    const now = this.#clock.now()
    this.#failures += 1
    if (address === undefined) return
    const most = this.#bounds.address * FORGOTTEN.address
    const until = Math.max(now, this.#until.get(address) ?? now) + FORGOTTEN.address
    this.#until.delete(address)
    this.#until.set(address, notBeyond(until, now, most))
    if (this.#until.size > ADDRESSES) {
      const [longestAgo] = this.#until.keys()
      if (longestAgo !== undefined) this.#until.delete(longestAgo)
    }
    this.#processUntil = notBeyond(
      Math.max(now, this.#processUntil) + FORGOTTEN.process,
      now,
      this.#bounds.process * FORGOTTEN.process,
    )
  }

  /** Addresses it remembers. */
  get size(): number {
    return this.#until.size
  }

  /** What it has counted since it began: failures of everybody, and requests that were held back. */
  get counts(): { readonly failed: number; readonly held_back: number } {
    return { failed: this.#failures, held_back: this.#heldBack }
  }

  #isPressed(now: number): boolean {
    const most = this.#bounds.process * FORGOTTEN.process
    // A clock that was put back: what it was then is not known any more.
    if (this.#processUntil > now + most) this.#processUntil = now
    return this.#processUntil - now > most - FORGOTTEN.process
  }
}

function notBeyond(until: number, now: number, most: number): number {
  return Math.min(until, now + most)
}
