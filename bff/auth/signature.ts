import { compactVerify, errors, type JWTVerifyGetKey } from 'jose'
import type { Algorithm } from './algorithms.ts'
import { KeysUnavailable } from './key-source.ts'

/** Why a signature is not believed. `keys_unavailable` is our own fault. */
export type SignatureFault =
  | { readonly reason: 'key_unknown' }
  | { readonly reason: 'signature_wrong' }
  | { readonly reason: 'keys_unavailable' }

/** Keys tried for a token that does not say which: an issuer that changes its key has two for a while. */
const TRIES = 4

async function isSignedByOneOf(
  token: string,
  several: errors.JWKSMultipleMatchingKeys,
  algorithms: [Algorithm],
): Promise<boolean> {
  let tried = 0
  for await (const key of several) {
    if (++tried > TRIES) return false
    try {
      await compactVerify(token, key, { algorithms })
      return true
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    }
  }
  return false
}

/** Checks the signature with the keys of the issuer and the algorithm that was agreed with it. */
export async function signatureFault(
  token: string,
  algorithm: Algorithm,
  keys: JWTVerifyGetKey,
): Promise<SignatureFault | undefined> {
  const algorithms: [Algorithm] = [algorithm]
  try {
    await compactVerify(token, keys, { algorithms })
    return undefined
  } catch (error) {
    if (error instanceof KeysUnavailable) return { reason: 'keys_unavailable' }
    if (error instanceof errors.JWKSNoMatchingKey) return { reason: 'key_unknown' }
    if (error instanceof errors.JWKSMultipleMatchingKeys)
      return (await isSignedByOneOf(token, error, algorithms))
        ? undefined
        : { reason: 'signature_wrong' }
    if (error instanceof errors.JOSEError) return { reason: 'signature_wrong' }
    throw error
  }
}
