import { Stream } from '../feed-stream.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly key: string | null
  readonly language: string | null
  readonly body: unknown
}

export interface Answered {
  readonly status?: number
  readonly body: unknown
}

/** A file is answered as it is; `lost`: no answer came. */
type Answering = Answered | Response | 'lost'
type Handler = (asked: Asked) => Answering | Promise<Answering>

export function problem(status: number, code: string, more: object = {}): Answered {
  return {
    status,
    body: {
      type: 'x',
      title: `Problem ${code}`,
      status,
      code,
      request_id: 'req_1',
      retryable: false,
      ...more,
    },
  }
}

/** A BFF at the border of the network for elements that read: it remembers what it was asked. */
export class ReadingBff {
  /** What it was asked, but for the live feed. */
  readonly asked: Asked[] = []
  /** The streams of the live feed that were opened, once it has one. */
  readonly streams: Stream[] = []
  hasFeed = false
  readonly #handlers: [method: string, tail: string, handler: Handler][] = []
  readonly #fetch = window.fetch

  constructor() {
    window.fetch = async (input, init) => this.#answer(new URL(String(input)), init)
  }

  /** Answers a request whose path ends so; later ones win. */
  on(method: string, tail: string, handler: Handler): this {
    this.#handlers.unshift([method, tail, handler])
    return this
  }

  sent(method: string, tail: string): Asked[] {
    return this.asked.filter((one) => one.method === method && one.path.endsWith(tail))
  }

  restore(): void {
    window.fetch = this.#fetch
  }

  async #answer(url: URL, init: RequestInit | undefined): Promise<Response> {
    if (url.pathname.endsWith('/events') && init !== undefined) {
      if (!this.hasFeed) return new Response(null, { status: 404 })
      const stream = new Stream(init, url.pathname)
      this.streams.push(stream)
      return stream.answer
    }
    const headers = new Headers(init?.headers)
    const asked: Asked = {
      method: init?.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      key: headers.get('idempotency-key'),
      language: headers.get('accept-language'),
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
    }
    this.asked.push(asked)
    const handler = this.#handlers.find(
      ([method, tail]) => method === asked.method && asked.path.endsWith(tail),
    )?.[2]
    const answer = handler === undefined ? problem(404, 'not_found') : await handler(asked)
    init?.signal?.throwIfAborted()
    if (answer === 'lost') throw new TypeError('Failed to fetch')
    if (answer instanceof Response) return answer
    return new Response(JSON.stringify(answer.body), {
      status: answer.status ?? 200,
      headers: { 'content-type': 'application/json' },
    })
  }
}
