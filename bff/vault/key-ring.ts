/** Keys of the vault: the first seals, all of them open. */
export interface KeyRing {
  readonly current: { readonly id: string; readonly key: Uint8Array }
  readonly byId: ReadonlyMap<string, Uint8Array>
}

/** The keys of the vault are missing or unusable; the process must not start. */
export class VaultKeysInvalid extends Error {
  readonly code = 'vault_keys_invalid'
  override readonly name = 'VaultKeysInvalid'
}

/**
 * Reads a key ring from its one-line form, `id:base64,id2:base64`: 32 bytes each, the current key first, previous ones
 * after it.
 *
 * @throws {VaultKeysInvalid} empty, a bad id, not 32 bytes, or an id twice. The message names the id, never a key.
 */
export function parseKeyRing(text: string): KeyRing {
  const byId = new Map<string, Uint8Array>()
  let current: KeyRing['current'] | undefined
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue
    const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_=-]+)$/.exec(part)
    const [, id, encoded] = match ?? []
    if (id === undefined || encoded === undefined)
      throw new VaultKeysInvalid('a vault key is written as id:base64')
    const key = new Uint8Array(Buffer.from(encoded, 'base64'))
    if (key.length !== 32) throw new VaultKeysInvalid(`vault key ${id} is not 32 bytes long`)
    if (byId.has(id)) throw new VaultKeysInvalid(`vault key ${id} is there twice`)
    byId.set(id, key)
    current ??= { id, key }
  }
  if (current === undefined) throw new VaultKeysInvalid('there is no vault key')
  return { current, byId }
}
