import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from './key-ring.ts'

// A key of its own: what seals must never also sign.
function deriveKey(secret: Uint8Array): Uint8Array {
  return new Uint8Array(
    hkdfSync('sha256', secret, new Uint8Array(0), 'provision/v1 fingerprint', 32),
  )
}

function signedWith(key: Uint8Array, data: string): Buffer {
  return createHmac('sha256', deriveKey(key)).update(data, 'utf8').digest()
}

/**
 * HMAC-SHA-256 of a text under a key derived from the current vault key (HKDF, RFC 5869), base64url, 43 characters.
 * For comparing inputs that hold passwords: a plain digest of those could be guessed from the database.
 */
export function fingerprint(ring: KeyRing, data: string): string {
  return signedWith(ring.current.key, data).toString('base64url')
}

/** Whether a text has this fingerprint under any key of the ring: those made before a rotation still count. */
export function hasFingerprint(ring: KeyRing, data: string, known: string): boolean {
  const given = Buffer.from(known, 'base64url')
  return [...ring.byId.values()].some((key) => {
    const expected = signedWith(key, data)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
