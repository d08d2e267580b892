import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { Feed, type FeedDeps, type Listener, type Sink } from '../../../bff/operations/feed.ts'
import { type Block, openingBlock } from '../../../bff/operations/feed-blocks.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import { feedBounds } from '../../../db/feed.ts'
import { fileDatabase, type TestDatabase } from '../../db/databases.ts'
import { tenantId } from '../../tenant-id.ts'

const TENANT = tenantId('ten_1')
let test: TestDatabase
let deps: FeedDeps
before(async () => {
  test = await fileDatabase()
  deps = {
    db: test.db,
    clock: { now: () => 0 },
    timings: PRODUCTION_TIMINGS,
    report: (error) => assert.fail(String(error)),
  }
})
after(() => test.end())

const nameOf = (service: number) => `svc-${service}`
const listener = (service: number): Listener => ({
  tenant: TENANT,
  service: { id: nameOf(service), version: 1 },
  subject: 'ann',
  until: Number.MAX_SAFE_INTEGER,
  isRevoked: async () => false,
  hears: () => true,
})

/** A reader that writes down the numbers it is told. */
class Notebook implements Sink {
  readonly service: number
  /** Where it began, as its first block says. */
  from: number | undefined
  readonly told: number[] = []
  leave: () => void = () => {}
  isHere = true

  constructor(service: number) {
    this.service = service
  }

  write(block: Block): boolean {
    const text = new TextDecoder().decode(block)
    const began = /^retry: \d+\nid: (\d+)/.exec(text)?.[1]
    if (began !== undefined) this.from = Number(began)
    const id = /^id: (\d+)\nevent: operation/.exec(text)?.[1]
    if (id !== undefined) this.told.push(Number(id))
    return true
  }
  end(): void {
    this.isHere = false
  }
}

async function happens(service: number): Promise<void> {
  await test.db.write([
    {
      sql: `INSERT INTO feed (tenant, service, event, ref, version, at) VALUES (?, ?, 'operation', 'op', 1, 1)`,
      args: [TENANT, nameOf(service)],
    },
  ])
}

type Command =
  | { readonly do: 'happens' | 'opens'; readonly service: number }
  | { readonly do: 'resumes' | 'leaves'; readonly which: number }
  | { readonly do: 'looks' | 'waits' }

const service = fc.nat({ max: 2 })
const which = fc.nat({ max: 9 })
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constant('happens' as const), service }),
  fc.record({ do: fc.constant('happens' as const), service }),
  fc.record({ do: fc.constant('opens' as const), service }),
  fc.record({ do: fc.constantFrom('resumes' as const, 'leaves' as const), which }),
  fc.record({ do: fc.constantFrom('looks' as const, 'waits' as const) }),
)

/** Plays it with as little waiting as there can be: what overlaps may end in any order. */
async function play(commands: readonly Command[]): Promise<Notebook[]> {
  const feed = new Feed(deps, { automatic: false })
  const notebooks: Notebook[] = []
  const underWay: Promise<unknown>[] = []
  const open = async (of: number, last: number | undefined) => {
    const opened = await feed.open(listener(of), last)
    assert.equal(opened.kind, 'opened')
    if (opened.kind !== 'opened') return
    const notebook = new Notebook(of)
    notebook.leave = opened.attach(notebook)
    notebooks.push(notebook)
  }
  for (const step of commands) {
    switch (step.do) {
      case 'happens':
        underWay.push(happens(step.service))
        break
      case 'opens':
        underWay.push(open(step.service, undefined))
        break
      case 'resumes': {
        const old = notebooks[step.which]
        if (old !== undefined) underWay.push(open(old.service, old.told.at(-1) ?? old.from))
        break
      }
      case 'leaves': {
        const old = notebooks[step.which]
        old?.leave()
        if (old !== undefined) old.isHere = false
        break
      }
      case 'looks':
        underWay.push(feed.tick())
        break
      case 'waits':
        await Promise.all(underWay)
        break
    }
  }
  await Promise.all(underWay)
  await feed.tick()
  return notebooks
}

describe('whatever happens while readers come and go', () => {
  it('everyone who stays is told all of it, in order, once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
        const notebooks = await play(commands)
        for (const { service: of, from, told, isHere } of notebooks) {
          const [all] = await test.db.write([
            {
              sql: `SELECT seq FROM feed WHERE service = ? AND seq > ? ORDER BY seq`,
              args: [nameOf(of), from ?? null],
            },
          ])
          const expected = (all?.rows ?? []).map(({ seq }) => Number(seq))
          // One that left was told a beginning of it.
          assert.deepEqual(told, isHere ? expected : expected.slice(0, told.length))
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('a reader that resumes while much happens', () => {
  it('has no gap between what was missed and what comes', async () => {
    const feed = new Feed(deps, { automatic: false })
    const from = (await feedBounds(test.db)).head
    const early = new Notebook(7)
    const first = await feed.open(listener(7), undefined)
    assert.ok(first.kind === 'opened')
    first.attach(early)
    for (let i = 0; i < 5; i++) await happens(7)
    // It has read the head; before it is written to, everybody else is told more.
    const opened = await feed.open(listener(7), from)
    assert.ok(opened.kind === 'opened')
    for (let i = 0; i < 5; i++) await happens(7)
    await feed.tick()
    await happens(7)
    const looking = feed.tick()
    const late = new Notebook(7)
    // What is being read just now begins behind what this one has been told.
    opened.attach(late)
    await looking
    await feed.tick()
    assert.deepEqual([late.told.length, late.told], [11, early.told])
  })
})

describe('what a process itself has written', () => {
  it('is told at once, not at the next look', async () => {
    const timings = { ...PRODUCTION_TIMINGS, feed_poll: 3_600_000 }
    const feed = new Feed({ ...deps, timings }, { automatic: true })
    const notebook = new Notebook(8)
    const opened = await feed.open(listener(8), undefined)
    assert.ok(opened.kind === 'opened')
    opened.attach(notebook)
    await happens(8)
    feed.nudge()
    while (notebook.told.length === 0) await new Promise(setImmediate)
    feed.stop()
    assert.equal(notebook.isHere, false)
  })
})

describe('a process that cannot keep more streams', () => {
  it('says so, until one ends', async () => {
    const limits = { per_process: 1, per_subject: 5, backlog: 10 }
    const feed = new Feed(deps, { automatic: false, limits })
    const one = await feed.open(listener(1), undefined)
    const two = await feed.open(listener(1), undefined)
    assert.ok(one.kind === 'opened')
    one.attach(new Notebook(1))()
    const three = await feed.open(listener(1), undefined)
    assert.deepEqual(
      [two, three.kind],
      [{ kind: 'full', of: 'process', retry_after: 30 }, 'opened'],
    )
  })
})

describe('the first block', () => {
  it('is what the elements wait for', () =>
    assert.equal(new TextDecoder().decode(openingBlock(7, 2000)), 'retry: 2000\nid: 7\n\n'))
})
