import { FlattenedEncrypt, flattenedDecrypt } from 'jose'
import { z } from 'zod'
import type { KeyRing } from './key-ring.ts'

/** A sealed value does not open. Its text holds neither key nor secret. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
  readonly code = 'seal_broken'
  /** `unreadable`: no sealed value, tampered with, or moved here from elsewhere; which of them cannot be told. */
  readonly reason: 'unreadable' | 'key_unknown'

  constructor(reason: SealBroken['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/** Where a sealed value stands in the database. It opens there and nowhere else. */
export interface Place {
  readonly tenant: string
  readonly table: string
  readonly row: string
  readonly column: string
}

// Exactly one text says the same bytes: base64url has spare bits at its end, which a decoder does not look at.
const base64url = z
  .string()
  .refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text)

// Strict: a stored `aad`, or an unprotected `header`, would be somebody else's word for where this belongs.
const sealedSchema = z.strictObject({
  protected: base64url,
  encrypted_key: base64url,
  iv: base64url,
  ciphertext: base64url,
  tag: base64url,
})

// Strict too: other algorithms, compression, work factors and critical extensions are nothing we ever wrote.
const headerSchema = z.strictObject({
  alg: z.literal('A256GCMKW'),
  enc: z.literal('A256GCM'),
  kid: z.string(),
  iv: base64url,
  tag: base64url,
})

function authenticated({ tenant, table, row, column }: Place): Uint8Array {
  // A JSON array keeps the parts apart whatever characters they hold.
  return new TextEncoder().encode(JSON.stringify(['provision/v1', tenant, table, row, column]))
}

function unreadable(): SealBroken {
  return new SealBroken('unreadable', 'a sealed value does not open at this place')
}

function parseSealed(sealed: string): z.infer<typeof sealedSchema> {
  try {
    const value: unknown = JSON.parse(sealed)
    // Members twice, escapes and spaces are nothing we ever wrote either.
    if (JSON.stringify(value) === sealed) return sealedSchema.parse(value)
  } catch {
    throw unreadable()
  }
  throw unreadable()
}

/**
 * Which key sealed a value, read without opening it: for counting what still waits for a new key.
 *
 * @throws SealBroken `unreadable`
 */
export function sealedWith(sealed: string): string {
  const { protected: header } = parseSealed(sealed)
  try {
    return headerSchema.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))).kid
  } catch {
    throw unreadable()
  }
}

/**
 * Seals a text for one place: flattened JWE (RFC 7516), A256GCMKW and A256GCM with a fresh content key each time.
 * The additional authenticated data is the place itself; it is left out of what is stored.
 *
 * @returns JSON of the JWE without `aad`
 */
export async function seal(ring: KeyRing, place: Place, plain: string): Promise<string> {
  const { aad: _rebuilt, ...stored } = await new FlattenedEncrypt(new TextEncoder().encode(plain))
    .setProtectedHeader({ alg: 'A256GCMKW', enc: 'A256GCM', kid: ring.current.id })
    .setAdditionalAuthenticatedData(authenticated(place))
    .encrypt(ring.current.key)
  return JSON.stringify(stored)
}

/**
 * Opens what `seal` returned, at the same place, with whichever key of the ring sealed it. An older value of the very same
 * place opens as well: who can write to the database and has an old copy of it can bring back a token that was replaced,
 * but none that belongs elsewhere.
 *
 * @throws SealBroken
 */
export async function open(ring: KeyRing, place: Place, sealed: string): Promise<string> {
  const stored = parseSealed(sealed)
  const key = ring.byId.get(sealedWith(sealed))
  if (key === undefined)
    throw new SealBroken('key_unknown', 'a value was sealed with a key that is not in the ring')
  try {
    const { plaintext } = await flattenedDecrypt(
      { ...stored, aad: Buffer.from(authenticated(place)).toString('base64url') },
      key,
      {
        keyManagementAlgorithms: ['A256GCMKW'],
        contentEncryptionAlgorithms: ['A256GCM'],
      },
    )
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
  } catch {
    throw unreadable()
  }
}
