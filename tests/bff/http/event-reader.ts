import assert from 'node:assert/strict'
import { type Block, EventStream } from '../../../widgets/session/event-stream.ts'

/** Reads a stream of the live feed with the elements' own parser. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #stream = new EventStream()
  readonly #waiting: Block[] = []
  /** Everything that was received, comments too. */
  text = ''

  constructor(response: Response) {
    assert.equal(response.status, 200)
    assert.ok(response.body !== null)
    this.#reader = response.body.getReader()
  }

  /** The next block; `undefined` once the stream has ended. */
  async next(): Promise<Block | undefined> {
    for (;;) {
      const block = this.#waiting.shift()
      if (block !== undefined) return block
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.text += new TextDecoder().decode(value)
      this.#waiting.push(...this.#stream.push(value))
    }
  }

  /** The next so many events, as `event id version`. */
  async events(count: number): Promise<string[]> {
    const events: string[] = []
    while (events.length < count) {
      const block = await this.next()
      assert.ok(block !== undefined, `ended after ${events.join(', ')}`)
      if (block.data === undefined) continue
      const { id, version } = JSON.parse(block.data)
      events.push(`${block.event} ${id} ${version}`)
    }
    return events
  }

  /** Every block up to the end. */
  async rest(): Promise<Block[]> {
    const blocks: Block[] = []
    for (let block = await this.next(); block !== undefined; block = await this.next())
      blocks.push(block)
    return blocks
  }

  /** Waits until what was received holds a text. */
  async receives(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      const { done, value } = await this.#reader.read()
      assert.ok(!done, `ended without ${text}`)
      this.text += new TextDecoder().decode(value)
      this.#waiting.push(...this.#stream.push(value))
    }
  }

  async leave(): Promise<void> {
    await this.#reader.cancel()
  }
}
