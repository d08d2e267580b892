import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from '../../../db/connect.ts'
import { erasedBetween, erasedBy } from '../../../db/evidence.ts'
import { BROKEN, type ErasedRow, EvidenceBroken, type Reading } from '../../../db/evidence-rows.ts'
import { type LinkFound, linksAfter } from '../../../db/links.ts'
import type { TenantId } from '../../contract/ids.ts'
import { ERASURE_CODE, type Part } from './forms.ts'
import type { Link } from './walk.ts'

/** A link as far as it can be read, with all that was erased of it, and by it. */
export interface LinkRead extends Omit<Link, 'seal' | 'entry'>, LinkFound {
  /** Whether something of what was erased cannot be read. */
  readonly hasBrokenErasures: boolean
}

export type ErasedParts = ReadonlyMap<string, Partial<Record<Part, string>>>

/** Erased parts by their entries. Pure. */
export function erasedByEntry(rows: readonly ErasedRow[]): ErasedParts {
  const erased = new Map<string, Partial<Record<Part, string>>>()
  for (const { entry, part, digest } of rows)
    erased.set(entry, { ...erased.get(entry), [part]: digest })
  return erased
}

function readable<Row>(rows: readonly Reading<Row>[]): Row[] {
  return rows.flatMap((row) => (row === BROKEN ? [] : [row]))
}

/** A link with all that was erased of it, and by it. */
export async function linkRead(
  db: Database,
  tenant: TenantId,
  found: LinkFound,
  erased: ErasedParts,
  isBroken = false,
): Promise<LinkRead> {
  const { seal, entry } = found
  const parts = (seal === BROKEN ? undefined : erased.get(seal.entry)) ?? {}
  const link = { ...found, erased: parts, hasBrokenErasures: isBroken }
  if (seal === BROKEN || entry === BROKEN || entry?.code !== ERASURE_CODE) return link
  const rows = await erasedBy(db, tenant, seal.entry)
  return {
    ...link,
    hasBrokenErasures: isBroken || rows.includes(BROKEN),
    erases: readable(rows).map(({ entry: id, part, digest }) => [id, part, digest] as const),
  }
}

/** Links of a chain behind a place, in order, with all that was erased of them. @param page links one query reads */
export async function* linksOf(
  db: Database,
  tenant: TenantId,
  after: number,
  until: number = Number.MAX_SAFE_INTEGER,
  page = 100,
): AsyncGenerator<LinkRead> {
  for (let from = after; ; ) {
    const rows = (await linksAfter(db, tenant, from, page)).filter(({ seq }) => seq <= until)
    const last = rows.at(-1)?.seq
    if (last === undefined) return
    const found = await erasedBetween(db, tenant, from + 1, last)
    const erased = erasedByEntry(readable(found.map((one) => one.erased)))
    const broken = new Set(found.filter((one) => one.erased === BROKEN).map(({ seq }) => seq))
    for (const row of rows) yield await linkRead(db, tenant, row, erased, broken.has(row.seq))
    from = last
    // A file answers without a turn of the event loop: whoever else asks must be heard in between.
    await turn()
  }
}

/** The link, where all of it can be read. @throws {EvidenceBroken} */
export function wholeLinkRead(tenant: TenantId, read: LinkRead): Link {
  const { seq, seal, entry, hasBrokenErasures } = read
  const row = `${tenant} no. ${seq}`
  if (seal === BROKEN) throw new EvidenceBroken('log_seal', row)
  if (entry === BROKEN) throw new EvidenceBroken('log_entry', `of ${row}`)
  if (hasBrokenErasures) throw new EvidenceBroken('log_erased', `of ${row}`)
  return { ...read, seal, entry }
}
