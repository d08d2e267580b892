import type { Operation } from '../../bff/contract/operation.ts'
import { HttpClient, type Method, type RequestOptions } from './http-client.ts'
import { pagePorts, type SessionPorts } from './ports.ts'
import { SessionStore, type Stale } from './store.ts'
import { TokenKeeper, type TokenSource } from './token-source.ts'

/** Waits between looks at an unsettled operation, in ms; the last one stays. */
const POLL = [1000, 2000, 5000] as const

export interface SessionRequest {
  /** Origin of the BFF, without a slash at the end. */
  readonly bff: string
  readonly service: string | null
  readonly source: TokenSource
  /** Language of the element that asks. */
  readonly language?: () => string
  readonly ports?: SessionPorts
}

type Options = Omit<RequestOptions, 'body' | 'language'>

/** One element's hold on what the page shares for one (bff, token source, service). */
export interface Session {
  readonly bff: string
  readonly service: string | null
  readonly store: SessionStore
  get<T>(path: string, options?: Options): Promise<T>
  post<T>(path: string, body: unknown, options?: Options): Promise<T>
  patch<T>(path: string, body: unknown, options?: Options): Promise<T>
  put<T>(path: string, body: unknown, options?: Options): Promise<T>
  delete<T>(path: string, options?: Options): Promise<T>
  /** Tells everybody on the page that something read before may be old. */
  invalidate(kind: Stale): void
  /** Looks at an operation until it is settled; the store tells of each change. */
  follow(operation: Operation): void
  /** Forgets the token, so that the next request asks the host anew. */
  signInAgain(): Promise<void>
  release(): void
}

function isSettled({ state }: Operation): boolean {
  return (
    state === 'scheduled' ||
    state === 'succeeded' ||
    state === 'failed' ||
    state === 'cancelled' ||
    state === 'resolved'
  )
}

class SharedSession {
  readonly sources: TokenSource[] = []
  readonly store = new SessionStore()
  readonly tokens: TokenKeeper
  readonly http: HttpClient
  readonly #ports: SessionPorts
  readonly #polls = new Map<string, { round: number; cancel: () => void; language: string }>()
  readonly #stopWaking: () => void

  constructor(bff: string, service: string | null, ports: SessionPorts) {
    this.#ports = ports
    this.tokens = new TokenKeeper(() => this.sources.at(-1), service, ports)
    this.http = new HttpClient(bff, this.tokens, ports)
    this.#stopWaking = ports.onWake(() => {
      for (const id of this.#polls.keys()) this.#look(id)
    })
  }

  follow(operation: Operation, language: string): void {
    this.store.putOperation(operation)
    if (isSettled(operation)) {
      this.#polls.get(operation.id)?.cancel()
      this.#polls.delete(operation.id)
    } else if (!this.#polls.has(operation.id)) {
      this.#polls.set(operation.id, { round: 0, cancel: () => {}, language })
      this.#wait(operation.id)
    }
  }

  stop(): void {
    for (const { cancel } of this.#polls.values()) cancel()
    this.#polls.clear()
    this.#stopWaking()
    this.tokens.stop()
  }

  #wait(id: string): void {
    const poll = this.#polls.get(id)
    if (poll === undefined) return
    const delay = POLL[Math.min(poll.round, POLL.length - 1)] ?? POLL[2]
    poll.round++
    poll.cancel()
    poll.cancel = this.#ports.timer(delay, () => this.#look(id))
  }

  #look(id: string): void {
    const poll = this.#polls.get(id)
    // A hidden page asks nothing; being shown again wakes this up.
    if (poll === undefined || !this.#ports.visible()) return
    poll.cancel()
    this.http.send('GET', `/v1/operations/${id}`, { language: poll.language }).then(
      (answer) => {
        if (!this.#polls.has(id)) return
        // The BFF is the same product and validates its answers against this type.
        this.follow(answer as Operation, poll.language)
        this.#wait(id)
      },
      (thrown: unknown) => {
        this.store.failOperation(id, thrown)
        this.#wait(id)
      },
    )
  }
}

const shared = new Map<string, SharedSession>()

function keyOf({
  bff,
  service,
  source,
}: Pick<SessionRequest, 'bff' | 'service'> & {
  source: Pick<TokenSource, 'key'>
}): string {
  return JSON.stringify([bff, service, source.key])
}

/** Whether the page already has a session with such a source. */
export function hasSession(bff: string, service: string | null, sourceKey: string): boolean {
  return shared.has(keyOf({ bff, service, source: { key: sourceKey } }))
}

/** Takes hold of the page's session for (bff, token source, service), making it if it is the first. */
export function acquireSession(request: SessionRequest): Session {
  const { bff, service, source } = request
  const key = keyOf(request)
  const session = shared.get(key) ?? new SharedSession(bff, service, request.ports ?? pagePorts())
  shared.set(key, session)
  session.sources.push(source)
  const language = () => request.language?.() ?? ''
  let held = true

  async function send<T>(
    method: Method,
    path: string,
    options: Options = {},
    body?: unknown,
  ): Promise<T> {
    const answer = await session.http.send(method, path, { ...options, body, language: language() })
    // The BFF is the same product and validates its answers against the contract's types.
    return answer as T
  }

  return {
    bff,
    service,
    store: session.store,
    get: (path, options) => send('GET', path, options),
    post: (path, body, options) => send('POST', path, options, body),
    patch: (path, body, options) => send('PATCH', path, options, body),
    put: (path, body, options) => send('PUT', path, options, body),
    delete: (path, options) => send('DELETE', path, options),
    invalidate: (kind) => session.store.invalidate(kind),
    follow: (operation) => session.follow(operation, language()),
    signInAgain: async () => {
      await session.tokens.renew('rejected')
    },
    release: () => {
      if (!held) return
      held = false
      session.sources.splice(session.sources.indexOf(source), 1)
      if (session.sources.length > 0) return
      session.stop()
      if (shared.get(key) === session) shared.delete(key)
    },
  }
}
