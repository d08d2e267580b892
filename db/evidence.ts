import { sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import {
  type AuditKeyRow,
  auditKeyRows,
  type ErasedRow,
  erasedRows,
  MOST,
  ownerRows,
  ownersIn,
  type Reading,
  type SignedRow,
  signedRows,
  wholeRow,
} from './evidence-rows.ts'

/** A signed end of a tenant's chain, or a cut in it, as it is written. */
export interface NewSigned extends SignedRow {
  readonly tenant: TenantId
}

interface Packed {
  readonly row: unknown
}

/** Keys that sign or have signed, the current one first. */
export async function auditKeysFound(db: Database): Promise<Reading<AuditKeyRow>[]> {
  const rows = await db.orm.all<Packed>(
    sql`SELECT ${auditKeyRows.packed('k')} AS row FROM audit_key k
        ORDER BY k.retired_at IS NOT NULL, k.created_at DESC`,
  )
  return rows.map(({ row }) => auditKeyRows.read(row))
}

/** Keys that sign or have signed, the current one first. @throws {EvidenceBroken} */
export async function allAuditKeys(db: Database): Promise<AuditKeyRow[]> {
  return (await auditKeysFound(db)).map((key, i) => wholeRow('audit_key', `no. ${i + 1}`, key))
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

/** A signed end by the number it is at. */
export interface HeadFound {
  readonly seq: number
  readonly head: Reading<SignedRow>
}

/** Signed ends of a tenant behind a place, in order. */
export async function headsAfter(
  db: Database,
  tenant: TenantId,
  after: number,
  limit: number,
): Promise<HeadFound[]> {
  const rows = await db.orm.all<Packed & { seq: number }>(
    sql`SELECT h.seq, ${signedRows.packed('h')} AS row FROM log_head h
        WHERE h.tenant = ${tenant} AND h.seq > ${after} AND h.seq <= ${MOST} ORDER BY h.seq LIMIT ${limit}`,
  )
  return rows.map(({ seq, row }) => ({ seq, head: signedRows.read(row) }))
}

/** Whether there is a signed end at a number no link can have. */
export async function hasOddHeads(db: Database, tenant: TenantId): Promise<boolean> {
  const rows = await db.orm.all(
    sql`SELECT 1 FROM log_head WHERE tenant = ${tenant} AND seq > ${MOST}
        UNION ALL SELECT 1 FROM log_head WHERE tenant = ${tenant} AND seq < 1 LIMIT 1`,
  )
  return rows.length > 0
}

/** @throws {EvidenceBroken} */
export async function headAt(
  db: Database,
  tenant: TenantId,
  seq: number,
): Promise<SignedRow | undefined> {
  const [found] = await db.orm.all<Packed>(
    sql`SELECT ${signedRows.packed('h')} AS row FROM log_head h
        WHERE h.tenant = ${tenant} AND h.seq = ${seq}`,
  )
  return found && wholeRow('log_head', `${tenant} no. ${seq}`, signedRows.read(found.row))
}

/**
 * Tenants whose chain has grown since its end was last signed, if that was before `signed_before`.
 *
 * Over all tenants: a look by time; each is signed under its own tenant.
 */
export async function tenantsToSign(db: Database, signed_before: number): Promise<TenantId[]> {
  return ownersIn(
    await db.orm.all<Packed>(
      sql`SELECT ${ownerRows.packed('c')} AS row FROM log_chain c WHERE c.seq > 0 AND NOT EXISTS (
            SELECT 1 FROM log_head h WHERE h.tenant = c.tenant AND (h.seq = c.seq OR h.at > ${signed_before}))`,
    ),
  )
}

/** Keeps a signed end, unless another replica has signed the same one. */
export function headInserted(row: NewSigned): Statement {
  return {
    sql: `INSERT INTO log_head (tenant, seq, hash, at, jws)
          SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM log_head WHERE tenant = ?1 AND seq = ?2)`,
    args: [row.tenant, row.seq, row.hash, row.at, row.jws],
  }
}

/** Checkpoints of a tenant, oldest first. */
export async function checkpointsFound(
  db: Database,
  tenant: TenantId,
): Promise<Reading<SignedRow>[]> {
  const rows = await db.orm.all<Packed>(
    sql`SELECT ${signedRows.packed('c')} AS row FROM log_checkpoint c
        WHERE c.tenant = ${tenant} ORDER BY c.seq`,
  )
  return rows.map(({ row }) => signedRows.read(row))
}

/** The last checkpoint of a tenant; undefined where nothing was ever cut. @throws {EvidenceBroken} */
export async function lastCheckpoint(
  db: Database,
  tenant: TenantId,
): Promise<SignedRow | undefined> {
  const [found] = await db.orm.all<Packed>(
    sql`SELECT ${signedRows.packed('c')} AS row FROM log_checkpoint c
        WHERE c.tenant = ${tenant} ORDER BY c.seq DESC LIMIT 1`,
  )
  return found && wholeRow('log_checkpoint', `the last of ${tenant}`, signedRows.read(found.row))
}

/** An erased part by the number of the link whose entry it is of. */
export interface ErasedFound {
  readonly seq: number
  readonly erased: Reading<ErasedRow>
}

/** Erased parts of entries between two links of a tenant's chain, both included. */
export async function erasedBetween(
  db: Database,
  tenant: TenantId,
  from: number,
  to: number,
): Promise<ErasedFound[]> {
  const rows = await db.orm.all<Packed & { seq: number }>(
    sql`SELECT s.seq, ${erasedRows.packed('x')} AS row
        FROM log_seal s JOIN log_erased x ON x.entry = s.entry
        WHERE s.tenant = ${tenant} AND s.seq BETWEEN ${from} AND ${to}`,
  )
  return rows.map(({ seq, row }) => ({ seq, erased: erasedRows.read(row) }))
}

/** Erased parts of these entries of a tenant. @throws {EvidenceBroken} */
export async function erasedOf(
  db: Database,
  tenant: TenantId,
  entries: readonly string[],
): Promise<ErasedRow[]> {
  const rows = await db.orm.all<Packed>(
    sql`SELECT ${erasedRows.packed('x')} AS row FROM log_erased x WHERE x.tenant = ${tenant}
          AND x.entry IN (SELECT value FROM json_each(${JSON.stringify(entries)}))`,
  )
  return rows.map(({ row }) => wholeRow('log_erased', `of ${tenant}`, erasedRows.read(row)))
}

/** Everything one erasing has erased of a tenant's log. */
export async function erasedBy(
  db: Database,
  tenant: TenantId,
  erasure: string,
): Promise<Reading<ErasedRow>[]> {
  const rows = await db.orm.all<Packed>(
    sql`SELECT ${erasedRows.packed('x')} AS row FROM log_erased x
        WHERE x.tenant = ${tenant} AND x.erasure = ${erasure}`,
  )
  return rows.map(({ row }) => erasedRows.read(row))
}
