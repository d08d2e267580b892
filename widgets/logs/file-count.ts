/** How a log is written into a file: CSV for people, JSON Lines that prove themselves. */
export type LogFormat = 'csv' | 'jsonl'

const QUOTE = 0x22
const LINE_FEED = 0x0a
/** Bytes of the last line that are looked at: what it begins with says what it is. */
const LAST = 12

/** Counts the entries of a log's file while it comes, however it is cut into pieces, and knows whether it came whole. */
export class FileCount {
  readonly #format: LogFormat
  #records = 0
  #isQuoted = false
  /** The beginning of the line that was read last, or is being read. */
  #line: number[] = []
  #isEnded = true

  constructor(format: LogFormat) {
    this.#format = format
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#isEnded) this.#line = []
      this.#isEnded = false
      if (this.#line.length < LAST) this.#line.push(byte)
      // In CSV a line may end inside of what somebody wrote.
      if (byte === QUOTE && this.#format === 'csv') this.#isQuoted = !this.#isQuoted
      if (byte !== LINE_FEED || this.#isQuoted) continue
      this.#records++
      this.#isEnded = true
    }
  }

  /** Entries; `undefined` where the file broke off. A log without any may be an empty file. */
  get entries(): number | undefined {
    if (!this.#isEnded) return undefined
    if (this.#records === 0) return 0
    const isProof = String.fromCharCode(...this.#line).startsWith('{"export":')
    if (this.#format === 'jsonl' && !isProof) return undefined
    // The names of the columns, or the line that proves the others.
    return this.#records - 1
  }
}
