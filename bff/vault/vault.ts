import { fingerprint, hasFingerprint } from './fingerprint.ts'
import type { KeyRing } from './keys.ts'
import { open, type Place, seal } from './seal.ts'

/** Sealing at rest, and fingerprints of what must not be stored in clear, under one ring of keys. */
export interface Vault {
  seal(place: Place, plain: string): Promise<string>
  /** @throws VaultError `key_unknown` or `sealed_unreadable` */
  open(place: Place, sealed: string): Promise<string>
  /** HMAC under a key of the vault, base64url. */
  hmac(data: string): Promise<string>
  /** Whether `hmac` gave this value, under the current key or one before it. */
  matches(data: string, known: string): boolean
}

export function createVault(ring: KeyRing): Vault {
  return {
    seal: (place, plain) => seal(ring, place, plain),
    open: (place, sealed) => open(ring, place, sealed),
    hmac: async (data) => fingerprint(ring, data),
    matches: (data, known) => hasFingerprint(ring, data, known),
  }
}
