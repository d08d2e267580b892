import { fingerprint, hasFingerprint } from './fingerprint.ts'
import type { KeyRing } from './key-ring.ts'
import { open, type Place, seal, sealedWith } from './seal.ts'

export { type Place, SealBroken } from './seal.ts'

/** Sealing at rest, and fingerprints of what must not be stored in clear, under one ring of keys. */
export interface Vault {
  /** Ids of the keys: the one that seals, and all that open. */
  readonly keys: { readonly current: string; readonly all: readonly string[] }
  seal(place: Place, plain: string): Promise<string>
  /** @throws SealBroken */
  open(place: Place, sealed: string): Promise<string>
  /** Id of the key that sealed a value, read without opening it. @throws SealBroken */
  keyOf(sealed: string): string
  /** HMAC under a key derived from the current one, base64url. */
  hmac(data: string): Promise<string>
  /** Whether `hmac` gave this value, under the current key or one before it. */
  matches(data: string, known: string): boolean
}

export function createVault(ring: KeyRing): Vault {
  return {
    keys: { current: ring.current.id, all: [...ring.byId.keys()] },
    seal: (place, plain) => seal(ring, place, plain),
    open: (place, sealed) => open(ring, place, sealed),
    keyOf: sealedWith,
    hmac: async (data) => fingerprint(ring, data),
    matches: (data, known) => hasFingerprint(ring, data, known),
  }
}
