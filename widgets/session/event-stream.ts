/** What stands between two empty lines of a stream of events. Blocks of nothing but comments are left out. */
export interface Block {
  /** `message` where the block names none. */
  readonly event: string
  /** Its lines joined by line feeds; `undefined` where it has none. */
  readonly data: string | undefined
  readonly id: string | undefined
  /** Wait before the stream is opened again, in ms. */
  readonly retry: number | undefined
}

/** Characters of one line, and of one block's data, at most: ours are short, and what never ends is not ours. */
export const LONGEST = 16_384

type Draft = { -readonly [Key in keyof Block]: Block[Key] }

const empty = (): Draft => ({ event: '', data: undefined, id: undefined, retry: undefined })

/**
 * Reads a stream of events as the HTML standard writes it down (`text/event-stream`), however it is cut into pieces.
 * Its memory is bounded by {@link LONGEST}.
 */
export class EventStream {
  readonly #decoder = new TextDecoder()
  #line = ''
  #draft = empty()
  #endedInReturn = false
  #isTooLong = false

  /** Whether a line or a block was longer than is ever sent to us; nothing is read after that. */
  get isTooLong(): boolean {
    return this.#isTooLong
  }

  /** Takes the next bytes; the answer is the blocks they complete. */
  push(bytes: Uint8Array): Block[] {
    const blocks: Block[] = []
    const text = this.#decoder.decode(bytes, { stream: true })
    if (text === '' || this.#isTooLong) return blocks
    const rest = this.#endedInReturn && text.startsWith('\n') ? text.slice(1) : text
    this.#endedInReturn = text.endsWith('\r')
    const lines = (this.#line + rest).split(/\r\n|\r|\n/)
    this.#line = lines.pop() ?? ''
    for (const line of lines) {
      if (this.#overflows(line)) return blocks
      if (line !== '') this.#take(line)
      else {
        if (this.#isWorthTelling())
          blocks.push({ ...this.#draft, event: this.#draft.event || 'message' })
        this.#draft = empty()
      }
      if (this.#overflows(this.#draft.data ?? '')) return blocks
    }
    this.#overflows(this.#line)
    return blocks
  }

  #overflows(text: string): boolean {
    this.#isTooLong ||= text.length > LONGEST
    return this.#isTooLong
  }

  #isWorthTelling(): boolean {
    const { event, data, id, retry } = this.#draft
    return event !== '' || data !== undefined || id !== undefined || retry !== undefined
  }

  #take(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    const draft = this.#draft
    switch (name) {
      case 'event':
        draft.event = value
        return
      case 'data':
        draft.data = draft.data === undefined ? value : `${draft.data}\n${value}`
        return
      case 'id':
        if (!value.includes('\0')) draft.id = value
        return
      case 'retry':
        if (/^\d+$/.test(value)) draft.retry = Number(value)
    }
  }
}
