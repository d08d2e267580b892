import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { Clock } from '../contract/clock.ts'

const jwksSchema = z.object({
  keys: z
    .array(z.object({ kty: z.enum(['EC', 'RSA', 'OKP']) }).loose())
    .min(1)
    .max(50),
})

/** A key set that is no key set, or holds keys nobody may publish. */
export class KeysInvalid extends Error {
  readonly code = 'keys_invalid'
  override readonly name = 'KeysInvalid'
}

/** We could not get a tenant's keys: our fault, never the token's. */
export class KeysUnavailable extends Error {
  readonly code = 'keys_unavailable'
  override readonly name = 'KeysUnavailable'
}

/** Checks a key set: public asymmetric keys only. @throws {KeysInvalid} */
export function parseKeySet(value: unknown): JSONWebKeySet {
  const parsed = jwksSchema.safeParse(value)
  if (!parsed.success) throw new KeysInvalid('not a JSON Web Key Set of public keys')
  for (const key of parsed.data.keys) {
    if ('d' in key || 'k' in key) throw new KeysInvalid('a key set must hold public keys only')
  }
  // zod has checked the members jose needs to tell the keys apart; jose checks the rest when it imports one.
  return parsed.data as JSONWebKeySet
}

export interface KeySourceOptions {
  readonly clock: Clock
  /** The only way out, handed in. Never follows redirects. */
  fetch(url: string, init: RequestInit): Promise<Response>
}

const MINUTE = 60_000
/** Milliseconds after which keys are fetched again, behind. */
const REFRESH_AFTER = 5 * MINUTE
/** Milliseconds after which keys are fetched before they are used. */
const FRESH_FOR = 10 * MINUTE
/** Milliseconds keys are used for while they cannot be fetched. */
const STALE_FOR = 24 * 60 * MINUTE
/** Milliseconds between two fetches for a key id we do not know: a flood of invented ids must not become a flood of fetches. */
const COOL_DOWN = 30_000
const BYTES = 256 * 1024
const TIMEOUT = 5000

interface Remote {
  keys: JSONWebKeySet | undefined
  fetched_at: number
  tried_at: number
  failures: number
  under_way: Promise<void> | undefined
}

async function readCapped(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks).toString()
    size += value.length
    if (size > BYTES) {
      await reader.cancel()
      throw new KeysInvalid('the key set is too large')
    }
    chunks.push(value)
  }
}

/** Key sets by URL: refreshed behind, served stale while their host is down, fetched once however many ask. */
export class RemoteKeys {
  readonly #options: KeySourceOptions
  readonly #remotes = new Map<string, Remote>()

  constructor(options: KeySourceOptions) {
    this.#options = options
  }

  /** The look-up of keys for one URL, as jose wants it. */
  source(url: string): JWTVerifyGetKey {
    return async (header, token) => {
      const remote = this.#remoteOf(url)
      await this.#ensure(url, remote)
      const keys = this.#usable(remote)
      try {
        return await createLocalJWKSet(keys)(header, token)
      } catch (error) {
        if (!(await this.#refreshedForUnknownKey(url, remote, error))) throw error
        return createLocalJWKSet(this.#usable(remote))(header, token)
      }
    }
  }

  #remoteOf(url: string): Remote {
    const known = this.#remotes.get(url)
    if (known !== undefined) return known
    const fresh = {
      keys: undefined,
      fetched_at: 0,
      tried_at: Number.NEGATIVE_INFINITY,
      failures: 0,
      under_way: undefined,
    }
    this.#remotes.set(url, fresh)
    return fresh
  }

  #usable(remote: Remote): JSONWebKeySet {
    const age = this.#options.clock.now() - remote.fetched_at
    if (remote.keys === undefined || age > STALE_FOR)
      throw new KeysUnavailable('the issuer’s keys cannot be fetched')
    return remote.keys
  }

  async #ensure(url: string, remote: Remote): Promise<void> {
    const now = this.#options.clock.now()
    const age = remote.keys === undefined ? Number.POSITIVE_INFINITY : now - remote.fetched_at
    if (age <= REFRESH_AFTER || !this.#mayTry(remote)) return
    const fetching = this.#fetch(url, remote)
    if (age > FRESH_FOR) await fetching
  }

  /** After a failure: 1, 2, 4 … 60 s of peace for the other side, whoever asks. */
  #mayTry(remote: Remote): boolean {
    const pause = remote.failures === 0 ? 0 : Math.min(MINUTE, 1000 * 2 ** (remote.failures - 1))
    return this.#options.clock.now() - remote.tried_at >= pause
  }

  async #refreshedForUnknownKey(url: string, remote: Remote, error: unknown): Promise<boolean> {
    const unknownKey =
      error instanceof Error && 'code' in error && error.code === 'ERR_JWKS_NO_MATCHING_KEY'
    const now = this.#options.clock.now()
    if (!unknownKey || now - remote.tried_at < COOL_DOWN || !this.#mayTry(remote)) return false
    await this.#fetch(url, remote)
    return remote.fetched_at === now
  }

  /** Never rejects: what failed is in the remote's own record. */
  #fetch(url: string, remote: Remote): Promise<void> {
    remote.under_way ??= (async () => {
      const now = this.#options.clock.now()
      remote.tried_at = now
      try {
        const response = await this.#options.fetch(url, {
          redirect: 'error',
          headers: { accept: 'application/json' },
          signal: AbortSignal.timeout(TIMEOUT),
        })
        if (response.status !== 200) throw new KeysUnavailable(`status ${response.status}`)
        remote.keys = parseKeySet(JSON.parse(await readCapped(response)))
        remote.fetched_at = now
        remote.failures = 0
      } catch {
        remote.failures += 1
      } finally {
        remote.under_way = undefined
      }
    })()
    return remote.under_way
  }
}
