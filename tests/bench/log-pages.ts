import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../db/connect.ts'
import { serviceInserted } from '../../db/services.ts'
import { type Front, openFront } from '../bff/http/front.ts'
import { inventedProvider } from '../bff/operations/invented-provider.ts'
import { START } from '../bff/operations/scene.ts'
import { tenantId } from '../tenant-id.ts'
import { ACTIONS, BUSY, entryAt, fillLog, others, WORDS } from './log-fill.ts'
import { type Figure, figure, percentile } from './measure.ts'

const FEW = 10_000
const MANY = 10_000_000
/** What a page may take in the large log, of what it takes in the small one (DESIGN §11). */
const BUDGET = 1.2
const TENANT = tenantId('ten_1')
const ASKS = 600
const WARM = 60
/** Milliseconds one kind of page is asked for, in both logs together. */
const PATIENCE = 20_000
/** On disk, with room to spare. */
const BYTES_PER_ENTRY = 1_600

interface Log {
  readonly front: Front
  readonly services: number
  /** An entry of the busy service, counted from its oldest. */
  readonly cursor: { readonly middle: string; readonly oldest: string }
}

interface Page {
  readonly name: string
  path(log: Log, index: number): string
  readonly role?: 'client'
  /** Entries on it; a page of 50 unless told. */
  readonly entries?: number | 'some' | 'a file'
}

const busy = (query: string) => () => `/services/${BUSY}/logs${query}`

/** Every kind of page an element asks for. */
const PAGES: readonly Page[] = [
  { name: 'the newest', path: busy('') },
  { name: 'the newest, as a client', path: busy(''), role: 'client' },
  {
    name: 'the newest of one of many services',
    path: ({ services }, index) => `/services/s${(index * 7919) % services}/logs`,
  },
  { name: 'in the middle', path: ({ cursor }) => busy(`?cursor=${cursor.middle}`)() },
  { name: 'the oldest', path: ({ cursor }) => busy(`?cursor=${cursor.oldest}`)() },
  { name: 'of a level', path: busy('?level=error') },
  { name: 'of an action', path: busy(`?action=${ACTIONS.rare}`) },
  { name: 'of a role', path: busy('?actor=system') },
  { name: 'of an action that is not there', path: busy(`?action=${ACTIONS.missing}`), entries: 0 },
  { name: 'of a role that is not there', path: busy('?actor=client'), entries: 0 },
  {
    name: 'of a level and an action that never meet',
    path: busy(`?level=warning&action=${ACTIONS.rare}`),
    entries: 'some',
  },
  { name: 'that a word is in', path: busy(`?q=${WORDS.rare}`) },
  {
    name: 'that words are not in',
    path: busy(`?q=${encodeURIComponent(WORDS.missing)}`),
    entries: 0,
  },
  {
    name: 'of an export, the first',
    path: () => `/services/${BUSY}/logs/export?format=csv`,
    entries: 'a file',
  },
]

/** @returns microseconds to the answer's end, or to the first piece of a file */
async function ask(page: Page, log: Log, index: number, token: string): Promise<number> {
  const path = page.path(log, index)
  const began = performance.now()
  const answer = await log.front.ask('GET', path, { token })
  if (page.entries === 'a file') {
    const reader = answer.body?.getReader()
    const piece = await reader?.read()
    const took = 1000 * (performance.now() - began)
    await reader?.cancel()
    if (answer.status !== 200 || piece?.value === undefined)
      throw new Error(`${path}: ${answer.status}`)
    return took
  }
  const text = await answer.text()
  const took = 1000 * (performance.now() - began)
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`)
  // The BFF proves its own shapes.
  const { entries } = JSON.parse(text) as { entries: unknown[] }
  const wanted = page.entries ?? 50
  if (wanted !== 'some' && entries.length !== wanted)
    throw new Error(`${path}: ${entries.length} entries`)
  return took
}

async function openLog(folder: string, rows: number): Promise<Log> {
  const path = join(folder, `${rows}.db`)
  await fillLog(path, TENANT, rows, START - rows)
  // The busy service has no entry in every tenth place.
  const cursor = { middle: entryAt(path, rows / 2 + 1), oldest: entryAt(path, 101) }
  const front = await openFront(inventedProvider, await openDatabase({ url: `file:${path}` }))
  const services = others(rows)
  const ids = [BUSY, ...Array.from({ length: services }, (_, i) => `s${i}`)]
  await front.scene.db.write(
    ids.map((id) => serviceInserted({ id, tenant: TENANT, since: START, created_at: START })),
  )
  return { front, services, cursor }
}

/** In turns, so that what else the machine does meets both alike. */
async function compared(page: Page, few: Log, many: Log): Promise<[number[], number[]]> {
  const tokens = await Promise.all(
    [few, many].map(({ front }) =>
      front.token(page.role === 'client' ? { role: 'client', service: [BUSY] } : {}),
    ),
  )
  const [of_few = '', of_many = ''] = tokens
  const times: [number[], number[]] = [[], []]
  const began = performance.now()
  for (let i = 0; i < WARM + ASKS; i++) {
    const pair = [await ask(page, few, i, of_few), await ask(page, many, i, of_many)] as const
    if (i < WARM && performance.now() - began < PATIENCE) continue
    times[0].push(pair[0])
    times[1].push(pair[1])
    if (performance.now() - began > PATIENCE && times[0].length > 1) break
  }
  return times
}

/**
 * A page of the log out of the real route, from a log of ten million entries beside one of ten thousand, for every kind
 * of page: p50 and p95 in microseconds, and the p50s beside their budget. Takes minutes and about a kilobyte of disk per
 * entry, in the system's folder for temporary files, which it leaves as it was.
 *
 * @param rows entries of the large log; ten million unless told
 */
export async function logPages(rows = MANY): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'provision-bench-log-'))
  const opened: Log[] = []
  try {
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < rows * BYTES_PER_ENTRY)
      throw new Error(
        `${rows} log entries take ${Math.ceil((rows * BYTES_PER_ENTRY) / 1e9)} GB of disk in ${folder}; ask for fewer with --rows`,
      )
    const few = await openLog(folder, FEW)
    opened.push(few)
    const many = await openLog(folder, rows)
    opened.push(many)
    const figures: Figure[] = []
    for (const page of PAGES) {
      const [small, large] = await compared(page, few, many)
      const name = `a page of the log, ${page.name}`
      const of = (share: number) =>
        figure(
          `${name}, ${rows} entries, p${share * 100}`,
          'µs',
          percentile(large, share),
          `${FEW} entries`,
          percentile(small, share),
        )
      figures.push(of(0.5), of(0.95))
      figures.push(figure(`${name}, p50`, 'times', of(0.5).ratio, 'budget', BUDGET))
    }
    return figures
  } finally {
    for (const { front } of opened) await front.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
