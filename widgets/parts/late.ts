/** Something that is fetched when it is first wanted, or before that when the page has nothing else to do. */
export class Late<T> {
  readonly #fetch: () => Promise<T>
  #pending: Promise<T> | undefined
  #now: T | undefined

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch
  }

  /** What there is without waiting. */
  get now(): T | undefined {
    return this.#now
  }

  /** Fetches it once; a failure is not kept, so asking again tries again. */
  get(): Promise<T> {
    this.#pending ??= this.#fetch().then(
      (thing) => {
        this.#now = thing
        return thing
      },
      (thrown: unknown) => {
        this.#pending = undefined
        throw thrown
      },
    )
    return this.#pending
  }

  /** Fetches it soon, without a word if that fails: whoever needs it asks again. */
  prefetch(): void {
    if (this.#pending !== undefined) return
    const run = () => void this.get().catch(() => undefined)
    // Not every browser has the first; there, 200 ms let the page be drawn before.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 2000 })
    else setTimeout(run, 200)
  }
}
