export type VaultErrorCode =
  /** No key was configured. */
  | 'keys_missing'
  /** A configured key cannot be used. */
  | 'keys_invalid'
  /** Sealed with a key that is not in the ring any more. */
  | 'key_unknown'
  /** Not a sealed value, tampered with, or moved from another place. Which of them is not told. */
  | 'sealed_unreadable'

/** What the vault refuses. Its text never holds a key or a secret. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
