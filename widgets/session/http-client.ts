import type { Problem } from '../../bff/contract/problem.ts'
import type { SessionPorts } from './ports.ts'
import { localProblem, ProvisionProblem, STEP_UP } from './problem.ts'
import type { TokenKeeper } from './token-source.ts'

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  /** Language the answer's texts should be in (BCP 47). */
  readonly language?: string | undefined
  /** `Idempotency-Key` of the person's gesture: the write may be sent again with it. */
  readonly key?: string | undefined
  readonly body?: unknown
  /** The answer itself is wanted, to be read piece by piece: it is a file. */
  readonly whole?: boolean
}

/** Where the reader is: times in texts are said so. Empty where the browser does not tell. */
const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

function isProblem(body: unknown): body is Problem {
  // Whatever came: anything but nothing may be asked for a member, and a missing one is no text.
  return typeof (body as Partial<Problem> | null | undefined)?.code === 'string'
}

/** Talks to one BFF with the keeper's token. */
export class HttpClient {
  readonly base: string
  readonly #tokens: TokenKeeper
  readonly #ports: Pick<SessionPorts, 'fetch' | 'timer'>

  constructor(base: string, tokens: TokenKeeper, ports: Pick<SessionPorts, 'fetch' | 'timer'>) {
    this.base = base
    this.#tokens = tokens
    this.#ports = ports
  }

  /**
   * Sends one request. A refused token is renewed once, and reads and keyed writes are sent again. A token that is good
   * but whose login does not do is not renewed here: that asks a person (`step-up.ts`).
   *
   * @param path begins with `/v1/`
   * @returns the answer's JSON, `undefined` when it has none; the `Response` itself where `whole` was asked for
   * @throws ProvisionProblem; the signal's reason when aborted
   */
  async send(method: Method, path: string, options: RequestOptions = {}): Promise<unknown> {
    const token = await this.#tokens.current()
    options.signal?.throwIfAborted()
    const first = await this.#fetch(method, path, options, token)
    if (first.status !== 401) return this.#read(first, options)
    const refusal = await this.#problemOf(first)
    if (refusal.code === STEP_UP) throw refusal
    const renewed = await this.#tokens.afterRefusal(token)
    if (method !== 'GET' && options.key === undefined) throw refusal
    const second = await this.#fetch(method, path, options, renewed)
    if (second.status !== 401) return this.#read(second, options)
    const again = await this.#problemOf(second)
    throw again.code === STEP_UP ? again : localProblem('expired')
  }

  async #fetch(
    method: Method,
    path: string,
    { signal, language, key, body }: RequestOptions,
    token: string,
  ): Promise<Response> {
    const url = `${this.base}${path}`
    const init: RequestInit = {
      method,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      headers: {
        authorization: `Bearer ${token}`,
        ...(language ? { 'accept-language': language } : {}),
        ...(TIME_ZONE ? { 'time-zone': TIME_ZONE } : {}),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    }
    try {
      const answer = await this.#ports.fetch(url, init)
      if (answer.status !== 429) return answer
      return await (await import('./too-soon.ts')).onceMore(answer, this.#ports, url, init)
    } catch {
      signal?.throwIfAborted()
      throw localProblem('offline')
    }
  }

  async #read(answer: Response, { whole }: RequestOptions): Promise<unknown> {
    if (!answer.ok) throw await this.#problemOf(answer)
    if (whole) return answer
    if (answer.status === 204) return undefined
    try {
      return await answer.json()
    } catch {
      throw localProblem('incompatible')
    }
  }

  async #problemOf(answer: Response): Promise<ProvisionProblem> {
    // A proxy between may answer with a page of its own: then only the status is known.
    const body: unknown = await answer.json().catch(() => undefined)
    if (!isProblem(body))
      return new ProvisionProblem(answer.status >= 500 ? 'offline' : 'incompatible', {
        status: answer.status,
        retryable: answer.status >= 500,
      })
    return new ProvisionProblem(body.code, {
      status: answer.status,
      requestId: body.request_id,
      text: body.detail ?? body.title,
      errors: body.errors,
      operation: body.operation,
      retryable: body.retryable,
      challenge: answer.headers.get('www-authenticate'),
    })
  }
}
