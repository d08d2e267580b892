import type { Database } from '../../db/connect.ts'
import { isBoundless, logEntryBack, logPage } from '../../db/log.ts'
import type { TenantId } from '../contract/ids.ts'
import type { LogLevel } from '../contract/resources.ts'
import type { Role } from '../contract/scopes.ts'
import { type EntryView, presentEntry } from './present.ts'

export interface LogFilter {
  readonly level?: LogLevel
  readonly action?: string
  /** Who acted. */
  readonly role?: Role
  readonly operation?: string
  /** Looked for literally, without regard to case of ASCII letters. */
  readonly text?: string
  /** `next` of the page before. */
  readonly before?: string
  /** 1–200; 50 unless told. */
  readonly limit?: number
}

export interface LogPageView {
  readonly entries: readonly EntryView[]
  /** Cursor of the next, older page; `null` at the end. */
  readonly next: string | null
}

/** Entries one search looks through; the next page goes on behind them. */
export const SEARCHED = 10_000

/**
 * One page of the log, newest first. A search looks through so many entries and no more: its page may hold fewer than
 * there are, or none, and `next` goes on where it stopped. Everything but a page for staff of all there is, or of what
 * went wrong, is a search: what is asked for may be rare.
 *
 * @param service `null`: what happened to the tenant itself; nothing for clients
 * @param searched entries a search looks through
 */
export async function listLog(
  deps: { readonly db: Database },
  tenant: TenantId,
  service: string | null,
  reader: Role,
  filter: LogFilter = {},
  searched = SEARCHED,
): Promise<LogPageView> {
  const limit = Math.min(Math.max(filter.limit ?? 50, 1), 200)
  const from = isBoundless(filter, reader === 'client')
    ? await logEntryBack(deps.db, { ...filter, tenant, service }, searched)
    : undefined
  const rows = await logPage(deps.db, {
    ...filter,
    ...(from === undefined ? {} : { from }),
    tenant,
    service,
    client: reader === 'client',
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  return {
    entries: page.map((row) => presentEntry(row, reader)),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : (from ?? null),
  }
}
