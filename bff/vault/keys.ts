import { VaultError } from './vault-error.ts'

/** One 256-bit key encryption key. `id` becomes `kid` of everything sealed with it. */
export interface VaultKey {
  readonly id: string
  readonly secret: Uint8Array
}

/** The first key seals; every key opens what it once sealed. */
export interface KeyRing {
  readonly current: VaultKey
  readonly all: ReadonlyMap<string, VaultKey>
}

const ID = /^[A-Za-z0-9._-]{1,64}$/
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/

function parseKey(entry: string): VaultKey {
  const colon = entry.indexOf(':')
  const id = entry.slice(0, Math.max(colon, 0))
  const encoded = entry.slice(colon + 1)
  if (!ID.test(id))
    throw new VaultError('keys_invalid', 'a key needs an id: write it as "id:base64"')
  const secret = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0)
  if (secret.length !== 32)
    throw new VaultError('keys_invalid', `key "${id}" is not base64 of exactly 32 bytes`)
  if (secret.every((byte) => byte === secret[0]))
    throw new VaultError('keys_invalid', `key "${id}" is one byte repeated: make a random one`)
  return { id, secret: new Uint8Array(secret) }
}

/**
 * Reads the vault's keys from an environment string, current one first: `id:base64,previous:base64`.
 * Each is 32 random bytes, such as `openssl rand -base64 32` prints. Pure; no key is ever in an error's text.
 *
 * @throws VaultError `keys_missing` when there is none, `keys_invalid` when one cannot be used
 */
export function parseVaultKeys(text: string | undefined): KeyRing {
  const entries = (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const keys = entries.map(parseKey)
  const [current] = keys
  if (current === undefined)
    throw new VaultError(
      'keys_missing',
      'PROVISION_VAULT_KEYS is empty: give "id:base64" with 32 random bytes (openssl rand -base64 32)',
    )
  const all = new Map(keys.map((key) => [key.id, key]))
  if (all.size !== keys.length) throw new VaultError('keys_invalid', 'two keys have the same id')
  return { current, all }
}
