import { CompactSign, compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { z } from 'zod'
import type { PublicKey, SigningKey } from './keys.ts'

/** What is signed of a chain: its end, a cut in it, or an export of it. */
export const signedSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('head'),
    tenant: z.string(),
    seq: z.number().int(),
    hash: z.string(),
    /** Milliseconds. */
    at: z.number().int(),
  }),
  z.strictObject({
    kind: z.literal('checkpoint'),
    tenant: z.string(),
    /** The last link that may be removed, and its hash. */
    seq: z.number().int(),
    hash: z.string(),
    at: z.number().int(),
    /** How many this cut removes. */
    count: z.number().int(),
    /** Everything sealed before this time. */
    before: z.number().int(),
  }),
  z.strictObject({
    kind: z.literal('export'),
    tenant: z.string(),
    /** Null for the whole tenant's. */
    service: z.string().nullable(),
    /** How many entries, and the SHA-256 (base64url) of all lines before this one, each with its line feed. */
    count: z.number().int(),
    lines: z.string(),
    at: z.number().int(),
    /** The end of the chain the export was made at. */
    seq: z.number().int(),
    hash: z.string(),
  }),
])
export type Signed = z.infer<typeof signedSchema>

const TYP = 'provision-log+jws'

/** Compact JWS (RFC 7515), EdDSA over Ed25519, with the key's id. */
export async function sign({ kid, key }: SigningKey, statement: Signed): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(statement)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: TYP })
    .sign(key)
}

/** @returns what was signed; undefined when none of these keys signed it, or it is no such thing */
export async function signedBy(
  keys: readonly PublicKey[],
  jws: string,
): Promise<{ readonly kid: string; readonly statement: Signed } | undefined> {
  try {
    const { kid, typ } = decodeProtectedHeader(jws)
    const jwk = keys.find((key) => key.kid === kid)
    if (jwk === undefined || typ !== TYP) return undefined
    const { payload } = await compactVerify(jws, await importJWK(jwk, 'EdDSA'), {
      algorithms: ['EdDSA'],
    })
    const statement = signedSchema.parse(JSON.parse(new TextDecoder().decode(payload)))
    return { kid: jwk.kid, statement }
  } catch {
    // Whatever is wrong with it, it proves nothing.
    return undefined
  }
}
