import { sql } from 'drizzle-orm'
import type { Clock } from '../bff/contract/clock.ts'
import { type Database, isDatabaseAway } from './connect.ts'
import { pauseBefore } from './pause.ts'

/** Milliseconds between two measurements. */
const EVERY = 60_000
/** A round trip of so many milliseconds is good enough; how often it is measured in hope of one. */
const SHORT = 250
const TRIES = 3

interface Measurement {
  readonly offset: number
  readonly round_trip: number
}
/** How often the first measurement is tried. */
const ATTEMPTS = 5

/**
 * Local time corrected by its distance to the database's, so that leases mean the same to every replica. A file has no
 * other clock than ours.
 */
export class PrimaryClock implements Clock {
  readonly #db: Database
  readonly #local: Clock
  #offset = 0
  #timer: NodeJS.Timeout | undefined

  constructor(db: Database, local: Clock) {
    // An answer that was waited for twice would be taken for one that was long on its way.
    this.#db = db.withPatience(0)
    this.#local = local
  }

  now(): number {
    return this.#local.now() + this.#offset
  }

  /** Milliseconds the primary is ahead of this machine, as last measured. */
  get offset(): number {
    return this.#offset
  }

  /**
   * Half of the round trip is taken as the way there. Of a long one that says little, least of all when this process was
   * stopped in the middle of it: then it is measured again, and the shortest counts.
   */
  async measure(): Promise<void> {
    if (this.#db.kind === 'file') return
    let best: Measurement | undefined
    for (let tries = 0; tries < TRIES; tries++) {
      const measured = await this.#once()
      if (measured === undefined) continue
      if (best === undefined || measured.round_trip < best.round_trip) best = measured
      if (best.round_trip <= SHORT) break
    }
    if (best !== undefined) this.#offset = best.offset
  }

  async #once(): Promise<Measurement | undefined> {
    const asked = this.#local.now()
    const rows = await this.#db.orm.all<{ at: number }>(
      sql`SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS at`,
    )
    const answered = this.#local.now()
    const at = rows[0]?.at
    return typeof at === 'number'
      ? { offset: Math.round(at - (asked + answered) / 2), round_trip: answered - asked }
      : undefined
  }

  /** Measures now and then every minute. @param failed told when a later measurement fails; the last one stays in force */
  async start(failed: (error: unknown) => void): Promise<void> {
    await this.#measurePatiently()
    if (this.#db.kind === 'file') return
    this.#timer = setInterval(() => void this.measure().catch(failed), EVERY)
    this.#timer.unref()
  }

  async #measurePatiently(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.measure()
        return
      } catch (error) {
        if (!isDatabaseAway(error) || attempt === ATTEMPTS) throw error
        await pauseBefore(attempt + 1)
      }
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
