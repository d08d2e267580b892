import type { FeedData, FeedEvent } from '../../bff/contract/feed.ts'
import type { SessionPorts } from './ports.ts'
import type { SessionStore, Stale } from './store.ts'

/** News that come together are read together; in ms. */
const BURST = 100

/** What one event of the live feed says: that something has a version, no more. */
export interface News extends FeedData {
  /** A `FeedEvent`, or one that is newer than this. */
  readonly event: string
}

export interface Readers {
  readonly store: SessionStore
  /** The operations that are watched, by id. */
  readonly polls: ReadonlyMap<string, unknown>
  /** Reads a watched operation. */
  look(id: string): Promise<void>
}

/** Reads an event's data; `undefined` where it is not what the feed sends. Pure. */
export function newsOf(event: string, data: string | undefined): News | undefined {
  try {
    const body: unknown = JSON.parse(data ?? '')
    if (typeof body !== 'object' || body === null || !('id' in body && 'version' in body))
      return undefined
    const { id, version } = body
    return typeof id === 'string' && typeof version === 'number'
      ? { event, id, version }
      : undefined
  } catch {
    return undefined
  }
}

/** Has read what the live feed says is new, and nothing that is known. */
export class FeedNews {
  readonly #readers: Readers
  readonly #timer: SessionPorts['timer']
  /** Newest version told of each operation, until it has been read. */
  readonly #told = new Map<string, number>()
  readonly #operations = new Set<string>()
  readonly #stale = new Set<Stale>()
  readonly #entries = new Set<string>()
  #cancel: (() => void) | undefined
  #isReading = false
  #isStopped = false

  constructor(readers: Readers, timer: SessionPorts['timer']) {
    this.#readers = readers
    this.#timer = timer
  }

  /** Takes one event. One of a kind that is not known is for elements newer than these. */
  tell({ event, id, version }: News): void {
    switch (event) {
      case 'operation' satisfies FeedEvent:
        if (this.#known(id) >= version) return
        this.#told.set(id, Math.max(version, this.#told.get(id) ?? 0))
        this.#operations.add(id)
        break
      case 'service' satisfies FeedEvent:
        if (this.#readers.store.serviceVersion >= version) return
        this.#stale.add(event)
        break
      case 'fields' satisfies FeedEvent:
        this.#stale.add(event)
        break
      case 'log' satisfies FeedEvent:
        this.#entries.add(id)
        break
      default:
        return
    }
    this.#soon()
  }

  /** Has everything read that is shown: something may have been missed. */
  everything(): void {
    for (const id of this.#readers.polls.keys()) this.#operations.add(id)
    for (const what of ['service', 'fields', 'logs'] as const) this.#stale.add(what)
    this.#soon()
  }

  /** Whether a newer version of an operation was told of than could be read. */
  isBehind(id: string): boolean {
    return (this.#told.get(id) ?? 0) > this.#known(id)
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
  }

  #known(id: string): number {
    return this.#readers.store.operation(id)?.version ?? 0
  }

  #soon(): void {
    if (this.#isReading || this.#isStopped) return
    this.#cancel ??= this.#timer(BURST, () => {
      this.#cancel = undefined
      void this.#read()
    })
  }

  async #read(): Promise<void> {
    const { store, polls } = this.#readers
    const operations = [...this.#operations]
    const stale = new Set(this.#stale)
    const entries = [...this.#entries]
    for (const pending of [this.#operations, this.#stale, this.#entries]) pending.clear()
    this.#isReading = true
    // The end of an operation has things read anew by itself; once is enough.
    const told = new Set<Stale>()
    const stopListening = store.subscribe((change) => {
      if (change.kind === 'stale') told.add(change.what)
    })
    const watched = new Set(polls.keys())
    await Promise.all(
      operations.filter((id) => watched.has(id)).map((id) => this.#readers.look(id)),
    )
    stopListening()
    this.#isReading = false
    if (this.#isStopped) return
    for (const id of operations) {
      // One that somebody else began is found where it says what can be done.
      if (!watched.has(id) && this.isBehind(id)) stale.add('service')
      if (!watched.has(id) || !this.isBehind(id)) this.#told.delete(id)
    }
    for (const what of ['service', 'fields'] as const)
      if (stale.has(what) && !told.has(what)) store.tell({ kind: 'stale', what })
    if ((stale.has('logs') || entries.length > 0) && !told.has('logs'))
      store.tell({ kind: 'entries', ids: stale.has('logs') ? undefined : entries })
    if (this.#operations.size + this.#stale.size + this.#entries.size > 0) this.#soon()
  }
}
