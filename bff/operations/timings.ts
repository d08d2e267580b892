import { type BreakerSettings, PRODUCTION_BREAKER } from '../providers/breaker.ts'

/** Every duration the engine waits or allows, in milliseconds (DESIGN §6). Handed in, never read from the environment. */
export interface Timings {
  /** How long a claim lasts before anything was sent. */
  readonly lease: number
  /** Added to a call's time-out when *sent* renews the lease. */
  readonly lease_margin: number
  /**
   * How long the database is asked again by a runner that got no answer. Less than `lease_margin`, so that what the
   * server answered is written down while the lease lasts, and not read back.
   */
  readonly write_patience: number
  /** From *sent*; longer than the server's longest run. Nothing is sent again before it is over. */
  readonly quarantine: number
  /** The same for calls that cannot be proven by reading. */
  readonly unprovable_quarantine: number
  /** When to read back, counted from *sent*; afterwards every `proof_every`. */
  readonly proof_after: readonly number[]
  readonly proof_every: number
  /** Two reads count as a verdict only if they lie at least this far apart. */
  readonly proof_apart: number
  /** How long to wait for account locks, and how often to try. */
  readonly busy_limit: number
  readonly busy_every: number
  /** How often a runner looks for planned operations whose time has come. */
  readonly due_every: number
  /** How long one waits that could not begin on its day, and how late it may begin before a person must look. */
  readonly due_again: number
  readonly due_late: number
  /** How long a preview can be confirmed. */
  readonly preview_life: number
  /** Writes in flight per server. */
  readonly writes_per_server: number
  /** Read-backs under way per server in one process: those of a dead server must not fill it. */
  readonly checks_per_server: number
  /** When a server that does not answer is left alone, and for how long. */
  readonly breaker: BreakerSettings
  /** How long an operation waits for its server before it fails with nothing sent. */
  readonly silent_limit: number
  /** When an operation whose server did not answer tries again, if the breaker names no time. */
  readonly silent_every: number
  /** How long an operation may stand still beyond what its state can last before it is reported, and how often that is looked for. */
  readonly stuck_after: number
  readonly stuck_every: number
  /** How long a process that seals secrets anew may say nothing, how long it rests between batches, how often it looks. */
  readonly reseal_lease: number
  readonly reseal_pause: number
  readonly reseal_every: number
  /** How often an idle runner looks for work. */
  readonly poll: number
  /** How often a process looks for events while somebody listens, and how soon after a write of its own. */
  readonly feed_poll: number
  readonly feed_nudge: number
  /** How long a stream of the feed may be silent before a comment is sent. */
  readonly feed_heartbeat: number
  /** How long a stream lives; each a tenth less or more, so that not all end together. */
  readonly feed_life: number
  /** When to come back after a stream has ended, as it is told to the reader. */
  readonly feed_retry: number
  /** How long events can be asked for again, and how often older ones are removed. */
  readonly feed_keep: number
  readonly feed_sweep: number
  /** How often log entries that wait are sealed, and how long a process that does so does it alone. */
  readonly seal_every: number
  readonly seal_lease: number
  /** How often the end of a log's chain is signed, and how often what is kept long enough is cut off its beginning. */
  readonly head_every: number
  readonly retain_every: number
  /** How often replicas tell each other what they have counted of busy rates. */
  readonly rate_exchange: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND

export const PRODUCTION_TIMINGS: Timings = {
  lease: MINUTE,
  lease_margin: MINUTE,
  write_patience: 30 * SECOND,
  quarantine: 15 * MINUTE,
  unprovable_quarantine: 5 * MINUTE,
  proof_after: [5 * SECOND, 15 * SECOND, 30 * SECOND],
  proof_every: MINUTE,
  proof_apart: 10 * SECOND,
  busy_limit: 30 * MINUTE,
  busy_every: 2 * SECOND,
  due_every: 10 * SECOND,
  due_again: 5 * MINUTE,
  due_late: 24 * 60 * MINUTE,
  preview_life: 10 * MINUTE,
  writes_per_server: 4,
  checks_per_server: 2,
  breaker: PRODUCTION_BREAKER,
  silent_limit: 30 * MINUTE,
  silent_every: 10 * SECOND,
  stuck_after: 10 * MINUTE,
  stuck_every: MINUTE,
  reseal_lease: MINUTE,
  reseal_pause: 250,
  reseal_every: 10 * MINUTE,
  poll: 250,
  feed_poll: SECOND,
  feed_nudge: 50,
  feed_heartbeat: 15 * SECOND,
  feed_life: 10 * MINUTE,
  feed_retry: 2 * SECOND,
  feed_keep: 24 * 60 * MINUTE,
  feed_sweep: 10 * MINUTE,
  seal_every: 500,
  seal_lease: 10 * SECOND,
  head_every: 10 * MINUTE,
  retain_every: 24 * 60 * MINUTE,
  rate_exchange: SECOND,
}
