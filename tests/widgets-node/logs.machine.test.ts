import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { LogEntry, LogPage } from '../../bff/contract/resources.ts'
import {
  CHUNK,
  count,
  firstPage,
  type Log,
  looked,
  noFilter,
  opened,
  pageSize,
  query,
  shown,
  withOlder,
} from '../../widgets/logs/logs.machine.ts'

const anEntry = (number: number): LogEntry => ({
  // The brand is given by the BFF's parser, which no element has.
  id: `log_${String(number).padStart(26, '0')}` as LogEntry['id'],
  at: '2026-11-24T10:00:00Z',
  level: 'info',
  actor: { role: 'staff', label: 'Ann' },
  action: 'suspend',
  action_label: 'Suspend',
  duration_ms: null,
  message: { code: 'x', params: {}, text: 'x' },
})

/** A page from `newest` down to `oldest`. */
const aPage = (newest: number, oldest: number): LogPage => {
  const entries = Array.from({ length: newest - oldest + 1 }, (_, back) => anEntry(newest - back))
  return { entries, next: oldest > 1 ? (entries.at(-1)?.id ?? null) : null, can: [] }
}
const idsOf = ({ chunks }: Log) => chunks.flatMap(({ entries }) => entries.map(({ id }) => id))

describe('a log that is read page by page', () => {
  it('holds every entry once, newest first, in chunks of a hundred at most', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 130 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(sizes, (pages) => {
        const total = pages.reduce((sum, size) => sum + size, 0)
        let newest = total
        let log: Log | undefined
        for (const size of pages) {
          const page = aPage(newest, newest - size + 1)
          log = log === undefined ? firstPage(page) : withOlder(log, page)
          newest -= size
        }
        if (log === undefined) return false
        const ids = idsOf(log)
        return (
          ids.length === total &&
          count(log) === total &&
          new Set(ids).size === total &&
          ids.every((id, at) => at === 0 || id < (ids[at - 1] ?? '')) &&
          log.chunks.every(({ entries }) => entries.length <= CHUNK) &&
          new Set(log.chunks.map(({ key }) => key)).size === log.chunks.length
        )
      }),
    )
  })

  it('leaves full chunks as they were', () => {
    const log = firstPage(aPage(300, 201))
    assert.equal(withOlder(log, aPage(200, 151)).chunks[0], log.chunks[0])
  })

  it('takes no entry twice', () => {
    const log = firstPage(aPage(10, 5))
    assert.equal(count(withOlder(log, aPage(6, 1))), 10)
  })
})

describe('a look at the newest page', () => {
  const log = firstPage(aPage(50, 11))

  it('shows nothing by itself', () => {
    assert.equal(count(looked(log, aPage(53, 14))), 40)
  })

  it('finds what is new', () => {
    assert.equal(looked(log, aPage(53, 14)).waiting.length, 3)
  })

  it('takes nothing old for new', () => {
    assert.equal(looked(log, aPage(50, 1)).waiting.length, 0)
  })

  it('finds the same again, not twice', () => {
    const once = looked(log, aPage(53, 14))
    assert.equal(looked(once, aPage(54, 15)).waiting.length, 4)
  })

  it('notices that entries between are missing', () => {
    assert.deepEqual(idsOf(shown(looked(log, aPage(100, 61)))), idsOf(firstPage(aPage(100, 61))))
  })
})

describe('what waited, when it is asked for', () => {
  it('stands on top, and nothing waits any more', () => {
    const log = shown(looked(firstPage(aPage(50, 11)), aPage(53, 14)))
    assert.deepEqual(idsOf(log), idsOf(firstPage(aPage(53, 11))))
    assert.equal(log.waiting.length, 0)
  })

  it('is a chunk of its own beside a full one, which stays as it was', () => {
    const full = firstPage(aPage(200, 101))
    const log = shown(looked(full, aPage(203, 104)))
    assert.equal(log.chunks.length, 2)
    assert.equal(log.chunks[1], full.chunks[0])
  })
})

describe('an entry whose details are asked for', () => {
  const log = firstPage(aPage(250, 1))
  const [first, second] = log.chunks
  const id = first?.entries[0]?.id ?? ''
  const after = opened(log, first?.key ?? '', id)

  it('is open', () => {
    assert.equal(after.chunks[0]?.opened.has(id), true)
  })

  it('leaves other chunks as they were', () => {
    assert.equal(after.chunks[1], second)
  })
})

describe('the query of a page', () => {
  it('leaves out what is not looked for', () => {
    assert.equal(query(noFilter, 50), 'limit=50')
  })

  it('carries what is looked for, and where to go on', () => {
    const filter = { level: 'error', action: 'create', actor: 'staff', text: ' a&b ' } as const
    const wanted = 'limit=10&level=error&action=create&actor=staff&q=a%26b&cursor=log_1'
    assert.equal(query(filter, 10, 'log_1'), wanted)
  })
})

describe('the size of a page', () => {
  const cases: [asked: number | null, size: number][] = [
    [null, 50],
    [0, 50],
    [1, 1],
    [2.5, 50],
    [Number.NaN, 50],
    [201, 200],
  ]
  for (const [asked, size] of cases) {
    it(`is ${size} for ${String(asked)}`, () => {
      assert.equal(pageSize(asked), size)
    })
  }
})

describe('a search that has found nothing so far', () => {
  const searching = { ...firstPage({ entries: [], next: null }), next: 'log_5' }
  it('goes on where it is after a look that finds nothing new', () => {
    assert.equal(looked(searching, { entries: [], next: 'log_9' }).next, 'log_5')
  })
  it('shows what a look finds', () => {
    assert.equal(count(looked(searching, aPage(2, 1))), 2)
  })
})
