const listeners = new Set<() => void>()

/** Calls back when something has come for a language; the answer ends it. */
export function onLocale(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What there is one of per language: some at hand, some fetched when they are first wanted. */
export class ByLanguage<T> {
  readonly #known: Map<string, T>
  readonly #shipped: Readonly<Record<string, () => Promise<T>>>
  readonly #loading = new Set<string>()

  /**
   * @param known by BCP 47 language, in lower case
   * @param shipped likewise, by language without a region
   */
  constructor(
    known: Readonly<Record<string, T>>,
    shipped: Readonly<Record<string, () => Promise<T>>>,
  ) {
    this.#known = new Map(Object.entries(known))
    this.#shipped = shipped
  }

  /** Adds one, or replaces it. Elements on the page change at once. */
  put(code: string, thing: T): void {
    this.#known.set(code.toLowerCase(), thing)
    for (const listener of [...listeners]) listener()
  }

  /** The best one known for a language tag; one that is shipped is fetched meanwhile. */
  find(tag: string): T | undefined {
    const full = tag.toLowerCase()
    const base = full.split('-')[0] ?? full
    const found = this.#known.get(full) ?? this.#known.get(base)
    if (found !== undefined) return found
    const load = Object.hasOwn(this.#shipped, base) ? this.#shipped[base] : undefined
    if (load !== undefined && !this.#loading.has(base)) {
      this.#loading.add(base)
      // Without the file the elements go on in English; the next element that asks tries again.
      load().then(
        (thing) => this.put(base, thing),
        () => this.#loading.delete(base),
      )
    }
    return undefined
  }
}
