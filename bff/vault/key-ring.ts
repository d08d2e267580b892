/** Keys of the vault: the first seals, all of them open. */
export interface KeyRing {
  readonly current: { readonly id: string; readonly key: Uint8Array }
  readonly byId: ReadonlyMap<string, Uint8Array>
}

/** The keys of the vault are missing or unusable; the process must not start. Its text names ids, never a key. */
export class VaultKeysInvalid extends Error {
  readonly code = 'vault_keys_invalid'
  override readonly name = 'VaultKeysInvalid'
}

/** Different bytes in a key; random ones have about thirty, and fewer than this once in 10^24 keys. */
const FEWEST_DIFFERENT = 12

/**
 * Why a key of the right length is none that was drawn at random, if that shows. A passphrase, or hexadecimal digits
 * taken for the key itself, have a fraction of its strength; 32 random bytes are all printable once in 10^13 keys. Pure.
 */
function weaknessOf(key: Uint8Array): string | undefined {
  if (new Set(key).size < FEWEST_DIFFERENT) return 'repeats itself: it was not drawn at random'
  if (key.every((byte) => byte >= 0x20 && byte <= 0x7e))
    return 'is text: it was typed or encoded twice, not drawn at random'
  return undefined
}

/**
 * Reads a key ring from its written form, `id:base64` of 32 bytes each, separated by commas or line ends: the current key
 * first, previous ones after it. Pure.
 *
 * @throws {VaultKeysInvalid} empty, a bad id, not 32 bytes, an id or a key twice, or a key that was not drawn at random
 */
export function parseKeyRing(text: string): KeyRing {
  const byId = new Map<string, Uint8Array>()
  const idOf = new Map<string, string>()
  let current: KeyRing['current'] | undefined
  for (const part of text.split(/[,\r\n]/).map((piece) => piece.trim())) {
    if (part === '') continue
    const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_=-]+)$/.exec(part)
    const [, id, encoded] = match ?? []
    if (id === undefined || encoded === undefined)
      throw new VaultKeysInvalid('a vault key is written as id:base64')
    const key = new Uint8Array(Buffer.from(encoded, 'base64'))
    if (key.length !== 32) throw new VaultKeysInvalid(`vault key ${id} is not 32 bytes long`)
    const weakness = weaknessOf(key)
    if (weakness !== undefined) throw new VaultKeysInvalid(`vault key ${id} ${weakness}`)
    if (byId.has(id)) throw new VaultKeysInvalid(`vault key ${id} is there twice`)
    const same = idOf.get(Buffer.from(key).toString('base64'))
    if (same !== undefined)
      throw new VaultKeysInvalid(`vault keys ${same} and ${id} are the same key`)
    byId.set(id, key)
    idOf.set(Buffer.from(key).toString('base64'), id)
    current ??= { id, key }
  }
  if (current === undefined) throw new VaultKeysInvalid('there is no vault key')
  return { current, byId }
}
