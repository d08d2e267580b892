import { createHash } from 'node:crypto'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { LEEWAY, LONGEST_LIFE } from './claim-rules.ts'

/** What of a verified token can be revoked. */
export interface Credential {
  readonly tenant: TenantId
  /** Of its `jti`. */
  readonly jti_digest: string
  /** Whose token it is, and who acts with it where that is somebody else. */
  readonly subjects: readonly string[]
  /** `iat`, in seconds. */
  readonly issued_at: number
}

/** What is revoked, over all tenants. */
export interface Revoked {
  readonly tokens: readonly { readonly tenant: string; readonly jti_digest: string }[]
  /** Tokens of a subject issued at or before `not_before` (milliseconds) are dead. */
  readonly subjects: readonly {
    readonly tenant: string
    readonly subject: string
    readonly not_before: number
  }[]
}

/** Why a token that was good is good no more. */
export type RevocationFault = {
  readonly reason: 'revoked'
  readonly by: 'token' | 'subject'
}

/** Milliseconds after which every token that exists now has expired, with a minute for clocks that differ. */
export const LONGEST_USE = (LONGEST_LIFE + 2 * LEEWAY + 60) * 1000
/** Milliseconds a list may be old and still be used: on every replica a revocation counts no later than that. */
export const REVOCATIONS_FRESH = 5000
/** Milliseconds after which the list is read again, behind. */
const REFRESH_AFTER = 2000

/** What stands for a `jti` in the database: whoever reads that learns no token's id. Pure. */
export function jtiDigest(jti: string): string {
  return createHash('sha256').update(jti).digest('hex')
}

// NUL stands in no tenant's id, and no subject's or digest's name is cut by it.
const key = (tenant: string, what: string) => `${tenant}\0${what}`

interface List {
  readonly read_at: number
  readonly tokens: ReadonlySet<string>
  readonly subjects: ReadonlyMap<string, number>
}

function listOf({ tokens, subjects }: Revoked, read_at: number): List {
  return {
    read_at,
    tokens: new Set(tokens.map(({ tenant, jti_digest }) => key(tenant, jti_digest))),
    subjects: new Map(
      subjects.map(({ tenant, subject, not_before }) => [key(tenant, subject), not_before]),
    ),
  }
}

function faultBy(list: List, credential: Credential): RevocationFault | undefined {
  const { tenant, jti_digest, subjects, issued_at } = credential
  if (list.tokens.has(key(tenant, jti_digest))) return { reason: 'revoked', by: 'token' }
  const isDead = subjects.some(
    (subject) => issued_at * 1000 <= (list.subjects.get(key(tenant, subject)) ?? -Infinity),
  )
  return isDead ? { reason: 'revoked', by: 'subject' } : undefined
}

/**
 * What is revoked, held in memory and never used when older than five seconds. While the database does not answer,
 * nobody is let in on what is not known any more: the question fails as the database does.
 */
export class Revocations {
  readonly #clock: Clock
  readonly #read: () => Promise<Revoked>
  #list: List | undefined
  #reading: Promise<List> | undefined

  /** @param read all that is revoked just now */
  constructor(clock: Clock, read: () => Promise<Revoked>) {
    this.#clock = clock
    this.#read = read
  }

  /** @throws what reading throws, when what is known is too old */
  async faultOf(credential: Credential): Promise<RevocationFault | undefined> {
    return faultBy(await this.#current(), credential)
  }

  /** Something was revoked here: the next caller reads anew. */
  forget(): void {
    this.#list = undefined
    // What is being read now may have begun before.
    this.#reading = undefined
  }

  async #current(): Promise<List> {
    const list = this.#list
    const age = list === undefined ? Number.NaN : this.#clock.now() - list.read_at
    // A clock that was put back makes no list younger.
    if (list === undefined || !(age >= 0 && age < REVOCATIONS_FRESH)) return this.#reread()
    if (age >= REFRESH_AFTER) {
      // Whoever comes when the list is too old is told if it still cannot be read.
      this.#reread().catch(() => undefined)
    }
    return list
  }

  #reread(): Promise<List> {
    if (this.#reading !== undefined) return this.#reading
    const read_at = this.#clock.now()
    const reading: Promise<List> = this.#read()
      .then((revoked) => {
        const list = listOf(revoked, read_at)
        if (this.#reading === reading) this.#list = list
        return list
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined
      })
    this.#reading = reading
    return reading
  }
}
