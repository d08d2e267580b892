/** What one of several things that run at the same time says. */
export interface Section {
  write(chunk: Uint8Array | string): void
  end(): void
}

/**
 * Shows one section after the other, in the order they were opened: the first one that has not ended is shown as it
 * speaks, what the others say is kept until it is their turn.
 */
export class OutputInTurn {
  readonly #show: (chunk: Uint8Array | string) => void
  readonly #waiting: { kept: (Uint8Array | string)[]; ended: boolean }[] = []

  constructor(show: (chunk: Uint8Array | string) => void) {
    this.#show = show
  }

  open(): Section {
    const section = { kept: [] as (Uint8Array | string)[], ended: false }
    this.#waiting.push(section)
    return {
      write: (chunk) => {
        section.kept.push(chunk)
        this.#speak()
      },
      end: () => {
        section.ended = true
        this.#speak()
      },
    }
  }

  #speak(): void {
    for (;;) {
      const [first] = this.#waiting
      if (first === undefined) return
      for (const chunk of first.kept.splice(0)) this.#show(chunk)
      if (!first.ended) return
      this.#waiting.shift()
    }
  }
}
