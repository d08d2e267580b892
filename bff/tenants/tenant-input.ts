import { z } from 'zod'
import { KeysInvalid, parseKeySet } from '../auth/key-source.ts'
import { stepUpPolicySchema } from '../auth/step-up.ts'
import { ALGORITHMS } from '../auth/verify.ts'
import { limitsInputSchema } from './limits.ts'

function isOrigin(value: string): boolean {
  try {
    const url = new URL(value)
    return url.origin === value && (url.protocol === 'https:' || isHere(url))
  } catch {
    return false
  }
}

/** Plain HTTP never leaves the machine: a developer's own pages. */
function isHere(url: URL): boolean {
  return url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
}

function isFetchable(value: string): boolean {
  try {
    const url = new URL(value)
    return url.username === '' && (url.protocol === 'https:' || isHere(url))
  } catch {
    return false
  }
}

function isKeySet(value: unknown): boolean {
  try {
    parseKeySet(value)
    return true
  } catch (error) {
    if (error instanceof KeysInvalid) return false
    throw error
  }
}

/**
 * A tenant as the operator describes it. Exactly one of `jwks` (public keys, inline) and `jwks_url` (fetched, cached,
 * served stale while its host is down).
 */
export const tenantInputSchema = z
  .strictObject({
    /** Shown in logs and lists only. */
    label: z.string().trim().min(1).max(200),
    /** Exactly the `iss` of the tenant's tokens. Unique on a BFF. */
    issuer: z.string().min(1).max(500),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['ES256', 'EdDSA', 'RS256']),
    jwks: z.unknown().refine(isKeySet, 'must be a JSON Web Key Set of public keys').optional(),
    jwks_url: z
      .string()
      .max(2000)
      .refine(isFetchable, 'must be an https URL without credentials')
      .optional(),
    /** Origins of the pages that embed the elements, as browsers send them: `https://admin.example.com`. */
    origins: z
      .array(z.string().refine(isOrigin, 'must be an origin such as https://admin.example.com'))
      .min(1)
      .max(50),
    /** Actions a client's token may hold; the product's default list unless told. */
    client_actions: z
      .array(z.string().regex(/^[a-z][a-z-]{0,63}$/))
      .max(50)
      .optional(),
    /** How fresh and strong a login each action asks for (RFC 9470); nothing unless told. */
    step_up: stepUpPolicySchema.optional(),
    /** What is limited otherwise than by default. */
    limits: limitsInputSchema.optional(),
  })
  .refine(({ jwks, jwks_url }) => (jwks === undefined) !== (jwks_url === undefined), {
    path: ['jwks_url'],
    message: 'give either keys or the URL they are at',
  })
export type TenantInput = z.infer<typeof tenantInputSchema>
