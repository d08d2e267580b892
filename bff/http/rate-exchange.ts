import { randomUUID } from 'node:crypto'
import type { Database } from '../../db/connect.ts'
import { ratesTold, ratesWritten } from '../../db/rate-use.ts'
import type { Clock } from '../contract/clock.ts'
import { minuteOf, type RateCounter } from './rate-counter.ts'

export interface RateExchangeDeps {
  readonly db: Database
  readonly clock: Clock
  readonly counter: RateCounter
  /** Told once when the others cannot be heard any more. */
  report(error: unknown, about: string): void
}

/**
 * Keeps the rates of several replicas together: tells what was counted here, and learns what the others counted, one
 * write and one read at a time, never while a request waits. With the database away each replica goes on by what it
 * knows.
 */
export class RateExchange {
  readonly #deps: RateExchangeDeps
  readonly #replica = randomUUID()
  #isDeaf = false
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: RateExchangeDeps) {
    this.#deps = deps
  }

  /** @param every milliseconds between two exchanges; a slow one delays the next */
  start(every: number): void {
    const again = () => {
      this.#running = this.exchange()
      this.#running.then(() => {
        if (this.#timer !== undefined) this.#timer = setTimeout(again, every).unref()
      })
    }
    this.#timer = setTimeout(again, every).unref()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#running
  }

  /** One exchange. Never rejects. */
  async exchange(): Promise<void> {
    const { db, clock, counter, report } = this.#deps
    const now = clock.now()
    const news = counter.news(now)
    try {
      if (news.length > 0) await ratesWritten(db, this.#replica, minuteOf(now), news)
      counter.learn(clock.now(), await ratesTold(db, this.#replica, minuteOf(now)))
      this.#isDeaf = false
    } catch (error) {
      if (!this.#isDeaf) report(error, 'the rates of the other replicas')
      this.#isDeaf = true
    }
  }
}
