import type { Operation } from '../../bff/contract/operation.ts'
import { HttpClient, type Method, type RequestOptions } from './http-client.ts'
import type { LiveFeed } from './live-feed.ts'
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
  /** The page's one token; its steps up are shared by all who hold the session. */
  readonly tokens: Pick<TokenKeeper, 'ask' | 'stepUps'>
  get<T>(path: string, options?: Options): Promise<T>
  post<T>(path: string, body: unknown, options?: Options): Promise<T>
  patch<T>(path: string, body: unknown, options?: Options): Promise<T>
  put<T>(path: string, body: unknown, options?: Options): Promise<T>
  delete<T>(path: string, options?: Options): Promise<T>
  /** Tells everybody on the page that something read before may be old. */
  invalidate(kind: Stale): void
  /** Looks at an operation until it is settled; the store tells of each change. */
  follow(operation: Operation): void
  /** The log is shown: keeps the live feed open until the answer is called. */
  watchLog(): () => void
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
  /** Operations that are not settled. */
  readonly polls = new Map<string, { round: number; cancel: () => void; language: string }>()
  readonly tokens: TokenKeeper
  readonly http: HttpClient
  readonly ports: SessionPorts
  readonly service: string | null
  readonly #stopWaking: () => void
  #feed: LiveFeed | undefined
  #logsShown = 0
  #isStopped = false

  constructor(bff: string, service: string | null, ports: SessionPorts) {
    this.ports = ports
    this.service = service
    this.tokens = new TokenKeeper(() => this.sources.at(-1), service, ports)
    this.http = new HttpClient(bff, this.tokens, ports)
    this.#stopWaking = ports.onWake(() => {
      for (const id of this.polls.keys()) void this.look(id)
    })
  }

  watchLog(): () => void {
    this.#logsShown++
    this.#tendFeed()
    return () => {
      this.#logsShown--
      this.#tendFeed()
    }
  }

  follow(operation: Operation, language: string): void {
    const { id } = operation
    this.store.putOperation(operation)
    if (isSettled(operation)) {
      this.polls.get(id)?.cancel()
      this.polls.delete(id)
    } else if (!this.polls.has(id)) {
      this.polls.set(id, { round: 0, cancel: () => {}, language })
      this.wait(id)
    }
    this.#tendFeed()
  }

  async signInAgain(): Promise<void> {
    await this.tokens.renew('rejected')
    this.#feed?.again()
  }

  stop(): void {
    this.#isStopped = true
    this.#feed?.stop()
    for (const { cancel } of this.polls.values()) cancel()
    this.polls.clear()
    this.#stopWaking()
    this.tokens.stop()
  }

  /** Looks at an operation in a while; while the feed is open that is hardly ever needed. */
  wait(id: string): void {
    const poll = this.polls.get(id)
    if (poll === undefined) return
    const delay =
      this.#feed?.patience(id) ?? POLL[Math.min(poll.round++, POLL.length - 1)] ?? POLL[2]
    poll.cancel()
    poll.cancel = this.ports.timer(delay, () => void this.look(id))
  }

  async look(id: string): Promise<void> {
    const poll = this.polls.get(id)
    // A hidden page asks nothing; being shown again wakes this up.
    if (poll === undefined || !this.ports.visible()) return
    poll.cancel()
    const { language } = poll
    try {
      const answer = await this.http.send('GET', `/v1/operations/${id}`, { language })
      // The BFF is the same product and validates its answers against this type.
      if (this.polls.has(id)) this.follow(answer as Operation, language)
    } catch (thrown) {
      this.store.failOperation(id, thrown)
    }
    this.wait(id)
  }

  #tendFeed(): void {
    const isWanted = () => !this.#isStopped && this.#logsShown + this.polls.size > 0
    if (this.#feed !== undefined) this.#feed.want(isWanted())
    else if (isWanted() && this.service !== null)
      import('./live-feed.ts').then(
        ({ LiveFeed }) => {
          if (!isWanted()) return
          this.#feed ??= new LiveFeed(this)
          this.#feed.want(true)
        },
        // Without it there is polling; the next that needs it tries again.
        () => undefined,
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
    tokens: session.tokens,
    get: (path, options) => send('GET', path, options),
    post: (path, body, options) => send('POST', path, options, body),
    patch: (path, body, options) => send('PATCH', path, options, body),
    put: (path, body, options) => send('PUT', path, options, body),
    delete: (path, options) => send('DELETE', path, options),
    invalidate: (kind) => session.store.invalidate(kind),
    follow: (operation) => session.follow(operation, language()),
    watchLog: () => session.watchLog(),
    signInAgain: () => session.signInAgain(),
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
