/** When a server is given up on, and when it is tried again. Milliseconds. */
export interface BreakerSettings {
  /** Failures in a row, with no answer between them, after which a server is not asked any more. */
  readonly failures: number
  /** Failures further apart than this do not count as in a row. */
  readonly apart: number
  /** How long it is left alone: the first time, the second time in a row … The last stands for all after it. */
  readonly pauses: readonly number[]
}

export const PRODUCTION_BREAKER: BreakerSettings = {
  failures: 5,
  apart: 120_000,
  pauses: [10_000, 20_000, 40_000, 60_000],
}

/** What is known of the way to one server, as data. Times are milliseconds since the epoch. */
export type Breaker =
  | { readonly kind: 'closed'; readonly failures: number; readonly last: number }
  /** Not asked before `until`; `since` is when it was given up on first, `times` how often in a row. */
  | {
      readonly kind: 'open'
      readonly since: number
      readonly until: number
      readonly times: number
    }
  /** One call is through to see; `until` is when the next would be if it fails at once. */
  | {
      readonly kind: 'probing'
      readonly since: number
      readonly until: number
      readonly times: number
    }

/** What one call told about the way to its server. */
export type WayEvent =
  /** Somebody there answered, yes or no. */
  | 'answered'
  /** The way is broken or the server has a fault of its own (5xx). */
  | 'failed'
  /** Nothing about the way: a certificate that does not fit, an address that is not allowed. */
  | 'nothing'

export const CLOSED: Breaker = { kind: 'closed', failures: 0, last: 0 }

/** Whether a call may be made now. Pure. */
export type Admission =
  | { readonly kind: 'go' }
  /** It may, and it is the one all others wait for. */
  | { readonly kind: 'probe'; readonly breaker: Breaker }
  /** Another call is finding out. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'refused'; readonly until: number }

function pauseOf(settings: BreakerSettings, times: number): number {
  return settings.pauses[Math.min(times, settings.pauses.length) - 1] ?? 0
}

/** Asks for one call. Pure. */
export function admission(breaker: Breaker, now: number, settings: BreakerSettings): Admission {
  switch (breaker.kind) {
    case 'closed':
      return { kind: 'go' }
    case 'probing':
      return { kind: 'wait' }
    case 'open':
      if (now < breaker.until) return { kind: 'refused', until: breaker.until }
      return {
        kind: 'probe',
        breaker: {
          kind: 'probing',
          since: breaker.since,
          until: now + pauseOf(settings, breaker.times + 1),
          times: breaker.times,
        },
      }
  }
}

/** What becomes of a breaker when a call has ended. Pure. */
export function told(
  breaker: Breaker,
  event: WayEvent,
  now: number,
  settings: BreakerSettings,
): Breaker {
  if (event === 'answered') return CLOSED
  switch (breaker.kind) {
    case 'closed': {
      if (event === 'nothing') return breaker
      const failures = (now - breaker.last > settings.apart ? 0 : breaker.failures) + 1
      return failures < settings.failures
        ? { kind: 'closed', failures, last: now }
        : { kind: 'open', since: now, until: now + pauseOf(settings, 1), times: 1 }
    }
    // A call that began before it was given up on.
    case 'open':
      return breaker
    case 'probing': {
      // A probe that found out nothing leaves its place to the next.
      if (event === 'nothing') return { ...breaker, kind: 'open', until: now }
      const times = breaker.times + 1
      return {
        kind: 'open',
        since: breaker.since,
        until: now + pauseOf(settings, times),
        times,
      }
    }
  }
}

/** When the server is tried again; undefined while it may be asked. Pure. */
export function triedAgainAt(breaker: Breaker, now: number): number | undefined {
  switch (breaker.kind) {
    case 'closed':
      return undefined
    case 'open':
      return now < breaker.until ? breaker.until : undefined
    case 'probing':
      return Math.max(breaker.until, now)
  }
}
