/** Room for a number of processes at a time. Who waits is let in in the order of asking; none overtakes. */
export class Room {
  readonly #size: number
  #free: number
  readonly #queue: { readonly places: number; readonly enter: () => void }[] = []

  /** @param size processes at a time, at least 1 */
  constructor(size: number) {
    this.#size = size
    this.#free = size
  }

  /**
   * Waits for places.
   *
   * @param wanted who wants more than there are gets all of them
   * @returns gives them back
   */
  async enter(wanted: number): Promise<() => void> {
    const places = Math.min(wanted, this.#size)
    await new Promise<void>((enter) => {
      this.#queue.push({ places, enter })
      this.#admit()
    })
    return () => {
      this.#free += places
      this.#admit()
    }
  }

  #admit(): void {
    for (;;) {
      const [first] = this.#queue
      if (first === undefined || first.places > this.#free) return
      this.#free -= first.places
      this.#queue.shift()
      first.enter()
    }
  }
}
