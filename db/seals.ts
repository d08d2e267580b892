import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import {
  BROKEN,
  type ChainRow,
  chainRows,
  ownerRows,
  ownersIn,
  type Reading,
  rowKind,
  type StoredEntry,
  type StoredSeal,
  storedEntries,
  wholeRow,
} from './evidence-rows.ts'
import { guarded } from './statement.ts'

interface Packed {
  readonly row: unknown
}

/**
 * Tenants with entries that wait to be sealed.
 *
 * Over all tenants: a sealer asks whose turn it is, then seals each under its own tenant.
 */
export async function tenantsUnsealed(db: Database): Promise<TenantId[]> {
  return ownersIn(
    await db.orm.all<Packed>(
      sql`SELECT ${ownerRows.packed('u')} AS row FROM (SELECT DISTINCT tenant FROM log_unsealed) u`,
    ),
  )
}

/** Entries of a tenant that wait to be sealed, oldest first. */
export async function entriesUnsealed(
  db: Database,
  tenant: TenantId,
  limit: number,
): Promise<Reading<StoredEntry>[]> {
  const rows = await db.orm.all<Packed>(
    sql`SELECT ${storedEntries.packed('e')} AS row
        FROM log_unsealed u JOIN log_entry e ON e.id = u.entry AND e.tenant = u.tenant
        WHERE u.tenant = ${tenant} ORDER BY u.entry LIMIT ${limit}`,
  )
  return rows.map(({ row }) => storedEntries.read(row))
}

/** The end of a tenant's chain; undefined where nothing was ever sealed or set. */
export async function chainFound(
  db: Database,
  tenant: TenantId,
): Promise<Reading<ChainRow> | undefined> {
  const [found] = await db.orm.all<Packed>(
    sql`SELECT ${chainRows.packed('c')} AS row FROM log_chain c WHERE c.tenant = ${tenant}`,
  )
  return found && chainRows.read(found.row)
}

/** The end of a tenant's chain; undefined where nothing was ever sealed or set. @throws {EvidenceBroken} */
export async function chainOf(db: Database, tenant: TenantId): Promise<ChainRow | undefined> {
  const found = await chainFound(db, tenant)
  return found && wholeRow('log_chain', tenant, found)
}

/**
 * Every tenant there is, or that has left a chain.
 *
 * Over all tenants: for the operator's commands, which look through one after the other.
 *
 * @returns `isAll` false where a row names none that could be asked for
 */
export async function tenantsChained(
  db: Database,
): Promise<{ readonly tenants: readonly TenantId[]; readonly isAll: boolean }> {
  const rows = await db.orm.all<Packed>(
    sql`SELECT ${ownerRows.packed('t')} AS row FROM (
          SELECT id AS tenant FROM tenant UNION SELECT tenant FROM log_chain UNION SELECT tenant FROM log_head
          UNION SELECT tenant FROM log_unsealed) t ORDER BY t.tenant`,
  )
  const tenants = ownersIn(rows)
  return { tenants, isAll: tenants.length === rows.length }
}

/** Links of a batch, and whose they are. */
export interface SealBatch {
  readonly tenant: TenantId
  /** The end this batch was made for: nothing is written unless the chain still ends there. */
  readonly from: { readonly seq: number; readonly hash: string }
  readonly seals: readonly StoredSeal[]
  readonly owner: string
  readonly now: number
  readonly lease_until: number
  /** Of the chain when this batch stands. */
  readonly caught_up_at: number
  /** Writes although another's lease lasts: where somebody waits for it. What both would write only one can. */
  readonly urgent: boolean
}

/**
 * Seals a batch: moves the end of the chain, which must still be where it was and in nobody else's hands, adds the links
 * and takes their entries out of the queue, in one write.
 */
export function sealed(batch: SealBatch): Statement[] {
  const { tenant, from, seals, owner, now, lease_until, caught_up_at, urgent } = batch
  const last = seals.at(-1)
  if (last === undefined) return []
  const links = JSON.stringify(
    seals.map((seal) => [
      seal.seq,
      seal.entry,
      seal.sealed_at,
      seal.caught_up_at,
      seal.who_salt,
      seal.what_salt,
      seal.digest,
      seal.prev,
      seal.hash,
    ]),
  )
  return [
    {
      sql: `INSERT INTO log_chain (tenant, seq, hash, sealed_at, caught_up_at)
            SELECT ?1, ?2, ?3, 0, 0 WHERE ?2 = 0 AND NOT EXISTS (SELECT 1 FROM log_chain WHERE tenant = ?1)`,
      args: [tenant, from.seq, from.hash],
    },
    {
      sql: `UPDATE log_chain SET seq = ?, hash = ?, sealed_at = ?, caught_up_at = ?, owner = ?, fence = fence + 1,
              lease_until = ?
            WHERE tenant = ? AND seq = ? AND hash = ? AND (owner IS ? OR lease_until <= ? OR ?)`,
      args: [
        last.seq,
        last.hash,
        last.sealed_at,
        caught_up_at,
        owner,
        lease_until,
        tenant,
        from.seq,
        from.hash,
        owner,
        now,
        Number(urgent),
      ],
    },
    ...guarded(),
    {
      sql: `INSERT INTO log_seal (tenant, seq, entry, sealed_at, caught_up_at, who_salt, what_salt, digest, prev, hash)
            SELECT ?, ${Array.from({ length: 9 }, (_, i) => `json_extract(value, '$[${i}]')`).join(', ')}
            FROM json_each(?)`,
      args: [tenant, links],
    },
    {
      sql: `DELETE FROM log_unsealed WHERE tenant = ?
              AND entry IN (SELECT json_extract(value, '$[1]') FROM json_each(?))`,
      args: [tenant, links],
    },
  ]
}

const ids = rowKind({ entry: z.string() })

function idOf(value: unknown): string | null {
  const id = ids.read(value)
  return id === BROKEN ? null : id.entry
}

interface QueuedRow {
  readonly id: unknown
  readonly place: ArrayBuffer
  readonly row: unknown
}

/** Rows one query reads, and how many are told one by one. */
const PAGE = 500
const MOST_TOLD = 100

/** What waits to be sealed: how many, since when the oldest, and which of them have no entry. */
export async function queueOf(
  db: Database,
  tenant: TenantId,
): Promise<{
  readonly waiting: number
  readonly oldest: number | null
  /** Null for one whose id cannot be read. */
  readonly lost: readonly (string | null)[]
  /** Of what waits, the first entries that are none; null for one whose id cannot be read. */
  readonly broken: readonly (string | null)[]
}> {
  let waiting = 0
  let oldest: number | null = null
  const broken: (string | null)[] = []
  for (let after: ArrayBuffer | undefined; ; ) {
    const rows: QueuedRow[] = await db.orm.all<QueuedRow>(
      sql`SELECT ${ids.packed('u')} AS id, CAST(u.entry AS BLOB) AS place, ${storedEntries.packed('e')} AS row
          FROM log_unsealed u JOIN log_entry e ON e.id = u.entry
          WHERE u.tenant = ${tenant} AND typeof(u.entry) = 'text'
            ${after === undefined ? sql`` : sql`AND u.entry > CAST(${new Uint8Array(after)} AS TEXT)`}
          ORDER BY u.entry LIMIT ${PAGE}`,
    )
    for (const { id, row } of rows) {
      const entry = storedEntries.read(row)
      if (entry === BROKEN) {
        if (broken.length < MOST_TOLD) broken.push(idOf(id))
      } else oldest = Math.min(oldest ?? entry.at, entry.at)
    }
    waiting += rows.length
    after = rows.at(-1)?.place
    if (rows.length < PAGE || after === undefined) break
  }
  const odd = await db.orm.all(
    sql`SELECT 1 FROM log_unsealed u WHERE u.tenant = ${tenant} AND typeof(u.entry) <> 'text' LIMIT 1`,
  )
  if (odd.length > 0) broken.push(null)
  const lost = await db.orm.all<{ id: unknown }>(
    sql`SELECT ${ids.packed('u')} AS id FROM log_unsealed u
        WHERE u.tenant = ${tenant}
          AND NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.id = u.entry AND e.tenant = u.tenant) LIMIT ${MOST_TOLD}`,
  )
  return { waiting, oldest, lost: lost.map(({ id }) => idOf(id)), broken }
}
