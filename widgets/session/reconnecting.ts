/** How one stream of the live feed ended, or why there was none. */
export type Ending =
  /** The BFF has said that it ends: `token`, `stopping`, `renew`, `limit`. */
  | { readonly kind: 'bye'; readonly reason: string }
  /** No connection, a server's fault, or an end without a word. */
  | { readonly kind: 'broken' }
  /** Too many streams. `after` is in ms. */
  | { readonly kind: 'busy'; readonly after: number | undefined }
  /** Something between keeps streams back, or gives something else out for one. */
  | { readonly kind: 'swallowed' }
  /** There is none for this token. */
  | { readonly kind: 'refused' }
  /** The machine was asleep. */
  | { readonly kind: 'slept' }

/** What follows: `waiting` is over at once when the network or the person returns, `polling` only after its time. */
export interface Following {
  readonly state: 'waiting' | 'polling'
  /** In ms. */
  readonly delay: number
  /** Endings in a row that look like a fault. */
  readonly strikes: number
}

/** After so many faults in a row the page polls for a while. */
export const STRIKES = 3
/** First wait after a fault, in ms; each further one is twice as long. */
const FIRST_WAIT = 1000
/** How long a page polls before it tries again, in ms: at first, and at most. */
const POLLING = 120_000
const LONGEST_POLLING = 600_000

/**
 * What to do after a stream has ended. Pure.
 *
 * @param strikes faults in a row before this one
 * @param lived whether the stream worked for a while: then nothing before it counts
 * @param retry the wait the BFF asked for, in ms
 * @param random at least 0, less than 1: moves every wait, so that not all pages come back at once
 */
export function afterEnding(
  strikes: number,
  ending: Ending,
  lived: boolean,
  retry: number,
  random: number,
): Following {
  const before = lived ? 0 : strikes
  const faults = before + 1
  const polling = (count: number): Following => {
    const delay = Math.min(POLLING * 2 ** Math.max(count - STRIKES, 0), LONGEST_POLLING)
    return { state: 'polling', delay: delay * (0.8 + 0.4 * random), strikes: count }
  }
  const waiting = (delay: number, count: number): Following =>
    count >= STRIKES ? polling(count) : { state: 'waiting', delay, strikes: count }
  switch (ending.kind) {
    case 'bye': {
      // One that says good-bye as soon as it is opened is a fault like another.
      const count = lived ? 0 : faults
      return waiting(ending.reason === 'token' ? 0 : retry * (1 + random), count)
    }
    case 'broken':
      return waiting(FIRST_WAIT * 2 ** before * (0.5 + random), faults)
    case 'busy':
      return ending.after === undefined
        ? polling(faults)
        : {
            state: 'polling',
            delay: Math.min(ending.after, LONGEST_POLLING) * (1 + 0.2 * random) + 1000 * random,
            strikes: before,
          }
    case 'swallowed':
    case 'refused':
      return polling(Math.max(faults, STRIKES))
    case 'slept':
      return { state: 'waiting', delay: FIRST_WAIT * random, strikes: 0 }
  }
}

/** What a `Retry-After` says, in ms from now. Pure. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const at = /^\s*\d+\s*$/.test(header) ? now + Number(header) * 1000 : Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(at - now, 0)
}
