import {
  type RevokedSubjectRow,
  type RevokedTokenRow,
  revocationsPruned,
  revokedSubjectsOf,
  revokedTokensOf,
  subjectRevoked,
  tokenRevoked,
} from '../../db/revocations.ts'
import { jtiDigest, LONGEST_USE } from '../auth/revocation.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Actor } from '../contract/operation.ts'
import { logged } from '../log/append.ts'
import type { TenantDeps } from './add.ts'

/** A revoked token as the operator sees it. */
export interface RevokedTokenView {
  /** SHA-256 of its `jti`, in hex; the id itself is not kept. */
  readonly digest: string
  /** RFC 3339. */
  readonly revoked_at: string
  /** When it is forgotten, the token having expired. RFC 3339. */
  readonly until: string
}

/** A subject whose earlier tokens are refused, as the operator sees it. */
export interface RevokedSubjectView {
  readonly subject: string
  /** Its tokens issued then or before are refused. RFC 3339. */
  readonly not_before: string
  /** When this is forgotten, all those tokens having expired. RFC 3339. */
  readonly until: string
}

const rfc3339 = (time: number): string => new Date(time).toISOString()

const tokenView = (row: RevokedTokenRow): RevokedTokenView => ({
  digest: row.jti_digest,
  revoked_at: rfc3339(row.revoked_at),
  until: rfc3339(row.expires_at),
})

const subjectView = (row: RevokedSubjectRow): RevokedSubjectView => ({
  subject: row.subject,
  not_before: rfc3339(row.not_before),
  until: rfc3339(row.expires_at),
})

/** Milliseconds for which a token may be used after it expired: clocks differ. */
const GRACE = 60_000

/**
 * Revokes one token of a tenant: from no later than five seconds on, no replica lets it in, and streams opened with it
 * end. Done again, it changes nothing.
 *
 * @param expires when the token expires, in milliseconds; the longest a token can live from now unless told
 */
export async function revokeToken(
  { db, clock }: TenantDeps,
  tenant: TenantId,
  actor: Actor,
  { jti, expires }: { readonly jti: string; readonly expires?: number | undefined },
): Promise<RevokedTokenView> {
  const now = clock.now()
  const longest = now + LONGEST_USE
  const row = {
    tenant,
    jti_digest: jtiDigest(jti),
    expires_at: expires === undefined ? longest : Math.min(longest, expires + GRACE),
    revoked_at: now,
  }
  await db.write([
    ...revocationsPruned(now),
    ...tokenRevoked(row),
    ...logged({
      tenant,
      service: null,
      now,
      level: 'warning',
      actor,
      action: 'revocation',
      message: { code: 'log.revocation.token' },
      detail: [{ code: 'detail.token_digest', value: row.jti_digest }],
    }),
  ])
  return tokenView(row)
}

/**
 * Revokes every token a subject of a tenant has now, and every one somebody acts with as that subject. Tokens issued in
 * a later second are good again: whoever must stay out is kept out by the tenant's own login.
 */
export async function revokeSubject(
  { db, clock }: TenantDeps,
  tenant: TenantId,
  actor: Actor,
  subject: string,
): Promise<RevokedSubjectView> {
  const now = clock.now()
  const row = { tenant, subject, not_before: now, expires_at: now + LONGEST_USE }
  await db.write([
    ...revocationsPruned(now),
    ...subjectRevoked(row),
    ...logged({
      tenant,
      service: null,
      now,
      level: 'warning',
      actor,
      action: 'revocation',
      message: { code: 'log.revocation.subject' },
      detail: [{ code: 'detail.subject', value: subject }],
    }),
  ])
  return subjectView(row)
}

/** A tenant's revoked tokens that have not expired yet, the latest first. */
export async function listRevokedTokens(
  { db, clock }: TenantDeps,
  tenant: TenantId,
): Promise<RevokedTokenView[]> {
  return (await revokedTokensOf(db, tenant, clock.now())).map(tokenView)
}

/** A tenant's subjects whose earlier tokens are refused, the latest first. */
export async function listRevokedSubjects(
  { db, clock }: TenantDeps,
  tenant: TenantId,
): Promise<RevokedSubjectView[]> {
  return (await revokedSubjectsOf(db, tenant, clock.now())).map(subjectView)
}
