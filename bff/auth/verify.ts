import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { bearerOf, type Credentials } from './bearer.ts'
import { checkClaims } from './claim-rules.ts'
import { parseCompactJws } from './compact-jws.ts'
import type { FailureBrake } from './failure-brake.ts'
import { credentialOf, type Grant, grantFrom } from './grant.ts'
import { checkHeader } from './header-rules.ts'
import { readKeySet } from './key-set.ts'
import type { RemoteKeys } from './key-source.ts'
import type { Revocations } from './revocation.ts'
import { signatureFault } from './signature.ts'
import type { StepUpPolicy } from './step-up.ts'
import type { TokenFault } from './token-fault.ts'

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
  readonly remoteKeys: Pick<RemoteKeys, 'source'>
  readonly revocations: Pick<Revocations, 'faultOf'>
  /** Holds back whose tokens do not verify; nobody is without. */
  readonly brake?: Pick<FailureBrake, 'heldBack' | 'failed'>
  tenantOf(issuer: string): Promise<TenantKeys | undefined>
}

/** What a request brings to prove whose it is. */
export interface Presented extends Credentials {
  /** The page's `Origin`, where the request has one. */
  readonly origin: string | undefined
  /** Where it comes from; undefined where callers cannot be told apart. */
  readonly address?: string | undefined
}

export type Verified =
  | { readonly ok: true; readonly grant: Grant }
  | {
      readonly ok: false
      readonly fault: TokenFault
      /** Whose token it would have been; known from when its issuer is. */
      readonly tenant: string | undefined
    }

const inlineSets = new WeakMap<object, JWTVerifyGetKey>()

function keysOf(tenant: TenantKeys, deps: VerifyDeps): JWTVerifyGetKey {
  if ('jwks_url' in tenant.keys) return deps.remoteKeys.source(tenant.keys.jwks_url)
  const known = inlineSets.get(tenant.keys)
  if (known !== undefined) return known
  const made = createLocalJWKSet(readKeySet(tenant.keys.jwks).usable)
  inlineSets.set(tenant.keys, made)
  return made
}

/**
 * From a request's credentials to a grant (RFC 9068, RFC 8725). The issuer is read unverified only to find whose keys
 * and algorithms apply. What costs nothing is judged before the signature, so that a token that is bad in any other way
 * makes us check none; nothing a token says is used for anything else before its signature is good. Keys named or carried
 * by the token are not looked at.
 *
 * @throws DatabaseUnavailable what is revoked or who the issuer is cannot be known: our fault, never the token's
 */
export async function verify(deps: VerifyDeps, presented: Presented): Promise<Verified> {
  let tenant: TenantKeys | undefined
  const refuse = (fault: TokenFault): Verified => ({ ok: false, fault, tenant: tenant?.tenant })

  const bearer = bearerOf(presented)
  if (!bearer.ok) return refuse(bearer.fault)
  const { token } = bearer
  const parsed = parseCompactJws(token)
  if (!parsed.ok) return refuse(parsed.fault)
  const { header, payload } = parsed.jws

  tenant = typeof payload.iss === 'string' ? await deps.tenantOf(payload.iss) : undefined
  if (tenant === undefined) return refuse({ reason: 'issuer_unknown' })

  const headed = checkHeader(header, tenant.algorithms)
  if (!headed.ok) return refuse(headed.fault)
  const judged = checkClaims(payload, {
    issuer: tenant.issuer,
    audience: deps.audience,
    now: deps.clock.now(),
  })
  if (!judged.ok) return refuse(judged.fault)
  const { claims } = judged

  const { brake } = deps
  const { address, origin } = presented
  const held = brake?.heldBack(address)
  if (held !== undefined) return refuse({ reason: 'held_back', ...held })
  const unsigned = await signatureFault(token, headed.algorithm, keysOf(tenant, deps))
  if (unsigned !== undefined) {
    if (unsigned.reason !== 'keys_unavailable') brake?.failed(address)
    return refuse(unsigned)
  }

  const revoked = await deps.revocations.faultOf(credentialOf(claims, tenant.tenant))
  if (revoked !== undefined) return refuse(revoked)

  if (origin !== undefined && !tenant.origins.includes(origin))
    return refuse({ reason: 'origin_foreign' })
  const made = grantFrom(claims, {
    tenant: tenant.tenant,
    client_actions: tenant.client_actions,
    step_up: tenant.step_up,
    origin,
  })
  return made.ok ? made : refuse(made.fault)
}
