import type { Database } from '../../db/connect.ts'
import { type FeedRow, feedAfter, feedBounds, feedOfService, feedPruned } from '../../db/feed.ts'
import type { Clock } from '../contract/clock.ts'
import { type ByeReason, FEED_EVENTS, type FeedEvent } from '../contract/feed.ts'
import type { TenantId } from '../contract/ids.ts'
import { type Block, byeBlock, eventBlock, HEARTBEAT, openingBlock } from './feed-blocks.ts'
import type { Timings } from './timings.ts'

export interface FeedDeps {
  readonly db: Database
  readonly clock: Clock
  readonly timings: Timings
  report(error: unknown, about: string): void
  /** Whether a tenant is still served: its streams end when it is not. All are unless told. */
  isServed?(tenant: TenantId): Promise<boolean>
}

export interface FeedLimits {
  /** Streams one token subject may have open in this process. */
  readonly per_subject: number
  /** Streams this process keeps open. */
  readonly per_process: number
  /** Missed events a resumed stream is told one by one; after more it is told to read everything again. */
  readonly backlog: number
}

export const FEED_LIMITS: FeedLimits = { per_subject: 32, per_process: 4000, backlog: 256 }

export interface FeedOptions {
  /** Whether to look on a timer; tests drive `tick` and `sweep` instead. */
  readonly automatic: boolean
  readonly limits?: FeedLimits
  /** From 0 to 1; spreads the ends of streams that began together. `Math.random` unless told. */
  readonly random?: () => number
}

/** Who listens, and to what. */
export interface Listener {
  readonly tenant: TenantId
  readonly service: { readonly id: string; readonly version: number }
  /** Issuer and subject of the token. */
  readonly subject: string
  /** When the token ends, in milliseconds. */
  readonly until: number
  /** Whether its token was revoked meanwhile. @throws DatabaseUnavailable it cannot be known */
  isRevoked(): Promise<boolean>
  /** Whether the token lets it know of such a thing. */
  hears(event: FeedEvent, client_visible: boolean): boolean
}

/** Where a stream's blocks go. */
export interface Sink {
  /** @returns false when the reader is so far behind that nothing more should be kept for it */
  write(block: Block): boolean
  end(): void
}

export type Opened =
  | {
      readonly kind: 'opened'
      /** Begins to write; call it at once. @returns what to call when the reader has gone */
      attach(sink: Sink): () => void
    }
  | { readonly kind: 'full'; readonly of: 'subject' | 'process'; readonly retry_after: number }
  | { readonly kind: 'stopping'; readonly retry_after: number }

interface Stream {
  readonly listener: Listener
  readonly sink: Sink
  /** Everything up to this event has been told, or was not for this listener. */
  told: number
  readonly ends_at: number
  heard_at: number
}

const BATCH = 500
const PRUNE = 1000
/** Seconds after which to try again where no stream could be opened. */
const RETRY_FULL = 30
const RETRY_STOPPING = 2

const keyOf = (tenant: TenantId, service: string) => `${tenant}/${service}`
const eventOf = (name: string): FeedEvent | undefined => FEED_EVENTS.find((event) => event === name)

/**
 * The live feed of one process: looks for new events only while somebody listens, once for all streams, and hands them
 * out in memory. The truth is the table, so it is the same in every replica, and a stream that ends has lost nothing.
 */
export class Feed {
  readonly #deps: FeedDeps
  readonly #limits: FeedLimits
  readonly #automatic: boolean
  readonly #random: () => number
  readonly #streams = new Map<string, Set<Stream>>()
  readonly #bySubject = new Map<string, number>()
  #count = 0
  #timer: NodeJS.Timeout | undefined
  #sweeper: NodeJS.Timeout | undefined
  #polling: Promise<void> | undefined
  #nudged = false
  #stopped = false
  #away = false

  constructor(deps: FeedDeps, { automatic, limits = FEED_LIMITS, random }: FeedOptions) {
    this.#deps = deps
    this.#limits = limits
    this.#automatic = automatic
    this.#random = random ?? Math.random
    if (!automatic) return
    this.#sweeper = setInterval(() => void this.sweep(), deps.timings.feed_sweep)
    this.#sweeper.unref()
  }

  /** Streams open just now. */
  get streams(): number {
    return this.#count
  }

  /**
   * Opens a stream for somebody whose token and service have been looked at. What happened behind `last` comes first;
   * where that is no longer kept, or never was, one event of the service says that everything must be read again.
   *
   * @param last number of the last event that was read; undefined begins now
   */
  async open(listener: Listener, last: number | undefined): Promise<Opened> {
    if (this.#stopped) return { kind: 'stopping', retry_after: RETRY_STOPPING }
    const open = this.#bySubject.get(listener.subject) ?? 0
    if (this.#count >= this.#limits.per_process)
      return { kind: 'full', of: 'process', retry_after: RETRY_FULL }
    if (open >= this.#limits.per_subject)
      return { kind: 'full', of: 'subject', retry_after: RETRY_FULL }
    // Taken before anything is waited for: many at once must not pass the limit together.
    this.#take(listener, 1)
    try {
      const { head } = await feedBounds(this.#deps.db)
      const missed = last === undefined ? [] : await this.#missed(listener, last, head)
      const beginning = this.#beginning(listener, last, head, missed)
      return {
        kind: 'opened',
        attach: (sink) => this.#attach(listener, sink, head, beginning),
      }
    } catch (error) {
      this.#take(listener, -1)
      throw error
    }
  }

  /** Looks at once for what a write of this process may have brought. */
  nudge(): void {
    if (!this.#automatic || this.#count === 0 || this.#nudged || this.#stopped) return
    this.#nudged = true
    setTimeout(() => {
      this.#nudged = false
      void this.#poll()
    }, this.#deps.timings.feed_nudge).unref()
  }

  /** Ends what must end, keeps alive what is quiet, and tells what is new. */
  async tick(): Promise<void> {
    const now = this.#deps.clock.now()
    const unserved = await this.#unserved()
    for (const stream of this.#all()) {
      if (unserved.has(stream.listener.tenant) || now >= stream.listener.until)
        this.#bye(stream, 'token')
      else if (now >= stream.ends_at) this.#bye(stream, 'renew')
      else if (now - stream.heard_at >= this.#deps.timings.feed_heartbeat)
        this.#write(stream, HEARTBEAT, now)
    }
    await this.#poll()
  }

  /** Removes events that are older than they are kept. */
  async sweep(): Promise<void> {
    try {
      const before = this.#deps.clock.now() - this.#deps.timings.feed_keep
      let removed = PRUNE
      while (removed >= PRUNE) {
        const [result] = await this.#deps.db.write([feedPruned(before, PRUNE)])
        removed = result?.rowsAffected ?? 0
      }
    } catch (error) {
      this.#deps.report(error, 'removing old events')
    }
  }

  /** Ends every stream with a word, and opens no more. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    clearInterval(this.#sweeper)
    for (const stream of this.#all()) this.#bye(stream, 'stopping')
  }

  /** Those tenants with streams that are not served any more. */
  async #unserved(): Promise<ReadonlySet<TenantId>> {
    const { isServed, report } = this.#deps
    const unserved = new Set<TenantId>()
    if (isServed === undefined) return unserved
    try {
      for (const tenant of new Set(this.#all().map(({ listener }) => listener.tenant)))
        if (!(await isServed(tenant))) unserved.add(tenant)
    } catch (error) {
      report(error, 'looking whose streams go on')
    }
    return unserved
  }

  #all(): Stream[] {
    return [...this.#streams.values()].flatMap((streams) => [...streams])
  }

  #take({ subject }: Listener, places: 1 | -1): void {
    this.#count += places
    const left = (this.#bySubject.get(subject) ?? 0) + places
    if (left === 0) this.#bySubject.delete(subject)
    else this.#bySubject.set(subject, left)
  }

  /** @returns undefined where they cannot be told one by one */
  async #missed(
    { tenant, service }: Listener,
    last: number,
    head: number,
  ): Promise<FeedRow[] | undefined> {
    if (last > head) return undefined
    const { db } = this.#deps
    const { backlog } = this.#limits
    const rows = await feedOfService(db, tenant, service.id, last, head, backlog + 1)
    // Looked at after the reading: what is removed meanwhile is not taken for nothing.
    const { floor } = await feedBounds(db)
    return last < floor || rows.length > backlog ? undefined : rows
  }

  #beginning(
    listener: Listener,
    last: number | undefined,
    head: number,
    missed: readonly FeedRow[] | undefined,
  ): Block[] {
    const retry = this.#deps.timings.feed_retry
    if (missed === undefined)
      return [openingBlock(head, retry), eventBlock(head, 'service', listener.service)]
    const told = missed.flatMap((row) => this.#blockFor(listener, row) ?? [])
    return [openingBlock(last ?? head, retry), ...told]
  }

  #blockFor(listener: Listener, { seq, event: name, ref, version, client_visible }: FeedRow) {
    const event = eventOf(name)
    if (event === undefined || !listener.hears(event, client_visible)) return undefined
    return eventBlock(seq, event, { id: ref, version })
  }

  #attach(listener: Listener, sink: Sink, told: number, beginning: readonly Block[]): () => void {
    const now = this.#deps.clock.now()
    const spread = 0.9 + 0.2 * this.#random()
    const ends_at = now + this.#deps.timings.feed_life * spread
    const stream: Stream = { listener, sink, told, ends_at, heard_at: now }
    const key = keyOf(listener.tenant, listener.service.id)
    const streams = this.#streams.get(key) ?? new Set()
    this.#streams.set(key, streams.add(stream))
    for (const block of beginning) if (!this.#write(stream, block, now)) break
    if (this.#stopped) this.#bye(stream, 'stopping')
    this.#schedule()
    return () => this.#forget(stream)
  }

  #schedule(): void {
    if (!this.#automatic || this.#timer !== undefined || this.#stopped || this.#count === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.tick().then(() => this.#schedule())
    }, this.#deps.timings.feed_poll)
    this.#timer.unref()
  }

  /** One look at a time; whoever asks meanwhile waits for one that began after. */
  async #poll(): Promise<void> {
    const before = this.#polling
    if (before === undefined) {
      this.#polling = this.#look().finally(() => {
        this.#polling = undefined
      })
      return this.#polling
    }
    await before
    return this.#polling ?? this.#poll()
  }

  async #look(): Promise<void> {
    try {
      // First: who is not let in any more is told nothing that happened since.
      await this.#endRevoked()
      let isMore = true
      while (isMore && this.#streams.size > 0) isMore = await this.#deliver()
      this.#away = false
    } catch (error) {
      // Streams stay open: what they miss is told when the database is back.
      if (!this.#away) this.#deps.report(error, 'looking for events')
      this.#away = true
    }
  }

  async #endRevoked(): Promise<void> {
    for (const stream of this.#all())
      if (await stream.listener.isRevoked()) this.#bye(stream, 'token')
  }

  /** Reads on from what everybody has been told. @returns whether there may be more */
  async #deliver(): Promise<boolean> {
    const from = Math.min(...this.#all().map(({ told }) => told))
    const rows = await feedAfter(this.#deps.db, from, BATCH)
    const now = this.#deps.clock.now()
    const last = rows.at(-1)?.seq ?? from
    for (const row of rows)
      for (const stream of this.#streams.get(keyOf(row.tenant, row.service)) ?? []) {
        // One that came while this was read may begin before what was read.
        if (stream.told < from || stream.told >= row.seq) continue
        const block = this.#blockFor(stream.listener, row)
        if (block !== undefined) this.#write(stream, block, now)
      }
    for (const stream of this.#all())
      if (stream.told >= from && stream.told < last) stream.told = last
    return rows.length === BATCH
  }

  /** @returns whether the stream goes on */
  #write(stream: Stream, block: Block, now: number): boolean {
    stream.heard_at = now
    if (stream.sink.write(block)) return true
    this.#bye(stream, 'limit')
    return false
  }

  #bye(stream: Stream, reason: ByeReason): void {
    if (!this.#forget(stream)) return
    stream.sink.write(byeBlock(reason))
    stream.sink.end()
  }

  /** @returns whether it was still there */
  #forget(stream: Stream): boolean {
    const { listener } = stream
    const key = keyOf(listener.tenant, listener.service.id)
    const streams = this.#streams.get(key)
    if (streams?.delete(stream) !== true) return false
    if (streams.size === 0) this.#streams.delete(key)
    this.#take(listener, -1)
    return true
  }
}
