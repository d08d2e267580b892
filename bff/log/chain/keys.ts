import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import { z } from 'zod'
import type { Database } from '../../../db/connect.ts'
import {
  allAuditKeys,
  auditKeyInserted,
  auditKeyRetired,
  auditKeysFound,
} from '../../../db/evidence.ts'
import {
  type AuditKeyRow,
  BROKEN,
  EvidenceBroken,
  type Reading,
} from '../../../db/evidence-rows.ts'
import type { Clock } from '../../contract/clock.ts'
import type { Place, Vault } from '../../vault/vault.ts'

/** What signing needs from outside. */
export interface KeyDeps {
  readonly db: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'seal' | 'open'>
}

/** The public half of a signing key: an Ed25519 JSON Web Key (RFC 8037). */
export const publicKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
})
export type PublicKey = z.infer<typeof publicKeySchema>
const secretKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
})

/** Where the secret half of a signing key is sealed. It belongs to the whole BFF, so no tenant is named. */
export function auditKeyPlace(kid: string): Place {
  return { tenant: '', table: 'audit_key', row: kid, column: 'secret' }
}

/** A public key with when it was made and when it signed last. Times in milliseconds. */
export interface KnownKey {
  readonly key: PublicKey
  readonly created_at: number
  readonly retired_at: number | null
}

function knownKey({ public: json, created_at, retired_at }: AuditKeyRow): Reading<KnownKey> {
  try {
    return { key: publicKeySchema.parse(JSON.parse(json)), created_at, retired_at }
  } catch {
    // No JSON, or no key: either way it is none of ours, and the caller says so.
    return BROKEN
  }
}

/** All keys that sign or have signed, as far as they can be read, the current one first. */
export async function keysFound(db: Database): Promise<Reading<KnownKey>[]> {
  return (await auditKeysFound(db)).map((row) => (row === BROKEN ? BROKEN : knownKey(row)))
}

/** All keys that sign or have signed, the current one first. @throws {EvidenceBroken} */
export async function knownKeys(db: Database): Promise<KnownKey[]> {
  return (await keysFound(db)).map((key, i) => {
    if (key === BROKEN) throw new EvidenceBroken('audit_key', `no. ${i + 1}`)
    return key
  })
}

async function makeKey({ db, clock, vault }: KeyDeps): Promise<void> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  const secret = JSON.stringify(secretKeySchema.parse(await exportJWK(pair.privateKey)))
  await db.write([
    auditKeyInserted({
      kid,
      public: JSON.stringify(publicKeySchema.parse({ ...jwk, kid })),
      secret: await vault.seal(auditKeyPlace(kid), secret),
      created_at: clock.now(),
    }),
  ])
}

/** A key ready to sign. */
export interface SigningKey {
  readonly kid: string
  readonly key: Awaited<ReturnType<typeof importJWK>>
}

/**
 * The key that signs now. The first time there is none: it is made, and sealed in the vault; of several replicas that do so
 * at once one is heard.
 */
export async function signingKey(deps: KeyDeps): Promise<SigningKey> {
  for (let tries = 0; tries < 3; tries++) {
    const current = (await allAuditKeys(deps.db)).find(({ retired_at }) => retired_at === null)
    if (current?.secret != null) {
      const opened = await deps.vault.open(auditKeyPlace(current.kid), current.secret)
      const jwk = secretKeySchema.parse(JSON.parse(opened))
      return { kid: current.kid, key: await importJWK(jwk, 'EdDSA') }
    }
    await makeKey(deps)
  }
  throw new Error('no key for signing the log could be made')
}

/** Retires the key that signs now and makes another. What was signed before stays provable by the old one's public half. */
export async function renewSigningKey(deps: KeyDeps): Promise<SigningKey> {
  const current = (await allAuditKeys(deps.db)).find(({ retired_at }) => retired_at === null)
  if (current !== undefined) await deps.db.write([auditKeyRetired(current.kid, deps.clock.now())])
  return signingKey(deps)
}
