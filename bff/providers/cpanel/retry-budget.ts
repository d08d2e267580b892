/** Most retries in a row without a success. */
const FULL = 10
/** How much of a retry every success earns. */
const EARNED = 0.2

/**
 * Keeps retries a small share of all calls: a server that fails every time is not asked three times as often as one that
 * answers.
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
