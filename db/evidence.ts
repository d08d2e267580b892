import { and, desc, eq, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import { auditKeys, logCheckpoints, logErased, logHeads } from './schema.ts'

export type HeadRow = typeof logHeads.$inferSelect
export type CheckpointRow = typeof logCheckpoints.$inferSelect
export type ErasedRow = typeof logErased.$inferSelect
export type AuditKeyRow = typeof auditKeys.$inferSelect

/** Keys that sign or have signed, the current one first. */
export async function allAuditKeys(db: Database): Promise<AuditKeyRow[]> {
  return db.orm
    .select()
    .from(auditKeys)
    .orderBy(sql`retired_at IS NOT NULL`, desc(auditKeys.created_at))
}

/** Adds the key that signs from now on, unless there is one: of several replicas one alone makes it. */
export function auditKeyInserted(row: {
  readonly kid: string
  readonly public: string
  readonly secret: string
  readonly created_at: number
}): Statement {
  return {
    sql: `INSERT INTO audit_key (kid, public, secret, created_at)
          SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM audit_key WHERE retired_at IS NULL)`,
    args: [row.kid, row.public, row.secret, row.created_at],
  }
}

/** The current key signs nothing more; its public half stays, for what it has signed. */
export function auditKeyRetired(kid: string, now: number): Statement {
  return {
    sql: 'UPDATE audit_key SET retired_at = ?, secret = NULL WHERE kid = ? AND retired_at IS NULL',
    args: [now, kid],
  }
}

/** Signed heads of a tenant, oldest first. */
export async function headsOf(db: Database, tenant: TenantId): Promise<HeadRow[]> {
  return db.orm.select().from(logHeads).where(eq(logHeads.tenant, tenant)).orderBy(logHeads.seq)
}

export async function lastHead(db: Database, tenant: TenantId): Promise<HeadRow | undefined> {
  const rows = await db.orm
    .select()
    .from(logHeads)
    .where(eq(logHeads.tenant, tenant))
    .orderBy(desc(logHeads.seq))
    .limit(1)
  return rows[0]
}

export async function headAt(
  db: Database,
  tenant: TenantId,
  seq: number,
): Promise<HeadRow | undefined> {
  const rows = await db.orm
    .select()
    .from(logHeads)
    .where(and(eq(logHeads.tenant, tenant), eq(logHeads.seq, seq)))
  return rows[0]
}

/**
 * Tenants whose chain has grown since its end was last signed, if that was before `signed_before`.
 *
 * Over all tenants: a look by time; each is signed under its own tenant.
 */
export async function tenantsToSign(db: Database, signed_before: number): Promise<TenantId[]> {
  const rows = await db.orm.all<{ tenant: TenantId }>(
    sql`SELECT c.tenant FROM log_chain c WHERE c.seq > 0 AND NOT EXISTS (
          SELECT 1 FROM log_head h WHERE h.tenant = c.tenant AND (h.seq = c.seq OR h.at > ${signed_before}))`,
  )
  return rows.map(({ tenant }) => tenant)
}

/** Keeps a signed end, unless another replica has signed the same one. */
export function headInserted(row: HeadRow): Statement {
  return {
    sql: `INSERT INTO log_head (tenant, seq, hash, at, jws)
          SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM log_head WHERE tenant = ?1 AND seq = ?2)`,
    args: [row.tenant, row.seq, row.hash, row.at, row.jws],
  }
}

/** Checkpoints of a tenant, oldest first. */
export async function checkpointsOf(db: Database, tenant: TenantId): Promise<CheckpointRow[]> {
  return db.orm
    .select()
    .from(logCheckpoints)
    .where(eq(logCheckpoints.tenant, tenant))
    .orderBy(logCheckpoints.seq)
}

/** Erased parts of entries between two links of a tenant's chain, both included. */
export async function erasedBetween(
  db: Database,
  tenant: TenantId,
  from: number,
  to: number,
): Promise<ErasedRow[]> {
  return db.orm.all<ErasedRow>(
    sql`SELECT x.* FROM log_seal s JOIN log_erased x ON x.entry = s.entry
        WHERE s.tenant = ${tenant} AND s.seq BETWEEN ${from} AND ${to}`,
  )
}

/** Erased parts of these entries of a tenant. */
export async function erasedOf(
  db: Database,
  tenant: TenantId,
  entries: readonly string[],
): Promise<ErasedRow[]> {
  return db.orm.all<ErasedRow>(
    sql`SELECT * FROM log_erased WHERE tenant = ${tenant}
          AND entry IN (SELECT value FROM json_each(${JSON.stringify(entries)}))`,
  )
}

/** Everything one erasing has erased of a tenant's log. */
export async function erasedBy(
  db: Database,
  tenant: TenantId,
  erasure: string,
): Promise<ErasedRow[]> {
  return db.orm
    .select()
    .from(logErased)
    .where(and(eq(logErased.tenant, tenant), eq(logErased.erasure, erasure)))
}
