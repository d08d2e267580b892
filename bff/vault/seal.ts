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

// Strict: a stored `aad`, or an unprotected `header`, would be somebody else's word for where this belongs.
const sealedSchema = z.strictObject({
  protected: z.string(),
  encrypted_key: z.string(),
  iv: z.string(),
  ciphertext: z.string(),
  tag: z.string(),
})

const headerSchema = z.object({
  alg: z.literal('A256GCMKW'),
  enc: z.literal('A256GCM'),
  kid: z.string(),
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
    return sealedSchema.parse(JSON.parse(sealed))
  } catch {
    throw unreadable()
  }
}

/** Which key sealed a value, read without opening it: for counting what still waits for a new key. */
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
 * Opens what `seal` returned, at the same place, with whichever key of the ring sealed it.
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
