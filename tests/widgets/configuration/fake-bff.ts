import type { Configuration, ConnectionTest } from '../../../bff/contract/resources.ts'
import type { Service } from '../../../bff/contract/service.ts'

export interface Request {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

export interface Answer {
  readonly status?: number
  readonly body?: unknown
}

/** `lost`: the request arrived, its answer did not. */
type Handler = (request: Request) => Answer | 'lost' | Promise<Answer | 'lost'>

export const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':')

export function aConfiguration(id: string, more: Partial<Configuration> = {}): Configuration {
  return {
    // The brand is given by the BFF's parser, which no element has.
    id: id as Configuration['id'],
    label: id,
    host: `${id}.example`,
    port: 2087,
    user: 'root',
    token_set: true,
    disabled: false,
    services: 0,
    rights: [
      { action: 'create', label: 'Create', ok: null, missing: [] },
      { action: 'unlink', label: 'Unlink', ok: true, missing: [] },
    ],
    ...more,
  }
}

export function aTest(
  cause: ConnectionTest['cause'],
  text: string,
  more: Partial<ConnectionTest> = {},
): ConnectionTest {
  return {
    at: '2026-11-24T10:00:00Z',
    cause,
    text: { code: `test.${cause}`, params: {}, text },
    ...more,
  }
}

export function aService(more: Partial<Service> = {}): Service {
  return {
    // The brand, as above.
    id: '1042' as Service['id'],
    label: 'Gold',
    state: 'unprovisioned',
    since: null,
    as_of: null,
    version: 1,
    configuration: null,
    username: null,
    domain: 'alice.example',
    package: 'gold',
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

/** A BFF at the border of the network: it keeps configurations as the contract says, and remembers what it was asked. */
export class FakeBff {
  readonly asked: Request[] = []
  readonly #handlers: [method: string, path: string, handler: Handler][] = []
  readonly #fetch = window.fetch
  configurations: Configuration[]
  service = aService()
  /** What the next test finds. */
  test = aTest('ok', 'The connection works.', { version: '11.130.0.5' })

  constructor(...configurations: Configuration[]) {
    this.configurations = configurations
    window.fetch = async (input, init) => this.#answer(new URL(String(input)), init)
  }

  /** Answers a request whose path ends so; later ones win. */
  on(method: string, path: string, handler: Handler): this {
    this.#handlers.unshift([method, path, handler])
    return this
  }

  sent(method: string, path: string): Request[] {
    return this.asked.filter((one) => one.method === method && one.path.endsWith(path))
  }

  restore(): void {
    window.fetch = this.#fetch
  }

  async #answer(url: URL, init: RequestInit | undefined): Promise<Response> {
    const request: Request = {
      method: init?.method ?? 'GET',
      path: url.pathname,
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
    }
    this.asked.push(request)
    const handler = this.#handlers.find(
      ([method, path]) => method === request.method && request.path.endsWith(path),
    )?.[2]
    const answer = await (handler?.(request) ?? this.usual(request))
    if (answer === 'lost') throw new TypeError('Failed to fetch')
    return answer.body === undefined
      ? new Response(null, { status: answer.status ?? 204 })
      : new Response(JSON.stringify(answer.body), {
          status: answer.status ?? 200,
          headers: { 'content-type': 'application/json' },
        })
  }

  /** What the BFF does unless told otherwise. */
  usual({ method, path, body }: Request): Answer {
    // The body is what the element made; these tests look at it by themselves.
    const given = body as Partial<Configuration> & { token?: string }
    const { token: _token, pin, ...shown } = given ?? {}
    const [, id = ''] = /\/configurations\/([^/]+)/.exec(path) ?? []
    const known = this.configurations.find((one) => one.id === id)
    switch (`${method} ${path}`) {
      case 'GET /v1/configurations':
        return { body: { configurations: this.configurations } }
      case 'POST /v1/configurations':
        return { status: 201, body: this.#keep(aConfiguration('cfg_new', { ...shown })) }
    }
    if (path.startsWith('/v1/services/')) {
      // As above.
      if (method === 'PUT') this.service = { ...this.service, ...(body as Partial<Service>) }
      return { body: this.service }
    }
    if (known === undefined) return aProblem(404, 'not_found', { title: 'There is nothing here.' })
    if (method === 'POST') return { body: this.#keep({ ...known, test: this.test }) }
    if (method === 'DELETE') {
      this.configurations = this.configurations.filter((one) => one !== known)
      return {}
    }
    if (method === 'PATCH') {
      const { test: _test, pin: _pin, ...rest } = { ...known, ...shown }
      const kept = pin === undefined ? known.pin : (pin ?? undefined)
      const reconnects = pin !== undefined || given.token !== undefined || given.host !== undefined
      return {
        body: this.#keep({
          ...rest,
          ...(kept === undefined ? {} : { pin: kept }),
          ...(reconnects || known.test === undefined ? {} : { test: known.test }),
        }),
      }
    }
    return { body: known }
  }

  #keep(configuration: Configuration): Configuration {
    const isKnown = this.configurations.some(({ id }) => id === configuration.id)
    this.configurations = isKnown
      ? this.configurations.map((one) => (one.id === configuration.id ? configuration : one))
      : [...this.configurations, configuration]
    return configuration
  }
}
