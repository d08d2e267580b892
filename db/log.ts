import { and, desc, eq, gte, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database } from './connect.ts'
import { logEntries } from './schema.ts'

export type LogRow = typeof logEntries.$inferSelect

export interface LogQuery {
  readonly tenant: TenantId
  /** `null`: what happened to the tenant itself, such as its configurations. */
  readonly service: string | null
  /** Only what the service's clients may read; then the search looks at nothing else either. */
  readonly client: boolean
  readonly level?: string
  readonly action?: string
  readonly role?: string
  readonly operation?: string
  readonly text?: string
  /** Id of the last entry of the page before. */
  readonly before?: string
  /** Id of the oldest entry that is looked at. */
  readonly from?: string
  readonly limit: number
}

/** A pattern that finds `text` itself anywhere, with SQLite's wildcards taken literally. Pure. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}

function found(text: string, client: boolean): SQL | undefined {
  const pattern = likePattern(text)
  // What a client cannot read must not answer its questions either.
  const columns = client
    ? [logEntries.action, logEntries.code]
    : [
        logEntries.action,
        logEntries.code,
        logEntries.params,
        logEntries.reason,
        logEntries.actor,
        logEntries.detail,
        logEntries.operation,
      ]
  return or(...columns.map((column) => sql`${column} LIKE ${pattern} ESCAPE '\\'`))
}

/** What a reader looks for, beside whose log it is. */
export type LogSearch = Pick<LogQuery, 'level' | 'action' | 'role' | 'operation' | 'text'>

/** Whether entries of this level are found along an index of their own. */
function hasIndex(level: string | undefined): boolean {
  return level !== undefined && level !== 'info'
}

/**
 * Whether a search may look at any number of entries before it has found a page of them: what it asks beside whose log
 * it is, and the level of what went wrong, no index knows.
 */
export function isBoundless(
  { level, action, role, operation, text }: LogSearch,
  client: boolean,
): boolean {
  return (
    client ||
    (level !== undefined && !hasIndex(level)) ||
    action !== undefined ||
    role !== undefined ||
    operation !== undefined ||
    (text !== undefined && text !== '')
  )
}

/** The conditions of a search. */
export function searched(search: LogSearch, client: boolean): SQL | undefined {
  const { level, action, role, operation, text } = search
  return and(
    level === undefined ? undefined : eq(logEntries.level, level),
    // Said as the index says it, or it is not used.
    hasIndex(level) ? sql`level <> 'info'` : undefined,
    action === undefined ? undefined : eq(logEntries.action, action),
    role === undefined ? undefined : eq(logEntries.role, role),
    operation === undefined ? undefined : eq(logEntries.operation, operation),
    text === undefined || text === '' ? undefined : found(text, client),
  )
}

/** The query of one page, newest first. */
export function logPageQuery(db: Database, query: LogQuery) {
  const { tenant, service, client, before, from, limit } = query
  return db.orm
    .select()
    .from(logEntries)
    .where(
      and(
        eq(logEntries.tenant, tenant),
        service === null ? isNull(logEntries.service) : eq(logEntries.service, service),
        client ? eq(logEntries.client_visible, true) : undefined,
        searched(query, client),
        before === undefined ? undefined : lt(logEntries.id, before),
        from === undefined ? undefined : gte(logEntries.id, from),
      ),
    )
    .orderBy(desc(logEntries.id))
    .limit(limit)
}

/** One page, newest first. */
export async function logPage(db: Database, query: LogQuery): Promise<LogRow[]> {
  return logPageQuery(db, query)
}

/** Whose entries, and behind which, newest first. */
export interface LogPlace {
  readonly tenant: TenantId
  readonly service: string | null
  readonly before?: string
}

/** The query of `logEntryBack`. */
export function logEntryBackQuery(
  db: Database,
  { tenant, service, before }: LogPlace,
  rows: number,
) {
  return db.orm
    .select({ id: logEntries.id })
    .from(logEntries)
    .where(
      and(
        eq(logEntries.tenant, tenant),
        service === null ? isNull(logEntries.service) : eq(logEntries.service, service),
        before === undefined ? undefined : lt(logEntries.id, before),
      ),
    )
    .orderBy(desc(logEntries.id))
    .limit(1)
    .offset(rows - 1)
}

/**
 * The id of the entry so many back, whatever is in it: read from the index alone. A search that goes no further takes
 * no longer, however much there is.
 *
 * @returns undefined where there are not so many
 */
export async function logEntryBack(
  db: Database,
  place: LogPlace,
  rows: number,
): Promise<string | undefined> {
  const found = await logEntryBackQuery(db, place, rows)
  return found[0]?.id
}
