import type { Operation } from '../../bff/contract/operation.ts'

/** What an element may have to read again. */
export type Stale = 'service' | 'fields' | 'usage' | 'logs' | 'configurations'

/**
 * How the live feed stands: `closed` (nobody needs it, or the page is hidden), `opening`, `open`, `waiting` (it ended and is
 * opened again within seconds), `polling` (it cannot be had for minutes). But for `open`, what is unsettled is polled.
 */
export type FeedState = 'closed' | 'opening' | 'open' | 'waiting' | 'polling'

export type StoreChange =
  | { readonly kind: 'stale'; readonly what: Stale }
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'operation_unseen'; readonly id: string; readonly thrown: unknown }
  /** Somebody has added to the log; `ids` of the entries where they are known. */
  | { readonly kind: 'entries'; readonly ids: readonly string[] | undefined }
  | { readonly kind: 'feed'; readonly state: FeedState }

/** What the elements of one session tell each other. */
export class SessionStore {
  readonly #listeners = new Set<(change: StoreChange) => void>()
  readonly #operations = new Map<string, Operation>()
  /** Version of the service that was read: what the live feed tells of it is no news. */
  serviceVersion = 0
  feed: FeedState = 'closed'

  /** Calls back for each change; the answer ends it. */
  subscribe(listener: (change: StoreChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  operation(id: string): Operation | undefined {
    return this.#operations.get(id)
  }

  /** Takes an operation as the BFF told it; older news than what is known is dropped. */
  putOperation(operation: Operation): void {
    const known = this.#operations.get(operation.id)
    const isNew = known === undefined || known.version < operation.version
    // What can be done with one changes with time alone.
    if (!isNew && (known.version > operation.version || `${known.can}` === `${operation.can}`))
      return
    // A result may hold a password: it is told to who listens now, never kept.
    const { result: _result, ...kept } = operation
    this.#operations.set(operation.id, kept)
    this.tell({ kind: 'operation', operation })
    if (!isNew || (operation.finished_at === undefined && operation.state !== 'attention')) return
    const stale = new Set<Stale>(['service', 'logs', ...(operation.result?.changed ?? [])])
    for (const what of stale) this.invalidate(what)
  }

  failOperation(id: string, thrown: unknown): void {
    this.tell({ kind: 'operation_unseen', id, thrown })
  }

  invalidate(what: Stale): void {
    this.tell({ kind: 'stale', what })
  }

  tell(change: StoreChange): void {
    for (const listener of [...this.#listeners]) listener(change)
  }
}
