import { setTimeout as wait } from 'node:timers/promises'
import type { Sqld } from '../sqld.ts'
import type { Random } from './random.ts'
import type { ChaosTimes } from './timings.ts'
import type { Worker } from './worker.ts'

/** How often each thing happened. */
export interface Deaths {
  workers_killed: number
  workers_frozen: number
  databases_killed: number
}

/** Kills and freezes at random until it is told to stop. */
export class Murderer {
  readonly deaths: Deaths = { workers_killed: 0, workers_frozen: 0, databases_killed: 0 }
  readonly #random: Random
  readonly #workers: readonly Worker[]
  readonly #database: Sqld | undefined
  readonly #times: ChaosTimes
  readonly #stop = new AbortController()
  #done: Promise<unknown> = Promise.resolve()

  constructor(
    random: Random,
    workers: readonly Worker[],
    database: Sqld | undefined,
    times: ChaosTimes,
  ) {
    this.#random = random
    this.#workers = workers
    this.#database = database
    this.#times = times
  }

  /** How many processes it has killed or frozen. */
  get deeds(): number {
    return this.deaths.workers_killed + this.deaths.workers_frozen
  }

  start(): void {
    this.#done = Promise.all([this.#hunt(), this.#crash()])
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  /** @returns false once it is over */
  async #rest([from, to]: readonly [number, number]): Promise<boolean> {
    const { signal } = this.#stop
    await wait(this.#random.between(from, to), undefined, { signal }).catch(() => undefined)
    return !signal.aborted
  }

  async #hunt(): Promise<void> {
    while (await this.#rest(this.#times.betweenDeeds)) {
      const awake = this.#workers.filter((worker) => worker.awake(this.#times.rest))
      // Where all are down nobody takes anything over: that is a slow machine, not chaos.
      if (awake.length < Math.min(2, this.#workers.length)) continue
      const victims = awake
      const victim = victims[this.#random.between(0, Math.max(0, victims.length - 1))]
      if (victim === undefined) continue
      if (this.#random.chance(0.6)) {
        this.deaths.workers_killed += 1
        victim.kill()
      } else {
        this.deaths.workers_frozen += 1
        victim.freeze(this.#random.between(...this.#times.freeze))
      }
    }
  }

  async #crash(): Promise<void> {
    const database = this.#database
    if (database === undefined) return
    while (await this.#rest(this.#times.betweenDatabases)) {
      this.deaths.databases_killed += 1
      await database.kill()
      await wait(this.#random.between(50, 400))
      await database.restart()
    }
  }
}
