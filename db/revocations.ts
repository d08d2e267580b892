import { and, eq, gt } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import { revokedSubjects, revokedTokens } from './schema.ts'

export type RevokedTokenRow = typeof revokedTokens.$inferSelect
export type RevokedSubjectRow = typeof revokedSubjects.$inferSelect

/**
 * Everything that is revoked; rows long expired are among them.
 *
 * Over all tenants: a process reads once for all its requests; each row says whose it is, and counts for that one alone.
 */
export async function allRevocations(
  db: Database,
): Promise<{ readonly tokens: RevokedTokenRow[]; readonly subjects: RevokedSubjectRow[] }> {
  const [tokens, subjects] = await Promise.all([
    db.orm.select().from(revokedTokens),
    db.orm.select().from(revokedSubjects),
  ])
  return { tokens, subjects }
}

/** A tenant's revoked tokens that have not expired yet, the latest first. */
export async function revokedTokensOf(
  db: Database,
  tenant: TenantId,
  now: number,
): Promise<RevokedTokenRow[]> {
  const rows = await db.orm
    .select()
    .from(revokedTokens)
    .where(and(eq(revokedTokens.tenant, tenant), gt(revokedTokens.expires_at, now)))
  return rows.sort((a, b) => b.revoked_at - a.revoked_at)
}

/** A tenant's revoked subjects some of whose tokens may still be alive, the latest first. */
export async function revokedSubjectsOf(
  db: Database,
  tenant: TenantId,
  now: number,
): Promise<RevokedSubjectRow[]> {
  const rows = await db.orm
    .select()
    .from(revokedSubjects)
    .where(and(eq(revokedSubjects.tenant, tenant), gt(revokedSubjects.expires_at, now)))
  return rows.sort((a, b) => b.not_before - a.not_before)
}

/** Revokes a token; again it can only be revoked for longer. */
export function tokenRevoked(row: RevokedTokenRow): Statement[] {
  const { tenant, jti_digest, expires_at, revoked_at } = row
  return [
    {
      sql: 'INSERT INTO revoked_token (tenant, jti_digest, expires_at, revoked_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      args: [tenant, jti_digest, expires_at, revoked_at],
    },
    {
      sql: 'UPDATE revoked_token SET expires_at = max(expires_at, ?) WHERE tenant = ? AND jti_digest = ?',
      args: [expires_at, tenant, jti_digest],
    },
  ]
}

/** Revokes what a subject holds; again it can only reach later tokens. */
export function subjectRevoked(row: RevokedSubjectRow): Statement[] {
  const { tenant, subject, not_before, expires_at } = row
  return [
    {
      sql: 'INSERT INTO revoked_subject (tenant, subject, not_before, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      args: [tenant, subject, not_before, expires_at],
    },
    {
      sql: 'UPDATE revoked_subject SET not_before = max(not_before, ?), expires_at = max(expires_at, ?) WHERE tenant = ? AND subject = ?',
      args: [not_before, expires_at, tenant, subject],
    },
  ]
}

/**
 * Removes what stands for tokens that have expired.
 *
 * Over all tenants: a sweep by time; nobody is asked whose.
 *
 * @param before milliseconds
 */
export function revocationsPruned(before: number): Statement[] {
  return [
    { sql: 'DELETE FROM revoked_token WHERE expires_at <= ?', args: [before] },
    { sql: 'DELETE FROM revoked_subject WHERE expires_at <= ?', args: [before] },
  ]
}
