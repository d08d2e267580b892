/**
 * Lets one piece of work run at a time, in the order it came. A file has one writer; waiting here is cheaper and
 * safer than SQLITE_BUSY (a refused commit poisons the connection).
 */
export class WriteLane {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `work` after everything that came before has settled, whatever became of it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    // The failure belongs to the caller; the next in line only waits for the end.
    this.#last = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }
}
