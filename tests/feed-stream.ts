/** One stream of the live feed as its server holds it. */
export class Stream {
  /** Headers of the request. */
  readonly headers: Headers
  readonly path: string
  readonly answer: Response
  /** Whether the page has closed it. */
  isClosed = false
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor(init: RequestInit, path = '') {
    this.path = path
    this.headers = new Headers(init.headers)
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => {
        this.isClosed = true
      },
    })
    // As in a browser: what is aborted fails.
    init.signal?.addEventListener('abort', () => {
      this.isClosed = true
      this.#controller?.error(init.signal?.reason)
    })
    this.answer = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  /** Where its request wants to go on. */
  get resume(): string | null {
    return this.headers.get('last-event-id')
  }

  write(text: string): void {
    if (!this.isClosed) this.#controller?.enqueue(new TextEncoder().encode(text))
  }

  head(seq: number): void {
    this.write(`retry: 2000\nid: ${seq}\n\n`)
  }

  heartbeat(): void {
    this.write(':\n\n')
  }

  event(seq: number, event: string, id: string, version: number): void {
    this.write(`id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify({ id, version })}\n\n`)
  }

  bye(reason: string): void {
    this.write(`event: bye\ndata: ${JSON.stringify({ reason })}\n\n`)
    this.end()
  }

  end(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#controller?.close()
  }

  /** The connection breaks. */
  cut(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#controller?.error(new TypeError('network error'))
  }
}
