/** Most retries in a row without an answer. */
export const FULL = 10
/** How much of a retry every answer earns: retries are at most this share of calls that got through. */
export const EARNED = 0.1

/**
 * Keeps retries of reads a small share of all calls to a server, whoever makes them: a server that fails every time is
 * not asked three times as often as one that answers.
 */
export class RetryBudget {
  #left = FULL

  earn(): void {
    this.#left = Math.min(FULL, this.#left + EARNED)
  }

  /** Takes one retry, if there is one left. */
  spend(): boolean {
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
