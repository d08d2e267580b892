/** Algorithms a tenant may choose from: nothing symmetric, never `none` (RFC 8725 §3.1). */
export const ALGORITHMS = [
  'EdDSA',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** Whether a name, exactly as written, is one of ours. Pure. */
export function isAlgorithm(name: unknown): name is Algorithm {
  return ALGORITHMS.some((algorithm) => algorithm === name)
}
