import type { Action, Actions, Preview } from '../../../bff/contract/action.ts'
import type { Operation } from '../../../bff/contract/operation.ts'
import { Stream } from '../../feed-stream.ts'

export interface Request {
  readonly method: string
  readonly path: string
  readonly key: string | null
  readonly body: unknown
}

export interface Answer {
  readonly status?: number
  readonly body: unknown
}

/** `lost`: the request arrived, its answer did not. */
type Handler = (request: Request) => Answer | 'lost' | Promise<Answer | 'lost'>

const OPERATION = 'op_01jd0000000000000000000000'

export function anAction(name: string, more: Partial<Action> = {}): Action {
  return {
    name,
    label: name,
    group: 'account',
    group_label: 'Account',
    order: 1,
    highlight: false,
    danger: 'none',
    kind: 'change',
    state: 'available',
    reasons: [],
    input: { type: 'object', properties: {}, required: [], additionalProperties: false },
    confirmation: { preview: false, domain: false, accounts: false },
    result: { open: false, changed: [] },
    ...more,
  }
}

export function anOperation(more: Partial<Operation> = {}): Operation {
  return {
    // The brand is given by the BFF's parser, which no element has.
    id: OPERATION as Operation['id'],
    // As above.
    service: '1042' as Operation['service'],
    action: 'frobnicate',
    label: 'Frobnicate',
    state: 'running',
    version: 1,
    created_at: '2026-11-24T10:00:00Z',
    by: { role: 'staff', label: 'Ann' },
    steps: [{ name: 'a', label: 'Turn the knob', account: 'alice', state: 'sent' }],
    progress: { done: 0, total: 1 },
    warnings: [],
    can: ['cancel'],
    ...more,
  }
}

export function aPreview(more: Partial<Preview> = {}): Preview {
  return {
    digest: 'digest-1',
    expires_at: '2026-11-24T10:10:00Z',
    accounts: [
      { username: 'bob', domain: 'bob.example', owner: 'alice' },
      { username: 'alice', domain: 'alice.example', owner: 'root' },
    ],
    limits: [{ key: 'disk', label: 'Disk space', before: 1_073_741_824, after: null }],
    effects: [{ code: 'effect.x', params: {}, text: 'The knob is turned.' }],
    irreversible: [{ code: 'effect.y', params: {}, text: 'It cannot be turned back.' }],
    ...more,
  }
}

export function aProblem(status: number, code: string, more: object = {}): Answer {
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

export const text = (sentence: string) => ({ code: 'x', params: {}, text: sentence })

/** A BFF at the border of the network: it answers as the contract says, and remembers what it was asked. */
export class FakeBff {
  /** What it was asked, but for the live feed. */
  readonly asked: Request[] = []
  /** The streams of the live feed that were opened, once it has one. */
  readonly streams: Stream[] = []
  hasFeed = false
  readonly #handlers: [method: string, path: string, handler: Handler][] = []
  readonly #fetch = window.fetch
  actions: readonly Action[]
  service: Actions['service']
  /** What a look at the operation finds. */
  operation: Operation | undefined
  scheduled: Operation | undefined

  constructor(...actions: Action[]) {
    this.actions = actions
    this.service = {
      // The brand, as above.
      id: '1042' as Actions['service']['id'],
      label: 'Gold',
      domain: 'alice.example',
      state: 'active',
      state_label: 'Active',
      since: '2026-11-03T08:12:00Z',
      as_of: '2026-11-24T10:00:00Z',
      version: 1,
      notes: [],
    }
    window.fetch = async (input, init) => this.#answer(new URL(String(input)), init)
  }

  /** Answers a request whose path ends so; later ones win. */
  on(method: string, path: string, handler: Handler): this {
    this.#handlers.unshift([method, path, handler])
    return this
  }

  count(method: string, path: string): number {
    return this.sent(method, path).length
  }

  sent(method: string, path: string): Request[] {
    return this.asked.filter((one) => one.method === method && one.path.endsWith(path))
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
    const request: Request = {
      method: init?.method ?? 'GET',
      path: url.pathname,
      key: new Headers(init?.headers).get('idempotency-key'),
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
    }
    this.asked.push(request)
    const handler = this.#handlers.find(
      ([method, path]) => method === request.method && request.path.endsWith(path),
    )?.[2]
    const answer = await (handler?.(request) ?? this.#usual(request))
    if (answer === 'lost') throw new TypeError('Failed to fetch')
    return new Response(JSON.stringify(answer.body), {
      status: answer.status ?? 200,
      headers: { 'content-type': 'application/json' },
    })
  }

  #usual({ method, path }: Request): Answer {
    if (method === 'GET' && path.endsWith('/actions')) {
      const { operation, scheduled } = this
      const unfinished = operation !== undefined && operation.finished_at === undefined
      return {
        body: {
          viewer: { role: 'staff', label: 'Ann' },
          service: this.service,
          ...(unfinished ? { operation } : {}),
          ...(scheduled === undefined ? {} : { scheduled }),
          actions: [...this.actions],
        } satisfies Actions,
      }
    }
    if (method === 'GET' && path.includes('/operations/') && this.operation !== undefined)
      return { body: this.operation }
    if (method === 'POST' && path.endsWith('/preview')) return { body: aPreview() }
    if (method === 'POST' && path.includes('/actions/')) {
      this.operation ??= anOperation()
      return { status: 202, body: this.operation }
    }
    return aProblem(404, 'not_found')
  }
}
