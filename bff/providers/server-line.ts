import type { Clock } from '../contract/clock.ts'
import {
  admission,
  type Breaker,
  type BreakerSettings,
  CLOSED,
  PRODUCTION_BREAKER,
  told,
  triedAgainAt,
  type WayEvent,
} from './breaker.ts'
import { RetryBudget } from './retry-budget.ts'

export type Passed<T> =
  | { readonly kind: 'made'; readonly outcome: T }
  /** Nothing was sent: the server does not answer and is left alone until then. */
  | { readonly kind: 'refused'; readonly until: number }

/**
 * The way from this process to one server, whoever's token is used on it: its breaker, and the budget of retries. Every
 * call of every connection to that server goes through it.
 */
export class ServerLine {
  readonly retries = new RetryBudget()
  readonly #clock: Clock
  readonly #settings: BreakerSettings
  #breaker: Breaker = CLOSED
  #probe: Promise<void> | undefined

  constructor(clock: Clock, settings: BreakerSettings = PRODUCTION_BREAKER) {
    this.#clock = clock
    this.#settings = settings
  }

  /**
   * Makes a call, unless the server is being left alone. After its pause one call goes through to see; others that come
   * meanwhile wait for what it finds.
   *
   * @param judge what the outcome tells about the way; a call that throws tells nothing
   * @param always make it in any case: a person tests the connection
   */
  async pass<T>(
    call: () => Promise<T>,
    judge: (outcome: T) => WayEvent,
    always = false,
  ): Promise<Passed<T>> {
    for (;;) {
      const asked = admission(this.#breaker, this.#clock.now(), this.#settings)
      if (asked.kind === 'go' || always)
        return { kind: 'made', outcome: await this.#make(call, judge) }
      if (asked.kind === 'refused') return asked
      if (asked.kind === 'probe') {
        this.#breaker = asked.breaker
        const made = this.#make(call, judge)
        this.#probe = made.then(
          () => undefined,
          () => undefined,
        )
        return { kind: 'made', outcome: await made }
      }
      await this.#probe
    }
  }

  /** When the server is tried again; undefined while it may be asked. */
  until(): number | undefined {
    return triedAgainAt(this.#breaker, this.#clock.now())
  }

  /** Since when the server has not answered; undefined if it does as far as is known. */
  silentSince(): number | undefined {
    return this.#breaker.kind === 'closed' ? undefined : this.#breaker.since
  }

  async #make<T>(call: () => Promise<T>, judge: (outcome: T) => WayEvent): Promise<T> {
    let event: WayEvent = 'nothing'
    try {
      const outcome = await call()
      event = judge(outcome)
      return outcome
    } finally {
      this.#breaker = told(this.#breaker, event, this.#clock.now(), this.#settings)
    }
  }
}

/** A server that does not answer. */
export interface Silent {
  readonly server: string
  readonly since: number
  /** When it is tried again; undefined when the next call may be the one that tries. */
  readonly until: number | undefined
}

/** The lines of this process, by server. */
export class ServerLines {
  readonly #clock: Clock
  readonly #settings: BreakerSettings
  readonly #lines = new Map<string, ServerLine>()

  constructor(clock: Clock, settings: BreakerSettings = PRODUCTION_BREAKER) {
    this.#clock = clock
    this.#settings = settings
  }

  /** @param server id of the server's row: configurations of all tenants share it */
  of(server: string): ServerLine {
    const known = this.#lines.get(server)
    if (known !== undefined) return known
    const line = new ServerLine(this.#clock, this.#settings)
    this.#lines.set(server, line)
    return line
  }

  /** When a server is tried again; undefined while it may be asked. */
  until(server: string): number | undefined {
    return this.#lines.get(server)?.until()
  }

  /** All servers that do not answer as far as this process knows. */
  silent(): Silent[] {
    return [...this.#lines].flatMap(([server, line]) => {
      const since = line.silentSince()
      return since === undefined ? [] : [{ server, since, until: line.until() }]
    })
  }
}
