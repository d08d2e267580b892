import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database } from './connect.ts'
import {
  MOST,
  type Reading,
  rowKind,
  type StoredEntry,
  type StoredSeal,
  storedEntries,
  storedSeals,
  wholeRow,
} from './evidence-rows.ts'
import { type LogSearch, searched } from './log.ts'

/** A link with its entry, if that is still there, whatever tenant it names. */
export interface StoredLink {
  readonly seal: StoredSeal
  readonly entry: StoredEntry | undefined
}

/** A link by its number, as far as it can be read. */
export interface LinkFound {
  readonly seq: number
  readonly seal: Reading<StoredSeal>
  readonly entry: Reading<StoredEntry> | undefined
}

interface PackedLink {
  readonly seq: number
  readonly seal: unknown
  readonly has_entry: number
  readonly entry: unknown
}

function linkFound({ seq, seal, has_entry, entry }: PackedLink): LinkFound {
  return {
    seq,
    seal: storedSeals.read(seal),
    entry: has_entry === 0 ? undefined : storedEntries.read(entry),
  }
}

/** The link, where it and its entry can be read. @throws {EvidenceBroken} */
export function wholeLink(tenant: TenantId, { seq, seal, entry }: LinkFound): StoredLink {
  const row = `${tenant} no. ${seq}`
  return {
    seal: wholeRow('log_seal', row, seal),
    entry: entry && wholeRow('log_entry', `of ${row}`, entry),
  }
}

/** Links of a tenant behind `after`, in order. */
export async function linksAfter(
  db: Database,
  tenant: TenantId,
  after: number,
  limit: number,
): Promise<LinkFound[]> {
  const rows = await db.orm.all<PackedLink>(
    sql`SELECT s.seq, ${storedSeals.packed('s')} AS seal, e.id IS NOT NULL AS has_entry,
               ${storedEntries.packed('e')} AS entry
        FROM log_seal s LEFT JOIN log_entry e ON e.id = s.entry
        WHERE s.tenant = ${tenant} AND s.seq > ${after} AND s.seq <= ${MOST} ORDER BY s.seq LIMIT ${limit}`,
  )
  return rows.map(linkFound)
}

/** Whether there is a link at a number no link can have. */
export async function hasOddLinks(db: Database, tenant: TenantId): Promise<boolean> {
  const rows = await db.orm.all(
    sql`SELECT 1 FROM log_seal WHERE tenant = ${tenant} AND seq > ${MOST}
        UNION ALL SELECT 1 FROM log_seal WHERE tenant = ${tenant} AND seq < ${-MOST} LIMIT 1`,
  )
  return rows.length > 0
}

const ids = rowKind({ id: z.string() })

/** A service's entries from one to another, both by their ids. */
export interface EntryRange {
  readonly tenant: TenantId
  readonly service: string
  /** Id of the last entry of the range before; empty for the first. */
  readonly after: string
  /** Id of the last entry of this one; undefined where it goes to the end. */
  readonly to: string | undefined
}

/** The query of `rangeEnd`. */
export function rangeEndQuery(
  { tenant, service, after }: Omit<EntryRange, 'to'>,
  rows: number,
): SQL {
  return sql`SELECT ${ids.packed('e')} AS id FROM log_entry e WHERE e.tenant = ${tenant} AND e.service = ${service} AND e.id > ${after}
             ORDER BY e.id LIMIT 1 OFFSET ${rows - 1}`
}

/**
 * Where a range of so many entries ends: read from the index alone.
 *
 * @returns undefined where there are fewer
 * @throws {EvidenceBroken}
 */
export async function rangeEnd(
  db: Database,
  begin: Omit<EntryRange, 'to'>,
  rows: number,
): Promise<string | undefined> {
  const [found] = await db.orm.all<{ id: unknown }>(rangeEndQuery(begin, rows))
  return found && wholeRow('log_entry', `of ${begin.tenant}`, ids.read(found.id)).id
}

/** The query of `linksFound`. */
export function linksFoundQuery(
  { tenant, service, after, to }: EntryRange,
  search: LogSearch,
  until: number,
): SQL {
  const where = searched(search, false)
  return sql`SELECT s.seq, ${storedSeals.packed('s')} AS seal, 1 AS has_entry,
               ${storedEntries.packed('log_entry')} AS entry
             FROM log_entry CROSS JOIN log_seal s ON s.entry = log_entry.id AND s.tenant = ${tenant}
             WHERE log_entry.tenant = ${tenant} AND log_entry.service = ${service} AND log_entry.id > ${after}
               ${to === undefined ? sql`` : sql`AND log_entry.id <= ${to}`} AND s.seq <= ${until}
               ${where === undefined ? sql`` : sql`AND ${where}`}
             ORDER BY log_entry.id`
}

/**
 * Links of a service's entries that a search finds in a range, oldest first.
 *
 * @param until number of the last link that counts
 * @throws {EvidenceBroken}
 */
export async function linksFound(
  db: Database,
  range: EntryRange,
  search: LogSearch,
  until: number,
): Promise<StoredLink[]> {
  const rows = await db.orm.all<PackedLink>(linksFoundQuery(range, search, until))
  return rows.map((row) => wholeLink(range.tenant, linkFound(row)))
}

/** A text of a row, or what stands in its place: bytes that are not UTF-8, or a value that is no text. */
interface Value {
  readonly bytes: Uint8Array
  readonly isText: boolean
}

/** The place of an entry among its tenant's, in the order of their index. */
export interface EntryPlace {
  readonly service: Value | null
  readonly id: Value
}

interface PlaceRow {
  readonly service_is: string
  readonly service: ArrayBuffer | null
  readonly id_is: string
  readonly id: ArrayBuffer
  readonly beside: number
}

function textOf({ bytes, isText }: Value): string | undefined {
  if (!isText) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // No UTF-8: somebody else's text, which only its bytes can name.
    return undefined
  }
}

/** The value again, for a comparison. A text goes as one: with a cast the index would not be asked for what is behind it. */
function again(value: Value): SQL {
  const text = textOf(value)
  if (text !== undefined) return sql`${text}`
  return value.isText ? sql`CAST(${value.bytes} AS TEXT)` : sql`${value.bytes}`
}

/** Where in the index a page begins: those of no service stand first. */
function behind(after: EntryPlace | 'services' | undefined): SQL {
  if (after === undefined) return sql`e.service IS NULL`
  if (after === 'services') return sql`e.service IS NOT NULL`
  const { service, id } = after
  return service === null
    ? sql`e.service IS NULL AND e.id > ${again(id)}`
    : sql`(e.service, e.id) > (${again(service)}, ${again(id)})`
}

/** A page of a tenant's entries, looked at for what stands beside chain and queue. */
export interface BesidePage {
  /** Ids of entries nobody here wrote; null for one that cannot be read. */
  readonly beside: readonly (string | null)[]
  /** Where the next page begins; undefined at the end. */
  readonly next: EntryPlace | 'services' | undefined
}

/** The query of a page of `entriesBeside`. */
export function besideQuery(
  tenant: TenantId,
  after: BesidePage['next'],
  from: number,
  limit: number,
): SQL {
  return sql`SELECT typeof(e.service) AS service_is, CAST(e.service AS BLOB) AS service,
               typeof(e.id) AS id_is, CAST(e.id AS BLOB) AS id,
               NOT EXISTS (SELECT 1 FROM log_seal s WHERE s.entry = e.id AND s.tenant = ${tenant}
                             AND s.seq >= ${from} AND s.seq <= ${MOST})
               AND NOT EXISTS (SELECT 1 FROM log_unsealed u WHERE u.tenant = ${tenant} AND u.entry = e.id) AS beside
             FROM log_entry e WHERE e.tenant = ${tenant} AND ${behind(after)}
             ORDER BY ${after === undefined || (after !== 'services' && after.service === null) ? sql`e.id` : sql`e.service, e.id`}
             LIMIT ${limit}`
}

/**
 * Which entries of a tenant are in neither chain nor queue, a page at a time.
 *
 * @param after `next` of the page before; undefined for the first
 * @param from number of the first link that was looked at: one before it holds nothing
 */
export async function entriesBeside(
  db: Database,
  tenant: TenantId,
  after: BesidePage['next'],
  from: number,
  limit: number,
): Promise<BesidePage> {
  const rows = await db.orm.all<PlaceRow>(besideQuery(tenant, after, from, limit))
  const places = rows.map((row) => ({
    service:
      row.service === null
        ? null
        : { bytes: new Uint8Array(row.service), isText: row.service_is === 'text' },
    id: { bytes: new Uint8Array(row.id), isText: row.id_is === 'text' },
    beside: row.beside === 1,
  }))
  const ofNone = after === undefined || (after !== 'services' && after.service === null)
  const last = rows.length < limit ? undefined : places.at(-1)
  return {
    beside: places.filter(({ beside }) => beside).map(({ id }) => textOf(id) ?? null),
    next: last ?? (ofNone ? 'services' : undefined),
  }
}
