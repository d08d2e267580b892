import { createPublicKey } from 'node:crypto'
import { contentOf } from './content.ts'

/**
 * Public keys from a file: a JSON Web Key Set, or one key in PEM.
 *
 * @param key_id what the key in PEM is called in a token's `kid`; a PEM file has no room for it
 */
export function keySetFrom(jwks: unknown, pem_file: unknown, key_id: unknown): unknown {
  if (jwks !== undefined) return JSON.parse(contentOf(jwks) ?? '')
  const pem = contentOf(pem_file)
  if (pem === undefined) return undefined
  // A private key would be read as its public half: whoever mixed the files up must hear of it.
  if (pem.includes('PRIVATE KEY'))
    throw new Error('the public key that was given is a private one: keep that one at home.')
  const key = createPublicKey(pem).export({ format: 'jwk' })
  return { keys: [typeof key_id === 'string' ? { ...key, kid: key_id } : key] }
}
