import { type Algorithm, isAlgorithm } from './algorithms.ts'

/** Why a token's JOSE header is refused. */
export type HeaderFault =
  | { readonly reason: 'algorithm_missing' }
  | { readonly reason: 'algorithm_forbidden' }
  | { readonly reason: 'type_wrong' }
  | { readonly reason: 'key_id_wrong' }
  | { readonly reason: 'extension_critical' }

/** Characters a key id may have. */
const LONGEST_KEY_ID = 256

/** `at+jwt`, with or without `application/`, in any case: a media type (RFC 9068 §2.1, RFC 7515 §4.1.9). */
const TYPE = /^(?:application\/)?at\+jwt$/i

/**
 * What a header may say. Where it names or carries a key (`jku`, `x5u`, `jwk`, `x5c`) it is not listened to: keys are
 * those registered for the issuer (RFC 8725 §3.10). Pure.
 *
 * @param algorithms the tenant's list
 */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  algorithms: readonly string[],
):
  | { readonly ok: true; readonly algorithm: Algorithm }
  | { readonly ok: false; readonly fault: HeaderFault } {
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || alg === '')
    return { ok: false, fault: { reason: 'algorithm_missing' } }
  if (!isAlgorithm(alg) || !algorithms.includes(alg))
    return { ok: false, fault: { reason: 'algorithm_forbidden' } }
  if (typeof typ !== 'string' || !TYPE.test(typ))
    return { ok: false, fault: { reason: 'type_wrong' } }
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > LONGEST_KEY_ID))
    return { ok: false, fault: { reason: 'key_id_wrong' } }
  // We know no extension, so there is none we could honour (RFC 7515 §4.1.11, RFC 7797).
  if ('crit' in header || 'b64' in header)
    return { ok: false, fault: { reason: 'extension_critical' } }
  return { ok: true, algorithm: alg }
}
