import { eq, type SQL, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import { type LogSearch, searched } from './log.ts'
import { logChains } from './schema.ts'
import { guarded } from './statement.ts'

/** A log entry as it stands in the database: what its digest is made of. */
export interface StoredEntry {
  readonly id: string
  readonly tenant: TenantId
  readonly service: string | null
  readonly at: number
  readonly level: string
  readonly actor: string
  readonly role: string
  readonly action: string
  readonly operation: string | null
  readonly reason: string | null
  readonly duration_ms: number | null
  readonly code: string
  readonly params: string
  readonly detail: string | null
  readonly client_visible: number
}

/** One link of a tenant's chain as it stands in the database. */
export interface StoredSeal {
  readonly seq: number
  readonly entry: string
  readonly sealed_at: number
  readonly caught_up_at: number
  readonly who_salt: string | null
  readonly what_salt: string | null
  readonly digest: string
  readonly prev: string
  readonly hash: string
}

export type ChainRow = typeof logChains.$inferSelect

/** Columns of an entry, in the order of its table. */
export const ENTRY_COLUMNS = [
  'id',
  'tenant',
  'service',
  'at',
  'level',
  'actor',
  'role',
  'action',
  'operation',
  'reason',
  'duration_ms',
  'code',
  'params',
  'detail',
  'client_visible',
] as const satisfies readonly (keyof StoredEntry)[]

const ENTRY = sql.raw(ENTRY_COLUMNS.map((name) => `e.${name}`).join(', '))

/**
 * Tenants with entries that wait to be sealed.
 *
 * Over all tenants: a sealer asks whose turn it is, then seals each under its own tenant.
 */
export async function tenantsUnsealed(db: Database): Promise<TenantId[]> {
  const rows = await db.orm.all<{ tenant: TenantId }>(sql`SELECT DISTINCT tenant FROM log_unsealed`)
  return rows.map(({ tenant }) => tenant)
}

/** Entries of a tenant that wait to be sealed, oldest first. */
export async function entriesUnsealed(
  db: Database,
  tenant: TenantId,
  limit: number,
): Promise<StoredEntry[]> {
  return db.orm.all<StoredEntry>(
    sql`SELECT ${ENTRY} FROM log_unsealed u JOIN log_entry e ON e.id = u.entry AND e.tenant = u.tenant
        WHERE u.tenant = ${tenant} ORDER BY u.entry LIMIT ${limit}`,
  )
}

export async function chainOf(db: Database, tenant: TenantId): Promise<ChainRow | undefined> {
  const rows = await db.orm.select().from(logChains).where(eq(logChains.tenant, tenant))
  return rows[0]
}

/**
 * Every tenant there is, or that has left a chain.
 *
 * Over all tenants: for the operator's commands, which look through one after the other.
 */
export async function tenantsChained(db: Database): Promise<TenantId[]> {
  const rows = await db.orm.all<{ tenant: TenantId }>(
    sql`SELECT id AS tenant FROM tenant UNION SELECT tenant FROM log_chain UNION SELECT tenant FROM log_head
        UNION SELECT tenant FROM log_unsealed ORDER BY tenant`,
  )
  return rows.map(({ tenant }) => tenant)
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

/** A link with its entry, if that is still there, whatever tenant it names. */
export interface StoredLink {
  readonly seal: StoredSeal
  readonly entry: StoredEntry | undefined
}

const SEAL_COLUMNS = [
  'seq',
  'entry',
  'sealed_at',
  'caught_up_at',
  'who_salt',
  'what_salt',
  'digest',
  'prev',
  'hash',
] as const satisfies readonly (keyof StoredSeal)[]

const LINK = sql.raw(
  [
    ...SEAL_COLUMNS.map((name) => `s.${name} AS s_${name}`),
    ...ENTRY_COLUMNS.map((name) => `e.${name} AS e_${name}`),
  ].join(', '),
)

const FOUND = sql.raw(
  [
    ...SEAL_COLUMNS.map((name) => `s.${name} AS s_${name}`),
    ...ENTRY_COLUMNS.map((name) => `log_entry.${name} AS e_${name}`),
  ].join(', '),
)

function picked<Name extends string>(
  row: Readonly<Record<string, unknown>>,
  prefix: string,
  names: readonly Name[],
): Record<Name, unknown> {
  // One entry per name, so the record has them all.
  return Object.fromEntries(names.map((name) => [name, row[`${prefix}${name}`]])) as Record<
    Name,
    unknown
  >
}

/** Links of a tenant behind `after`, in order. */
export async function linksAfter(
  db: Database,
  tenant: TenantId,
  after: number,
  limit: number,
): Promise<StoredLink[]> {
  const rows = await db.orm.all<Record<string, unknown>>(
    sql`SELECT ${LINK} FROM log_seal s LEFT JOIN log_entry e ON e.id = s.entry
        WHERE s.tenant = ${tenant} AND s.seq > ${after} ORDER BY s.seq LIMIT ${limit}`,
  )
  return rows.map(linkOf)
}

function linkOf(row: Readonly<Record<string, unknown>>): StoredLink {
  return {
    // The columns of the schema, by their names.
    seal: picked(row, 's_', SEAL_COLUMNS) as unknown as StoredSeal,
    entry:
      row.e_id === null ? undefined : (picked(row, 'e_', ENTRY_COLUMNS) as unknown as StoredEntry),
  }
}

/** Links whose entries a search finds. */
export interface LinkSearch extends LogSearch {
  readonly tenant: TenantId
  /** Undefined for all that happened in the tenant. */
  readonly service: string | undefined
  /** Id of the last entry of the page before; empty for the first. */
  readonly after: string
  /** Number of the last link that counts. */
  readonly until: number
  readonly limit: number
}

/** Links of a tenant whose entries a search finds, oldest entry first. */
export async function linksFound(db: Database, search: LinkSearch): Promise<StoredLink[]> {
  const { tenant, service, after, until, limit } = search
  const where: SQL | undefined = searched(search, false)
  const rows = await db.orm.all<Record<string, unknown>>(
    sql`SELECT ${FOUND} FROM log_entry JOIN log_seal s ON s.entry = log_entry.id AND s.tenant = log_entry.tenant
        WHERE log_entry.tenant = ${tenant} AND log_entry.id > ${after} AND s.seq <= ${until}
          ${service === undefined ? sql`` : sql`AND log_entry.service = ${service}`}
          ${where === undefined ? sql`` : sql`AND ${where}`}
        ORDER BY log_entry.id LIMIT ${limit}`,
  )
  return rows.map(linkOf)
}

/** Ids of a tenant's entries that are in neither chain nor queue: nobody here wrote them. */
export async function entriesBeside(
  db: Database,
  tenant: TenantId,
  limit: number,
): Promise<{ readonly id: string; readonly at: number }[]> {
  return db.orm.all<{ id: string; at: number }>(
    sql`SELECT e.id, e.at FROM log_entry e WHERE e.tenant = ${tenant}
          AND NOT EXISTS (SELECT 1 FROM log_seal s WHERE s.entry = e.id AND s.tenant = e.tenant)
          AND NOT EXISTS (SELECT 1 FROM log_unsealed u WHERE u.tenant = e.tenant AND u.entry = e.id)
        ORDER BY e.id LIMIT ${limit}`,
  )
}

/** What waits to be sealed: how many, since when the oldest, and which of them have no entry. */
export async function queueOf(
  db: Database,
  tenant: TenantId,
): Promise<{
  readonly waiting: number
  readonly oldest: number | null
  readonly lost: readonly string[]
}> {
  const [row] = await db.orm.all<{ waiting: number; oldest: number | null }>(
    sql`SELECT count(*) AS waiting, min(e.at) AS oldest FROM log_unsealed u JOIN log_entry e ON e.id = u.entry
        WHERE u.tenant = ${tenant}`,
  )
  const lost = await db.orm.all<{ entry: string }>(
    sql`SELECT u.entry FROM log_unsealed u
        WHERE u.tenant = ${tenant}
          AND NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.id = u.entry AND e.tenant = u.tenant) LIMIT 100`,
  )
  return {
    waiting: row?.waiting ?? 0,
    oldest: row?.oldest ?? null,
    lost: lost.map(({ entry }) => entry),
  }
}
