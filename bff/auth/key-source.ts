import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../contract/clock.ts'
import { KeysInvalid, readKeySet } from './key-set.ts'
import { parseStrictJson } from './strict-json.ts'

/** We could not get a tenant's keys: our fault, never the token's. */
export class KeysUnavailable extends Error {
  readonly code = 'keys_unavailable'
  override readonly name = 'KeysUnavailable'
}

/** What comes back for a key set. */
export interface KeyAnswer {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array> | null
}

export interface KeySourceOptions {
  readonly clock: Clock
  /** The only way out, handed in. Must refuse redirects as told. */
  fetch(
    url: string,
    init: {
      readonly redirect: 'error'
      readonly headers: Record<string, string>
      readonly signal: AbortSignal
    },
  ): Promise<KeyAnswer>
  /** Told of every set that could not be had or is not as it should be. */
  readonly report?: (error: unknown, about: string) => void
  /** Milliseconds a whole answer may take; 5 s unless told. */
  readonly timeout?: number
}

/** How it stands with the keys of one URL. */
export interface KeyStatus {
  readonly url: string
  /** `fresh`; `stale`: used, but could not be fetched again when it was time to; `none`: nobody is let in by them. */
  readonly state: 'fresh' | 'stale' | 'none'
  /** Keys in use. */
  readonly keys: number
  /** When they were last fetched, in milliseconds; `null` for never. */
  readonly fetched_at: number | null
}

const MINUTE = 60_000
/** Milliseconds after which keys are fetched again, behind. */
const REFRESH_AFTER = 5 * MINUTE
/** Milliseconds after which keys are fetched before they are used: so long a key that was removed is still believed. */
const FRESH_FOR = 10 * MINUTE
/** Milliseconds keys are used for while they cannot be fetched. */
const STALE_FOR = 24 * 60 * MINUTE
/** Milliseconds between two fetches for a key id we do not know: a flood of invented ids must not become a flood of fetches. */
const COOL_DOWN = 30_000
/** Bytes a set may have. */
const BYTES = 256 * 1024
const TIMEOUT = 5000
/** Objects and arrays inside each other in a set: itself, its list, a key, that key's lists. */
const DEEPEST = 6

interface Held {
  /** Imports each key once, so it lives as long as the set. */
  readonly resolve: JWTVerifyGetKey
  readonly count: number
  readonly fetched_at: number
}

interface Remote {
  held: Held | undefined
  tried_at: number
  /** In a row. */
  failures: number
  under_way: Promise<void> | undefined
}

async function readCapped(body: AsyncIterable<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > BYTES) throw new KeysInvalid('the key set is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Key sets by URL: refreshed behind, served stale while their host is down, fetched once however many ask. */
export class RemoteKeys {
  readonly #options: KeySourceOptions
  readonly #remotes = new Map<string, Remote>()

  constructor(options: KeySourceOptions) {
    this.#options = options
  }

  /**
   * The look-up of keys for one URL, as jose wants it.
   *
   * @throws {KeysUnavailable} from the look-up: there are no keys, or the one that is asked for may have been published
   *   while the set could not be fetched
   */
  source(url: string): JWTVerifyGetKey {
    return async (header, token) => {
      const remote = this.#remoteOf(url)
      await this.#ensure(url, remote)
      const held = this.#usable(remote)
      try {
        return await held.resolve(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        await this.#fetchForUnknownKey(url, remote)
        const now = this.#usable(remote)
        if (now !== held) return now.resolve(header, token)
        if (remote.failures > 0)
          throw new KeysUnavailable('a key is unknown while the set cannot be fetched')
        throw error
      }
    }
  }

  /** How it stands with every URL that was asked for. */
  status(): KeyStatus[] {
    const now = this.#options.clock.now()
    return [...this.#remotes].map(([url, { held, failures }]) => {
      const age = held === undefined ? Number.POSITIVE_INFINITY : now - held.fetched_at
      const late = failures > 0 && age > REFRESH_AFTER
      return {
        url,
        state: age > STALE_FOR ? 'none' : late ? 'stale' : 'fresh',
        keys: held?.count ?? 0,
        fetched_at: held?.fetched_at ?? null,
      }
    })
  }

  #remoteOf(url: string): Remote {
    const known = this.#remotes.get(url)
    if (known !== undefined) return known
    const fresh: Remote = {
      held: undefined,
      tried_at: Number.NEGATIVE_INFINITY,
      failures: 0,
      under_way: undefined,
    }
    this.#remotes.set(url, fresh)
    return fresh
  }

  #usable({ held }: Remote): Held {
    if (held === undefined || this.#options.clock.now() - held.fetched_at > STALE_FOR)
      throw new KeysUnavailable('the issuer’s keys cannot be fetched')
    return held
  }

  async #ensure(url: string, remote: Remote): Promise<void> {
    const { held } = remote
    const age =
      held === undefined ? Number.POSITIVE_INFINITY : this.#options.clock.now() - held.fetched_at
    if (age <= REFRESH_AFTER || !this.#mayTry(remote)) return
    const fetching = this.#fetch(url, remote)
    if (age > FRESH_FOR) await fetching
  }

  /** After a failure: 1, 2, 4 … 60 s of peace for the other side, whoever asks. One under way can be waited for. */
  #mayTry({ failures, tried_at, under_way }: Remote): boolean {
    if (under_way !== undefined) return true
    const pause = failures === 0 ? 0 : Math.min(MINUTE, 1000 * 2 ** (failures - 1))
    return this.#options.clock.now() - tried_at >= pause
  }

  async #fetchForUnknownKey(url: string, remote: Remote): Promise<void> {
    const cool = this.#options.clock.now() - remote.tried_at >= COOL_DOWN && this.#mayTry(remote)
    if (cool || remote.under_way !== undefined) await this.#fetch(url, remote)
  }

  /** Never rejects: what failed is in the remote's own record. */
  #fetch(url: string, remote: Remote): Promise<void> {
    remote.under_way ??= (async () => {
      remote.tried_at = this.#options.clock.now()
      try {
        remote.held = await this.#read(url, remote.tried_at)
        remote.failures = 0
      } catch (error) {
        remote.failures += 1
        this.#options.report?.(error, `the keys at ${url}`)
      } finally {
        remote.under_way = undefined
      }
    })()
    return remote.under_way
  }

  async #read(url: string, fetched_at: number): Promise<Held> {
    const { fetch, report, timeout = TIMEOUT } = this.#options
    const { status, body } = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: AbortSignal.timeout(timeout),
    })
    if (status !== 200) throw new KeysUnavailable(`status ${status}`)
    const parsed = parseStrictJson(await readCapped(body), DEEPEST)
    if (!parsed.ok) throw new KeysInvalid(`the key set is not as it should be: ${parsed.fault}`)
    const { usable, flaws } = readKeySet(parsed.value)
    const grave = flaws.filter((flaw) => flaw !== 'kind_unknown' && flaw !== 'not_for_signatures')
    if (grave.length > 0)
      report?.(new KeysInvalid(`keys are not used: ${grave.join(', ')}`), `the keys at ${url}`)
    return { resolve: createLocalJWKSet(usable), count: usable.keys.length, fetched_at }
  }
}
