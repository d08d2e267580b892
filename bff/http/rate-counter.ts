/** One bound a request is counted against. */
export interface Charge {
  /** What is counted, unique over all bounds: `token …`, `service …`, `tenant …`. */
  readonly key: string
  /** Units per minute. */
  readonly quota: number
}

/** How a request stands to its bounds. */
export interface Verdict {
  readonly allowed: boolean
  /** Index of the bound with the smallest share left; of those in the way, the one that is so longest. */
  readonly tightest: number
  /** Units left of that one, rounded down. */
  readonly remaining: number
  /** Seconds until there is room for the request again where there is none, else until what is counted now is forgotten. */
  readonly seconds: number
}

/** What one replica has counted of a key in a minute. */
export interface Count {
  readonly minute: number
  readonly key: string
  readonly used: number
}

interface Use {
  minute: number
  /** Counted here, in this minute and the one before. */
  own: number
  own_before: number
  /** Counted by others, as far as they have told. */
  others: number
  others_before: number
  /** The quota it was last counted against. */
  quota: number
  told: number
}

const MINUTE = 60_000
/** What sums of fractions may be off by. */
const ROUNDING = 1e-6

export const minuteOf = (now: number): number => Math.floor(now / MINUTE)

/**
 * A use is told to others only from this share of its quota on: most keys never come there, and a quiet BFF writes
 * nothing. Replicas together may overshoot a quota by this share each, and by what they let through between two tellings.
 */
export const TOLD_FROM = 0.1

/** Counts of the last two minutes by key; a window of one minute slides over them. Pure but for its own memory. */
export class RateCounter {
  readonly #uses = new Map<string, Use>()
  #swept = 0

  /** Counts a request against all its bounds, or, where it is too much for one, against none. */
  take(now: number, charges: readonly Charge[], cost: number): Verdict {
    const minute = minuteOf(now)
    this.#sweep(minute)
    const share = (now % MINUTE) / MINUTE
    let tightest = 0
    let least = Number.POSITIVE_INFINITY
    let remaining = 0
    let wait = 0
    for (const [at, { key, quota }] of charges.entries()) {
      const use = this.#useOf(key, minute)
      const used = usedOf(use, share)
      const needed = used + cost > quota + ROUNDING ? secondsUntilRoom(use, share, quota - cost) : 0
      const left = Math.max(0, needed > 0 ? quota - used : quota - used - cost)
      if (needed > wait || (wait === 0 && left / quota < least)) {
        tightest = at
        least = left / quota
        remaining = left
        wait = Math.max(wait, needed)
      }
    }
    if (wait > 0)
      return { allowed: false, tightest, remaining: Math.floor(remaining), seconds: wait }
    for (const { key, quota } of charges) {
      const use = this.#useOf(key, minute)
      use.own += cost
      use.quota = quota
      this.#uses.set(key, use)
    }
    return {
      allowed: true,
      tightest,
      remaining: Math.floor(remaining),
      seconds: Math.max(1, Math.ceil(((1 - share) * MINUTE) / 1000)),
    }
  }

  /** What others should hear of: keys near their quotas, where something is new since the last time. */
  news(now: number): Count[] {
    const minute = minuteOf(now)
    const counts: Count[] = []
    for (const [key, use] of this.#uses) {
      if (use.minute !== minute || use.own === use.told || use.own < use.quota * TOLD_FROM) continue
      counts.push({ minute, key, used: use.own })
      use.told = use.own
    }
    return counts
  }

  /** Takes in what others have counted, all of them together. */
  learn(now: number, counts: readonly Count[]): void {
    const minute = minuteOf(now)
    for (const { minute: of, key, used } of counts) {
      const use = this.#useOf(key, minute)
      if (of === minute) use.others = used
      else if (of === minute - 1) use.others_before = used
      else continue
      this.#uses.set(key, use)
    }
  }

  /** Keys it remembers. */
  get size(): number {
    return this.#uses.size
  }

  /** As of this minute; a key nobody has used is not remembered for being asked about. */
  #useOf(key: string, minute: number): Use {
    const use = this.#uses.get(key)
    if (use === undefined)
      return {
        minute,
        own: 0,
        own_before: 0,
        others: 0,
        others_before: 0,
        quota: Number.POSITIVE_INFINITY,
        told: 0,
      }
    if (use.minute < minute) {
      const next = use.minute === minute - 1
      use.own_before = next ? use.own : 0
      use.others_before = next ? use.others : 0
      use.own = 0
      use.others = 0
      use.told = 0
      use.minute = minute
    }
    return use
  }

  #sweep(minute: number): void {
    if (minute === this.#swept) return
    this.#swept = minute
    for (const [key, use] of this.#uses) if (use.minute < minute - 1) this.#uses.delete(key)
  }
}

function usedOf(use: Use, share: number): number {
  return use.own + use.others + (use.own_before + use.others_before) * (1 - share)
}

/** Whole seconds until no more than `room` is used, if nothing is added. Pure. */
function secondsUntilRoom(use: Use, share: number, room: number): number {
  const now = use.own + use.others
  const before = use.own_before + use.others_before
  // What is never possible is possible in the next minute as little as now; who asks again then is told again.
  if (room < 0) return 60
  // Within this minute the one before fades out; after it, this one does.
  const inThis = before === 0 ? Number.POSITIVE_INFINITY : 1 - (room - now) / before
  const at = now <= room && inThis <= 1 ? inThis : 2 - room / Math.max(now, 1)
  return Math.max(1, Math.ceil((at - share) * 60))
}
