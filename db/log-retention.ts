import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import type { NewSigned } from './evidence.ts'
import { MOST, ownerRows, ownersIn, rowKind, wholeRow } from './evidence-rows.ts'
import { chainOf } from './seals.ts'

const places = rowKind({ seq: z.int(), hash: z.string(), sealed_at: z.int() })

/** One link's number, hash and time. */
export interface Place {
  readonly seq: number
  readonly hash: string
  readonly sealed_at: number
}

async function placeAt(db: Database, tenant: TenantId, seq: number): Promise<Place | undefined> {
  const [found] = await db.orm.all<{ row: unknown }>(
    sql`SELECT ${places.packed('s')} AS row FROM log_seal s WHERE s.tenant = ${tenant} AND s.seq = ${seq}`,
  )
  return found && wholeRow('log_seal', `${tenant} no. ${seq}`, places.read(found.row))
}

/** First and last number of the links that are still there; undefined where there are none. */
export async function linkBounds(
  db: Database,
  tenant: TenantId,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
  const [row] = await db.orm.all<{ first: number | null; last: number | null }>(
    sql`SELECT (SELECT min(seq) FROM log_seal WHERE tenant = ${tenant} AND seq >= ${-MOST} AND seq <= ${MOST}) AS first,
               (SELECT max(seq) FROM log_seal WHERE tenant = ${tenant} AND seq >= ${-MOST} AND seq <= ${MOST}) AS last`,
  )
  return row?.first == null || row.last === null ? undefined : { first: row.first, last: row.last }
}

/**
 * The last link behind `after` that was sealed before a time; undefined where there is none. The times of a chain never
 * run backward, so it is found by halving.
 *
 * @throws {EvidenceBroken}
 */
export async function lastSealedBefore(
  db: Database,
  tenant: TenantId,
  after: number,
  before: number,
): Promise<Place | undefined> {
  const bounds = await linkBounds(db, tenant)
  if (bounds === undefined) return undefined
  let found: Place | undefined
  let low = Math.max(bounds.first, after + 1)
  let high = bounds.last
  while (low <= high) {
    const middle = Math.floor((low + high) / 2)
    const place = await placeAt(db, tenant, middle)
    if (place !== undefined && place.sealed_at < before) {
      found = place
      low = middle + 1
    } else high = middle - 1
  }
  return found
}

/** Nothing where another replica has cut as far; a trigger refuses it where the link is not there. */
export function checkpointInserted(row: NewSigned): Statement {
  return {
    sql: `INSERT INTO log_checkpoint (tenant, seq, hash, at, jws)
          SELECT ?1, ?2, ?3, ?4, ?5
          WHERE NOT EXISTS (SELECT 1 FROM log_checkpoint WHERE tenant = ?1 AND seq >= ?2)`,
    args: [row.tenant, row.seq, row.hash, row.at, row.jws],
  }
}

/** Removes links and entries between two places, both included, which a checkpoint must cover, and what belongs to them. */
export function prefixRemoved(tenant: TenantId, from: number, to: number): Statement[] {
  const range = [tenant, from, to]
  return [
    {
      sql: `DELETE FROM log_entry WHERE id IN (
              SELECT entry FROM log_seal WHERE tenant = ? AND seq BETWEEN ? AND ?)`,
      args: range,
    },
    {
      sql: `DELETE FROM log_erased WHERE erasure IN (
              SELECT entry FROM log_seal WHERE tenant = ? AND seq BETWEEN ? AND ?)`,
      args: range,
    },
    { sql: 'DELETE FROM log_seal WHERE tenant = ? AND seq BETWEEN ? AND ?', args: range },
    {
      sql: `DELETE FROM log_head WHERE tenant = ? AND seq < (SELECT max(seq) FROM log_checkpoint WHERE tenant = ?)`,
      args: [tenant, tenant],
    },
  ]
}

/**
 * Tenants whose entries are kept for so many days and no longer.
 *
 * Over all tenants: a look by time; each is cut under its own tenant.
 */
export async function tenantsKeeping(db: Database): Promise<TenantId[]> {
  return ownersIn(
    await db.orm.all<{ row: unknown }>(
      sql`SELECT ${ownerRows.packed('c')} AS row FROM log_chain c WHERE c.keep_days IS NOT NULL`,
    ),
  )
}

/** @param beginning what the chain's first link follows, where there is none yet; null days keep for ever */
export function keepDaysSet(tenant: TenantId, beginning: string, days: number | null): Statement {
  return {
    sql: `INSERT INTO log_chain (tenant, seq, hash, sealed_at, caught_up_at, keep_days) VALUES (?, 0, ?, 0, 0, ?)
          ON CONFLICT (tenant) DO UPDATE SET keep_days = excluded.keep_days`,
    args: [tenant, beginning, days],
  }
}

/** For how many days a tenant's entries are kept; null for ever. @throws {EvidenceBroken} */
export async function keepDaysOf(db: Database, tenant: TenantId): Promise<number | null> {
  return (await chainOf(db, tenant))?.keep_days ?? null
}
