import type { SessionPorts } from './ports.ts'
import { localProblem, ProvisionProblem } from './problem.ts'

export type TokenReason = 'initial' | 'refresh' | 'rejected' | 'step_up'

/** What a host is told when a token is wanted. `max_age` in seconds (RFC 9470). */
export interface TokenRequest {
  readonly service: string | null
  readonly reason: TokenReason
  readonly acr_values?: string
  readonly max_age?: number
}

export type GetToken = (request: TokenRequest) => string | Promise<string>

/** Where tokens come from. Sources with one `key` are interchangeable and share a session. */
export interface TokenSource {
  readonly key: string
  readonly request: GetToken
}

/** Share of a token's life after which it is renewed, and how far chance moves that, either way. */
const REFRESH_AT = 0.8
const JITTER = 0.05
/** Least time between two unforced attempts, in ms. */
const MIN_INTERVAL = 10_000
/** Assumed life of a token that does not say, in ms. */
const UNKNOWN_LIFE = 300_000

/** Calls the page's `getToken` property, whichever function it is at that moment. */
export function propertySource(current: () => GetToken | undefined): TokenSource {
  return {
    key: 'property',
    request: (request) => {
      const getToken = current()
      if (getToken === undefined) throw localProblem('token_missing')
      return getToken(request)
    },
  }
}

/** A token written into the page: it serves until it is refused, and can be neither renewed nor stepped up. */
export function fixedSource(token: string): TokenSource {
  return {
    key: 'fixed',
    request: ({ reason }) => {
      if (reason !== 'initial') throw localProblem('expired')
      return token
    },
  }
}

/**
 * Asks the host's own address, which must have the page's origin, with the page's cookies.
 *
 * @throws ProvisionProblem `host_session_ended` for 401, a redirect or a page; `forbidden` for 403; `offline`;
 *   `step_up_elsewhere` for a 401 of JSON `{step_up_url}` to the reason `step_up`
 */
export function urlSource(
  url: string,
  origin: string,
  ports: Pick<SessionPorts, 'fetch' | 'csrfToken'>,
): TokenSource {
  return {
    key: `url ${url}`,
    request: async (request) => {
      if (new URL(url).origin !== origin) throw localProblem('token_missing')
      const csrf = ports.csrfToken()
      const init: RequestInit = {
        method: 'POST',
        credentials: 'same-origin',
        redirect: 'manual',
        cache: 'no-store',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'provision-token-request': '1',
          ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
        },
        body: JSON.stringify(request),
      }
      let answer: Response
      try {
        answer = await ports.fetch(url, init)
      } catch {
        throw localProblem('offline')
      }
      if (answer.status === 403) throw localProblem('forbidden')
      const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '')
      if (answer.status >= 500) throw localProblem('offline')
      const body: unknown = isJson ? await answer.json() : undefined
      // Whatever it is, it may have such members; what they are is looked at.
      const { token, step_up_url: page } = (body ?? {}) as Record<string, unknown>
      if (answer.ok && typeof token === 'string') return token
      if (answer.status === 401 && request.reason === 'step_up' && typeof page === 'string')
        throw new ProvisionProblem('step_up_elsewhere', { challenge: page })
      throw localProblem('host_session_ended')
    },
  }
}

/** Life of a token in ms from its own `iat` and `exp`. The BFF verifies it; here it only sets a timer. */
export function lifeOf(token: string): number {
  try {
    const part = token.split('.')[1] ?? ''
    const claims: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))
    if (typeof claims === 'object' && claims !== null && 'exp' in claims && 'iat' in claims) {
      const life = (Number(claims.exp) - Number(claims.iat)) * 1000
      if (Number.isFinite(life) && life > 0) return life
    }
  } catch {
    return UNKNOWN_LIFE
  }
  return UNKNOWN_LIFE
}

/** Keeps one token in memory and renews it before it ends. */
export class TokenKeeper {
  readonly #source: () => TokenSource | undefined
  readonly #service: string | null
  readonly #ports: SessionPorts
  readonly #stopWaking: () => void
  #token: string | undefined
  #pending: Promise<string> | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #triedAt = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | undefined
  #stopped = false
  #stepUps = 0

  constructor(source: () => TokenSource | undefined, service: string | null, ports: SessionPorts) {
    this.#source = source
    this.#service = service
    this.#ports = ports
    this.#stopWaking = ports.onWake(() => {
      if (this.#ports.clock.now() >= this.#dueAt) this.#renewQuietly()
    })
  }

  /** The token in hand, or a first one. */
  async current(): Promise<string> {
    return this.#token ?? this.renew('initial')
  }

  /** How often a person has proved anew who they are: whoever waited for that may try again. */
  get stepUps(): number {
    return this.#stepUps
  }

  /** Asks for a new token; requests made meanwhile share the answer. */
  renew(reason: TokenReason): Promise<string> {
    this.#pending ??= this.ask({ reason }).finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  /** After a refusal of `token`: the one that has replaced it meanwhile, or a new one. */
  afterRefusal(token: string): Promise<string> {
    if (this.#token !== undefined && this.#token !== token) return Promise.resolve(this.#token)
    this.#token = undefined
    return this.renew('rejected')
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#stopWaking()
    this.#token = undefined
  }

  /**
   * Asks the source, beside whatever else it is asked: a person may need minutes to step up.
   *
   * @throws ProvisionProblem; for `step_up` also what the host's own function throws
   */
  async ask(more: Omit<TokenRequest, 'service'>): Promise<string> {
    const source = this.#source()
    const isStepUp = more.reason === 'step_up'
    const stepUps = this.#stepUps
    if (source === undefined) throw localProblem('token_missing')
    this.#triedAt = this.#ports.clock.now()
    let token: string
    try {
      token = await source.request({ service: this.#service, ...more })
    } catch (thrown) {
      // What a host's own function throws is its text, not ours to show.
      throw isStepUp || thrown instanceof ProvisionProblem
        ? thrown
        : localProblem('host_session_ended')
    }
    if (typeof token !== 'string' || token === '') throw localProblem('token_missing')
    if (this.#stopped) return token
    // Asked for before the person stepped up, it would take them back to where they were.
    if (!isStepUp && this.#stepUps !== stepUps) return this.#token ?? token
    if (isStepUp) this.#stepUps++
    this.#token = token
    const share = REFRESH_AT + (this.#ports.random() * 2 - 1) * JITTER
    this.#schedule(Math.max(MIN_INTERVAL, lifeOf(token) * share))
    return token
  }

  #schedule(delay: number): void {
    this.#cancel?.()
    this.#dueAt = this.#ports.clock.now() + delay
    this.#cancel = this.#ports.timer(delay, () => this.#renewQuietly())
  }

  #renewQuietly(): void {
    if (this.#stopped || this.#pending !== undefined) return
    const wait = this.#triedAt + MIN_INTERVAL - this.#ports.clock.now()
    if (wait > 0) {
      this.#schedule(wait)
      return
    }
    // The old token may still serve; if it does not, the next request meets the failure and shows it.
    this.renew('refresh').catch((thrown: unknown) => {
      if (thrown instanceof ProvisionProblem && thrown.code === 'offline')
        this.#schedule(MIN_INTERVAL)
      else this.#dueAt = Number.POSITIVE_INFINITY
    })
  }
}
