import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose'
import { RESOURCE_SCOPES } from '../../bff/contract/scopes.ts'
import type { Random } from './random.ts'
import type { Worker } from './worker.ts'

export const ISSUER = 'https://chaos.example'
const TOKEN_SECONDS = 840
const RENEW_MS = 300_000
/** Milliseconds a client waits for one answer. */
const ANSWER_MS = 5000
/** Milliseconds a client goes on asking. */
const PERSISTENCE_MS = 60_000

export interface Answered {
  readonly status: number
  readonly body: unknown
  /** When the request was sent that was answered, and when the first one for it. */
  readonly asked_at: number
  readonly first_asked_at: number
  readonly seen_at: number
}

/** A company's back end and pages in one: it signs its tokens and asks whichever process answers. */
export class BffClient {
  readonly #keys: GenerateKeyPairResult
  readonly #audience: string
  readonly #scope: string
  readonly #workers: readonly Worker[]
  readonly #random: Random
  #token: { readonly text: string; readonly at: number } | undefined
  /** Requests that were never answered. */
  lost = 0

  private constructor(
    keys: GenerateKeyPairResult,
    audience: string,
    actions: readonly string[],
    workers: readonly Worker[],
    random: Random,
  ) {
    this.#keys = keys
    this.#audience = audience
    this.#scope = [...RESOURCE_SCOPES, ...actions.map((name) => `actions:${name}`)].join(' ')
    this.#workers = workers
    this.#random = random
  }

  static async open(
    audience: string,
    actions: readonly string[],
    workers: readonly Worker[],
    random: Random,
  ): Promise<BffClient> {
    return new BffClient(await generateKeyPair('ES256'), audience, actions, workers, random)
  }

  /** The public half, as a tenant registers it. */
  async keySet(): Promise<{ keys: object[] }> {
    return { keys: [{ ...(await exportJWK(this.#keys.publicKey)), alg: 'ES256', use: 'sig' }] }
  }

  async #authorization(): Promise<string> {
    if (this.#token === undefined || Date.now() - this.#token.at > RENEW_MS) {
      const text = await new SignJWT({ role: 'staff', scope: this.#scope, client_id: 'chaos' })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(this.#audience)
        .setSubject('ann')
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_SECONDS}s`)
        .sign(this.#keys.privateKey)
      this.#token = { text, at: Date.now() }
    }
    return `Bearer ${this.#token.text}`
  }

  /** One request to one process; undefined when there was no answer, or one that leaves open what happened. */
  async once(
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<Answered | undefined> {
    const ready = this.#workers.filter((worker) => worker.ready)
    const worker = ready[this.#random.between(0, Math.max(0, ready.length - 1))]
    if (worker === undefined) return undefined
    const authorization = await this.#authorization()
    const asked_at = Date.now()
    try {
      const answer = await fetch(`${worker.url}/v1${path}`, {
        method,
        headers: {
          authorization,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        signal: AbortSignal.timeout(ANSWER_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const said: unknown = await answer.json()
      if (answer.status >= 500) return undefined
      return {
        status: answer.status,
        body: said,
        asked_at,
        first_asked_at: asked_at,
        seen_at: Date.now(),
      }
    } catch {
      // Killed, frozen, or cut in the middle of the answer: a client cannot know which.
      this.lost += 1
      return undefined
    }
  }

  /**
   * Asks until there is an answer, as pages and back ends do; with a key the repetitions are the same gesture.
   *
   * @returns status 0 when nobody answered for a minute
   */
  async ask(method: string, path: string, body?: unknown, key?: string): Promise<Answered> {
    const first = Date.now()
    for (;;) {
      const answer = await this.once(method, path, body, key)
      if (answer !== undefined) return { ...answer, first_asked_at: first }
      if (Date.now() - first > PERSISTENCE_MS) {
        const now = Date.now()
        return { status: 0, body: undefined, asked_at: now, first_asked_at: first, seen_at: now }
      }
      await wait(this.#random.between(50, 300))
    }
  }
}
