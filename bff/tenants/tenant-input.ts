import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { z } from 'zod'
import { ALGORITHMS } from '../auth/algorithms.ts'
import { KeysInvalid, parseKeySet } from '../auth/key-set.ts'
import { stepUpPolicySchema } from '../auth/step-up.ts'
import { LANGUAGES } from '../texts/languages.ts'
import { limitsInputSchema } from './limits.ts'

function isOrigin(value: string): boolean {
  try {
    const url = new URL(value)
    // A star is a letter to browsers: it would match nothing, and look as if it matched much.
    const isOne = url.origin === value && !url.hostname.includes('*')
    return isOne && (url.protocol === 'https:' || isHere(url))
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
    // A key that cannot be read would refuse its tokens one by one; it is refused here, once.
    for (const key of parseKeySet(value).keys)
      createPublicKey({ key: key as JsonWebKey, format: 'jwk' })
    return true
  } catch (error) {
    if (error instanceof KeysInvalid || error instanceof TypeError) return false
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/** A token's `kid` must lead to one key: where there are several, each has one of its own. */
function areKeysTold(value: unknown): boolean {
  if (!isKeySet(value)) return true
  const { keys } = parseKeySet(value)
  const names = new Set(keys.map(({ kid }) => kid))
  return keys.length === 1 || (names.size === keys.length && !names.has(undefined))
}

export const keySetSchema = z
  .unknown()
  .refine(isKeySet, 'must be a JSON Web Key Set of public keys')
  .refine(areKeysTold, 'holds several keys: each needs a `kid` of its own')

const originSchema = z
  .string()
  .max(300)
  .refine(isOrigin, 'must be an origin such as https://admin.example.com')

/** The parts of a tenant as the operator describes it, each by itself. */
export const tenantParts = {
  /** Shown in logs and lists only. */
  label: z.string().trim().min(1).max(200),
  /** Exactly the `iss` of the tenant's tokens. Unique on a BFF. */
  issuer: z.string().min(1).max(500),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1),
  jwks: keySetSchema,
  jwks_url: z.string().max(2000).refine(isFetchable, 'must be an https URL without credentials'),
  /** Origins of the pages that embed the elements, exactly as browsers send them: `https://admin.example.com`. */
  origins: z.array(originSchema).min(1).max(50),
  /** Actions a client's token may hold; the product's default list unless told. */
  client_actions: z.array(z.string().regex(/^[a-z][a-z-]{0,63}$/)).max(50),
  /** What its clients are spoken to in when they ask for no language of ours. */
  language: z.enum(LANGUAGES),
  /** How fresh and strong a login each action asks for (RFC 9470); nothing unless told. */
  step_up: stepUpPolicySchema,
  /** What is limited otherwise than by default. */
  limits: limitsInputSchema,
}

/**
 * A tenant as the operator describes it. Exactly one of `jwks` (public keys, inline) and `jwks_url` (fetched, cached,
 * served stale while its host is down).
 */
export const tenantInputSchema = z
  .strictObject({
    ...tenantParts,
    algorithms: tenantParts.algorithms.default(['ES256', 'EdDSA', 'RS256']),
    jwks: tenantParts.jwks.optional(),
    jwks_url: tenantParts.jwks_url.optional(),
    client_actions: tenantParts.client_actions.optional(),
    language: tenantParts.language.optional(),
    step_up: tenantParts.step_up.optional(),
    limits: tenantParts.limits.optional(),
  })
  .refine(({ jwks, jwks_url }) => (jwks === undefined) !== (jwks_url === undefined), {
    path: ['jwks_url'],
    message: 'give either keys or the URL they are at',
  })
export type TenantInput = z.infer<typeof tenantInputSchema>
