import type { TenantId } from '../contract/ids.ts'
import { isScope, type Role, roleMayHold, type Scope } from '../contract/scopes.ts'
import type { Registration } from '../contract/service.ts'
import type { Claims } from './claims.ts'
import { type Credential, jtiDigest } from './revocation.ts'
import type { StepUpPolicy } from './step-up.ts'

/** What a verified token allows. */
export interface Grant {
  readonly tenant: TenantId
  readonly issuer: string
  readonly subject: string
  /** Id of the token, unique for its issuer. */
  readonly jti: string
  readonly role: Role
  /** What people see of the subject. */
  readonly label: string
  /** Who really acts, when staff act for a client (RFC 8693). */
  readonly act: string | undefined
  /** Subject of who really acts: the actor's where one acts for another, else the token's own. */
  readonly acting: string
  readonly scopes: ReadonlySet<Scope>
  /** `all` is the whole tenant; otherwise each service with what its own entry narrows the scopes to. */
  readonly services: 'all' | ReadonlyMap<string, ReadonlySet<Scope> | 'all'>
  readonly registration: Registration | undefined
  /** Unix seconds. */
  readonly expires_at: number
  readonly auth_time: number | undefined
  readonly acr: string | undefined
  /** What the tenant asks of the login behind the token, by action. */
  readonly step_up: StepUpPolicy
  /** What it can be revoked by. */
  readonly credential: Credential
}

/** Why good claims make no grant. */
export type GrantFault =
  | { readonly reason: 'client_without_service' }
  | { readonly reason: 'origin_not_listed' }

export interface GrantRules {
  readonly tenant: TenantId
  readonly client_actions: readonly string[] | undefined
  /** The page's `Origin`, where the request has one. */
  readonly origin: string | undefined
  /** Nothing is asked unless told. */
  readonly step_up?: StepUpPolicy | undefined
}

function scopesOf(text: string): Set<Scope> {
  return new Set(text.split(' ').filter(isScope))
}

function servicesOf(claims: Claims): Map<string, ReadonlySet<Scope> | 'all'> | undefined {
  const { service, authorization_details: details } = claims
  const named =
    service === undefined
      ? undefined
      : Array.isArray(service)
        ? service
        : [typeof service === 'string' ? service : service.id]
  if (named === undefined && details === undefined) return undefined
  const services = new Map<string, ReadonlySet<Scope> | 'all'>()
  for (const id of named ?? []) services.set(id, 'all')
  if (details === undefined) return services
  // Both claims present: a service must be in each (RFC 9396: details take part in the decision).
  const detailed = new Map<string, ReadonlySet<Scope> | 'all'>()
  for (const { identifier, actions } of details) {
    if (named !== undefined && !services.has(identifier)) continue
    const before = detailed.get(identifier)
    const scopes = actions === undefined ? 'all' : new Set(actions.filter(isScope))
    detailed.set(
      identifier,
      before === undefined || before === 'all' || scopes === 'all'
        ? before === 'all'
          ? 'all'
          : scopes
        : new Set([...before, ...scopes]),
    )
  }
  return detailed
}

/** What a token can be revoked by: its id, whose it is, and who acts with it. Pure. */
export function credentialOf(claims: Claims, tenant: TenantId): Credential {
  return {
    tenant,
    jti_digest: jtiDigest(claims.jti),
    subjects: claims.act === undefined ? [claims.sub] : [claims.sub, claims.act.sub],
    issued_at: claims.iat,
  }
}

/** Turns verified claims into a grant. Pure: no I/O, no clock. */
export function grantFrom(
  claims: Claims,
  rules: GrantRules,
):
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly fault: GrantFault } {
  if (
    claims.origins !== undefined &&
    rules.origin !== undefined &&
    !claims.origins.includes(rules.origin)
  )
    return { ok: false, fault: { reason: 'origin_not_listed' } }
  const services = servicesOf(claims)
  if (services === undefined && claims.role === 'client')
    return { ok: false, fault: { reason: 'client_without_service' } }
  const scopes = [...scopesOf(claims.scope)].filter((scope) =>
    roleMayHold(claims.role, scope, rules.client_actions),
  )
  const { service } = claims
  return {
    ok: true,
    grant: {
      tenant: rules.tenant,
      issuer: claims.iss,
      subject: claims.sub,
      jti: claims.jti,
      role: claims.role,
      label: claims.name ?? claims.sub,
      act: claims.act?.name ?? claims.act?.sub,
      acting: claims.act?.sub ?? claims.sub,
      scopes: new Set(scopes),
      services: services ?? 'all',
      registration: typeof service === 'object' && !Array.isArray(service) ? service : undefined,
      expires_at: claims.exp,
      auth_time: claims.auth_time,
      acr: claims.acr,
      step_up: rules.step_up ?? {},
      credential: credentialOf(claims, rules.tenant),
    },
  }
}

/** Whether a token is about a service at all; if not, the service does not exist for it. Pure. */
export function mayTouch(grant: Grant, service: string): boolean {
  return grant.services === 'all' || grant.services.has(service)
}

/** Scopes ∩ the role's list ∩ that service's entry. Pure. */
export function allows(grant: Grant, scope: Scope, service?: string): boolean {
  if (!grant.scopes.has(scope)) return false
  if (grant.services === 'all') return true
  // What belongs to no service belongs to the tenant: not for a token that is bound to some of its services.
  if (service === undefined) return false
  const entry = grant.services.get(service)
  return entry === 'all' || entry?.has(scope) === true
}
