import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { erasedOf, lastCheckpoint } from '../../../db/evidence.ts'
import { BROKEN } from '../../../db/evidence-rows.ts'
import { type EntryRange, linksFound, rangeEnd } from '../../../db/links.ts'
import type { TenantId } from '../../contract/ids.ts'
import type { LogLevel } from '../../contract/resources.ts'
import type { Role } from '../../contract/scopes.ts'
import type { Message, Text } from '../../contract/text.ts'
import type { EntryFacts } from '../chain/forms.ts'
import { type Head, headNow } from '../chain/head.ts'
import { type KeyDeps, signingKey } from '../chain/keys.ts'
import { erasedByEntry, linkRead, linksOf, wholeLinkRead } from '../chain/links.ts'
import { sign } from '../chain/signed.ts'
import type { Link } from '../chain/walk.ts'
import { presentEntry } from '../present.ts'
import { csvRecord } from './csv.ts'
import { entryLine } from './lines.ts'

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What of a tenant's log is exported. */
export interface ExportQuery {
  readonly tenant: TenantId
  /** Null for the whole tenant's, in the order of its chain. */
  readonly service: string | null
  readonly level?: LogLevel
  readonly action?: string
  readonly role?: Role
  readonly text?: string
}

type Say = (message: Message) => Text

const PAGE = 500

/** In the order they stand in a record. */
export const CSV_COLUMNS = [
  'time',
  'level',
  'role',
  'actor',
  'act',
  'service',
  'action',
  'operation',
  'reason',
  'duration_ms',
  'message',
  'detail',
  'id',
  'seq',
  'hash',
] as const

async function* linksWanted(
  { db }: KeyDeps,
  query: ExportQuery,
  until: number,
): AsyncGenerator<Link> {
  const { tenant, service } = query
  if (service === null) {
    const cut = (await lastCheckpoint(db, tenant))?.seq ?? 0
    for await (const read of linksOf(db, tenant, cut, until)) yield wholeLinkRead(tenant, read)
    return
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    const begin: Omit<EntryRange, 'to'> = { tenant, service, after }
    const to: string | undefined = await rangeEnd(db, begin, PAGE)
    const page = await linksFound(db, { ...begin, to }, query, until)
    const ids = page.map(({ seal }) => seal.entry)
    const erased = erasedByEntry(await erasedOf(db, tenant, ids))
    for (const one of page) {
      const found = { ...one, seq: one.seal.seq }
      yield wholeLinkRead(tenant, await linkRead(db, tenant, found, erased))
    }
    after = to
    // A search that finds nothing yields to nobody by itself.
    await turn()
  }
}

function shown(entry: EntryFacts, say: Say) {
  const view = presentEntry(entry, 'staff')
  const detail = (view.detail ?? []).map(({ code, value }) => `${say({ code }).text}: ${value}`)
  return { view, message: say(view.message).text, detail: detail.join('; ') }
}

function recordOf({ seal, entry }: Link, say: Say): string {
  if (entry === undefined || entry === BROKEN)
    throw new Error(`the entry of link ${seal.seq} is gone`)
  const { view, message, detail } = shown(entry, say)
  return csvRecord([
    new Date(view.at).toISOString(),
    view.level,
    view.actor.role,
    view.actor.label,
    view.actor.act ?? null,
    entry.service,
    view.action,
    view.operation ?? null,
    view.reason ?? null,
    view.duration_ms,
    message,
    detail,
    view.id,
    seal.seq,
    seal.hash,
  ])
}

async function* csvOf(
  deps: KeyDeps,
  query: ExportQuery,
  head: Head,
  say: Say,
): AsyncGenerator<string> {
  yield csvRecord([...CSV_COLUMNS])
  for await (const link of linksWanted(deps, query, head.seq)) yield recordOf(link, say)
}

async function* linesOf(
  deps: KeyDeps,
  query: ExportQuery,
  head: Head,
  say: Say,
): AsyncGenerator<string> {
  const digest = createHash('sha256')
  let count = 0
  const told = (line: string) => {
    digest.update(line)
    return line
  }
  const cut = query.service === null ? await lastCheckpoint(deps.db, query.tenant) : undefined
  if (cut !== undefined) yield told(`${JSON.stringify({ checkpoint: cut.jws })}\n`)
  for await (const link of linksWanted(deps, query, head.seq)) {
    const { entry } = link
    const message = entry === undefined || entry === BROKEN ? '' : shown(entry, say).message
    yield told(entryLine(link, message))
    count += 1
  }
  const key = await signingKey(deps)
  const jws = await sign(key, {
    kind: 'export',
    tenant: query.tenant,
    service: query.service,
    count,
    lines: digest.digest('base64url'),
    at: Math.max(deps.clock.now(), head.at),
    seq: head.seq,
    hash: head.hash,
  })
  yield `${JSON.stringify({ export: jws, head: head.jws, kid: key.kid })}\n`
}

/**
 * A log as a text, piece by piece: as CSV (RFC 4180) for people, or as JSON Lines that prove themselves. Everything that
 * was logged before this is called is in it. For staff.
 *
 * @param say the exact words
 * @returns undefined where nothing was ever logged in this tenant
 */
export async function exportLog(
  deps: KeyDeps,
  query: ExportQuery,
  format: ExportFormat,
  say: Say,
): Promise<AsyncGenerator<string> | undefined> {
  const head = await headNow(deps, query.tenant)
  if (head === undefined) return undefined
  return format === 'csv' ? csvOf(deps, query, head, say) : linesOf(deps, query, head, say)
}
