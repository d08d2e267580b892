import type { LogEntry, LogLevel, LogPage } from '../../bff/contract/resources.ts'
import type { Role } from '../../bff/contract/scopes.ts'

/** What is looked for; empty strings look for everything. */
export interface Filter {
  readonly level: LogLevel | ''
  readonly action: string
  readonly actor: Role | ''
  readonly text: string
}

export const noFilter: Filter = { level: '', action: '', actor: '', text: '' }

/** Rows that are drawn, and left out of sight, together. */
export interface Chunk {
  /** Stays the same while the chunk grows. */
  readonly key: string
  /** Newest first. */
  readonly entries: readonly LogEntry[]
  /** Ids of the entries whose details were asked for. */
  readonly opened: ReadonlySet<string>
}

/** What has been read of a log. */
export interface Log {
  readonly chunks: readonly Chunk[]
  /** Cursor of older entries; `null` at the end. */
  readonly next: string | null
  /** Newer entries that are not shown until somebody asks, newest first. */
  readonly waiting: readonly LogEntry[]
  /** The newest page, if entries are missing between it and what is shown. */
  readonly gap: LogPage | undefined
}

/** Rows of a chunk at most. */
export const CHUNK = 100
const NONE: ReadonlySet<string> = new Set()

function chunked(entries: readonly LogEntry[]): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 0; at < entries.length; at += CHUNK) {
    const rows = entries.slice(at, at + CHUNK)
    chunks.push({ key: rows[0]?.id ?? '', entries: rows, opened: NONE })
  }
  return chunks
}

/** A log of which the newest page was read. Pure. */
export function firstPage({ entries, next }: LogPage): Log {
  return { chunks: chunked(entries), next, waiting: [], gap: undefined }
}

/** Entries that are shown. Pure. */
export function count({ chunks }: Log): number {
  return chunks.reduce((sum, { entries }) => sum + entries.length, 0)
}

function knownIds({ chunks }: Log): Set<string> {
  return new Set(chunks.flatMap(({ entries }) => entries.map(({ id }) => id)))
}

/** Whether an entry is shown, or waits to be. Pure. */
export function isKnown({ chunks, waiting }: Log, wanted: string): boolean {
  return [waiting, ...chunks.map(({ entries }) => entries)].some((entries) =>
    entries.some(({ id }) => id === wanted),
  )
}

/** The log with a page of older entries at its end. Chunks that were full stay the same objects. Pure. */
export function withOlder(log: Log, page: LogPage): Log {
  const known = knownIds(log)
  const older = page.entries.filter(({ id }) => !known.has(id))
  const last = log.chunks.at(-1)
  if (last === undefined) return { ...log, chunks: chunked(older), next: page.next }
  const room = CHUNK - last.entries.length
  const grown =
    room > 0 && older.length > 0
      ? { ...last, entries: [...last.entries, ...older.slice(0, room)] }
      : last
  return {
    ...log,
    chunks: [...log.chunks.slice(0, -1), grown, ...chunked(older.slice(Math.max(room, 0)))],
    next: page.next,
  }
}

/** The log after a look at the newest page: what is new in it waits. Pure. */
export function looked(log: Log, page: LogPage): Log {
  // A search that has found nothing so far goes on where it is.
  if (log.chunks.length === 0) return page.entries.length > 0 ? firstPage(page) : log
  const known = knownIds(log)
  const oldest = log.chunks.at(-1)?.entries.at(-1)?.id ?? ''
  // An old page may reach below what was read.
  const fresh = page.entries.filter(({ id }) => !known.has(id) && id > oldest)
  const isApart = fresh.length === page.entries.length && page.next !== null
  return { ...log, waiting: fresh, gap: isApart && fresh.length > 0 ? page : undefined }
}

/** The log with what waited on top of it. Pure. */
export function shown(log: Log): Log {
  const { waiting, gap, chunks } = log
  if (gap !== undefined) return firstPage(gap)
  if (waiting.length === 0) return log
  const [first, ...rest] = chunks
  const fits = first !== undefined && first.entries.length + waiting.length <= CHUNK
  return {
    ...log,
    waiting: [],
    chunks: fits
      ? [{ ...first, entries: [...waiting, ...first.entries] }, ...rest]
      : [...chunked(waiting), ...chunks],
  }
}

/** The log with one entry's details asked for. Pure. */
export function opened(log: Log, key: string, id: string): Log {
  return {
    ...log,
    chunks: log.chunks.map((chunk) =>
      chunk.key === key && !chunk.opened.has(id)
        ? { ...chunk, opened: new Set([...chunk.opened, id]) }
        : chunk,
    ),
  }
}

/** How many entries a page has: 1 to 200, 50 when that is not said. Pure. */
export function pageSize(asked: number | null): number {
  return asked === null || !Number.isInteger(asked) || asked < 1 ? 50 : Math.min(asked, 200)
}

/** A level as it is written in an attribute; anything else is all. Pure. */
export function levelFrom(text: string | null): Filter['level'] {
  return text === 'info' || text === 'warning' || text === 'error' ? text : ''
}

/** The query of a page. Pure. */
export function query(filter: Filter, limit: number, cursor?: string): string {
  const { level, action, actor, text } = filter
  const wanted = { level, action, actor, q: text.trim(), cursor: cursor ?? '' }
  const params = new URLSearchParams({ limit: String(limit) })
  for (const [name, value] of Object.entries(wanted)) if (value !== '') params.set(name, value)
  return params.toString()
}
