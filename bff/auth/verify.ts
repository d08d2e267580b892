import { createLocalJWKSet, decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { claimsSchema } from './claims.ts'
import { type Grant, type GrantRefusal, grantFrom } from './grant.ts'
import { KeysUnavailable, parseKeySet, type RemoteKeys } from './key-source.ts'
import type { StepUpPolicy } from './step-up.ts'

/** What a tenant's tokens are checked against. */
export interface TenantKeys {
  readonly tenant: TenantId
  readonly issuer: string
  /** JOSE names; asymmetric only. */
  readonly algorithms: readonly string[]
  readonly keys: { readonly jwks: unknown } | { readonly jwks_url: string }
  readonly origins: readonly string[]
  readonly client_actions: readonly string[] | undefined
  /** What is asked of the login behind a token, by action (RFC 9470); nothing unless told. */
  readonly step_up?: StepUpPolicy | undefined
}

export interface VerifyDeps {
  readonly clock: Clock
  /** The BFF's public URL: the only audience. */
  readonly audience: string
  readonly remoteKeys: RemoteKeys
  tenantOf(issuer: string): Promise<TenantKeys | undefined>
}

/** Everything that can be wrong with a request's token. The reason is for our log; the wire says much less. */
export type TokenRefusal =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'origin'; readonly reason: string }
  | { readonly kind: 'keys_unavailable' }

export type Verified =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly refusal: TokenRefusal }

/** Characters an Authorization header may have. */
export const HEADER_LIMIT = 8 * 1024
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
]
const LEEWAY = 5

const refuse = (refusal: TokenRefusal): Verified => ({ ok: false, refusal })

function bearerOf(header: string | undefined): TokenRefusal | string {
  if (header === undefined || header === '') return { kind: 'none' }
  if (header.length > HEADER_LIMIT) return { kind: 'malformed', reason: 'header too long' }
  const match = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(header)
  if (match?.[1] !== undefined) return match[1]
  return /^Bearer(\s|$)/i.test(header)
    ? { kind: 'invalid', reason: 'not a JWS' }
    : { kind: 'malformed', reason: 'not Bearer' }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    // Not a JWT at all: verification says so, in the same words as for any other bad token.
    return undefined
  }
}

function reasonOf(refusal: GrantRefusal): TokenRefusal {
  return refusal.reason === 'origin_not_listed'
    ? { kind: 'origin', reason: refusal.reason }
    : { kind: 'invalid', reason: refusal.reason }
}

const inlineSets = new WeakMap<object, JWTVerifyGetKey>()

function keysOf(tenant: TenantKeys, deps: VerifyDeps): JWTVerifyGetKey {
  if ('jwks_url' in tenant.keys) return deps.remoteKeys.source(tenant.keys.jwks_url)
  const known = inlineSets.get(tenant.keys)
  if (known !== undefined) return known
  const made = createLocalJWKSet(parseKeySet(tenant.keys.jwks))
  inlineSets.set(tenant.keys, made)
  return made
}

/**
 * From an Authorization header to a grant (RFC 9068, RFC 8725). The issuer is read unverified only to find whose keys
 * and algorithms apply; every claim is then verified with those. Keys named or carried by the token are ignored.
 *
 * @param origin the page's `Origin`, where the request has one
 */
export async function verify(
  deps: VerifyDeps,
  authorization: string | undefined,
  origin: string | undefined,
): Promise<Verified> {
  const token = bearerOf(authorization)
  if (typeof token !== 'string') return refuse(token)
  const issuer = issuerOf(token)
  const tenant = issuer === undefined ? undefined : await deps.tenantOf(issuer)
  if (tenant === undefined) return refuse({ kind: 'invalid', reason: 'unknown issuer' })
  try {
    const { payload } = await jwtVerify(token, keysOf(tenant, deps), {
      typ: 'at+jwt',
      algorithms: tenant.algorithms.filter((algorithm) => ALGORITHMS.includes(algorithm)),
      issuer: tenant.issuer,
      audience: deps.audience,
      requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id'],
      clockTolerance: LEEWAY,
      maxTokenAge: '15m',
      currentDate: new Date(deps.clock.now()),
    })
    const claims = claimsSchema.safeParse(payload)
    if (!claims.success)
      return refuse({
        kind: 'invalid',
        reason: `claim ${claims.error.issues[0]?.path.join('.') ?? ''}`,
      })
    if (origin !== undefined && !tenant.origins.includes(origin))
      return refuse({ kind: 'origin', reason: 'not an origin of the tenant' })
    const made = grantFrom(claims.data, {
      tenant: tenant.tenant,
      client_actions: tenant.client_actions,
      step_up: tenant.step_up,
      origin,
    })
    return made.ok ? made : refuse(reasonOf(made.refusal))
  } catch (error) {
    if (error instanceof KeysUnavailable) return refuse({ kind: 'keys_unavailable' })
    if (error instanceof errors.JOSEError) return refuse({ kind: 'invalid', reason: error.code })
    throw error
  }
}

/** `WWW-Authenticate` of each case (RFC 6750 §3): no `error` where no token was sent. Pure. */
export function challengeOf(refusal: TokenRefusal): string | undefined {
  switch (refusal.kind) {
    case 'none':
      return 'Bearer realm="provision"'
    case 'malformed':
      return 'Bearer realm="provision", error="invalid_request"'
    case 'invalid':
      return 'Bearer realm="provision", error="invalid_token"'
    case 'origin':
    case 'keys_unavailable':
      return undefined
  }
}
