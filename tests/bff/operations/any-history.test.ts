import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cancel } from '../../../bff/operations/cancel.ts'
import type { Mover } from '../../../bff/operations/machine.ts'
import { OPERATION_MOVES, STEP_MOVES } from '../../../bff/operations/machine.ts'
import { resolve } from '../../../bff/operations/resolve.ts'
import { retry } from '../../../bff/operations/retry.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { unfinishedOperation } from '../../../db/operations.ts'
import { tenantId } from '../../tenant-id.ts'
import { DAY, DUE, ON_DATE } from './dates.ts'
import { erasingProvider } from './erasing.ts'
import type { Fate } from './invented-provider.ts'
import { mortal } from './mortal.ts'
import { moves, movesBy, recordMoves } from './recorder.ts'
import { bound, ordered, type Scene, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
/** What the invented server takes at most from the call to its late effect: less than quarantine. */
const LONGEST_RUN = 10 * MINUTE

type Asked = 'repack' | 'whisper' | 'found' | 'freeze' | 'erase' | 'wake'

/** What can happen to the engine between two looks at it. */
type Happening =
  | { readonly kind: 'submit'; readonly action: Asked }
  | { readonly kind: 'person'; readonly does: 'cancel' | 'resolve' | 'retry' }
  | { readonly kind: 'fate'; readonly fate: Fate }
  | { readonly kind: 'reach'; readonly reachable: boolean }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'die'; readonly write: number; readonly when: 'before' | 'after' }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      action: fc.constantFrom<Asked>('repack', 'whisper', 'found', 'freeze', 'erase', 'wake'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('person' as const),
      does: fc.constantFrom('cancel', 'resolve', 'retry'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fate' as const),
      fate: fc.constantFrom<Fate>(
        'done',
        'refused',
        'unsent',
        'cut_before',
        'cut_after',
        'cut_late',
        'warned',
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('reach' as const), reachable: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(
        0,
        SECOND,
        10 * SECOND,
        61 * SECOND,
        6 * MINUTE,
        16 * MINUTE,
        DAY,
        6 * DAY,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('die' as const),
      write: fc.integer({ min: 1, max: 9 }),
      when: fc.constantFrom('before', 'after'),
    }),
  },
)

/** An engine, a server and its people, told what happens. */
class World {
  readonly scene: Scene
  /** Every effect on the server, by what it was meant for; each operation means something of its own. */
  readonly effects = new Map<string, number>()
  readonly meant = new Map<string, string>()
  #late: { readonly due: number; apply(): void }[] = []
  #made = 0

  constructor(scene: Scene) {
    this.scene = scene
    const { panel } = scene
    const call = panel.call.bind(panel)
    panel.call = (context, apply) => {
      const { name, account, params } = context.step
      const goal = `${name} ${account} ${String(params.package ?? '')}`
      const outcome = call(context, () => {
        this.effects.set(goal, (this.effects.get(goal) ?? 0) + 1)
        apply()
      })
      for (const late of panel.late.splice(0))
        this.#late.push({ due: scene.now + LONGEST_RUN, apply: late })
      return outcome
    }
  }

  async pass(ms: number): Promise<void> {
    const until = this.scene.now + ms
    // The server ends what it runs in its own time, looked at or not.
    for (const late of this.#late.filter(({ due }) => due <= until)) late.apply()
    this.#late = this.#late.filter(({ due }) => due > until)
    this.scene.now = until
    await this.scene.runner.tick()
  }

  async happens(what: Happening): Promise<void> {
    const { scene } = this
    switch (what.kind) {
      case 'submit':
        return this.#submit(what.action)
      case 'person':
        return this.#person(what.does)
      case 'fate':
        scene.panel.fates.push(what.fate)
        return
      case 'reach':
        scene.panel.reachable = what.reachable
        return
      case 'pass':
        return this.pass(what.ms)
      case 'die': {
        const { deps, dead } = mortal(scene.deps, what.write, what.when)
        await Promise.race([startRunner(deps, { automatic: false }).tick(), dead])
      }
    }
  }

  async #asPerson(act: () => Promise<unknown>): Promise<void> {
    await movesBy(this.scene.db, 'person')
    await act()
    await movesBy(this.scene.db, 'runner')
  }

  async #submit(action: Asked): Promise<void> {
    const { scene } = this
    this.#made += 1
    const own = `p${this.#made}`
    const service = {
      repack: 'bob',
      whisper: 'bob',
      found: 'new',
      freeze: 'res',
      erase: 'eve',
      wake: 'eve',
    }[action]
    const input = {
      repack: { package: own },
      whisper: { password: `secret-${own}` },
      found: { username: 'derived' },
      freeze: { all: true },
      erase: ON_DATE,
      wake: {},
    }[action]
    await this.#asPerson(async () => {
      const done = await scene.submit(action, input, { service })
      if (done.kind === 'accepted' && action === 'repack')
        this.meant.set(done.operation.id, `repack bob ${own}`)
    })
  }

  async #person(does: 'cancel' | 'resolve' | 'retry'): Promise<void> {
    const { scene } = this
    await this.#asPerson(async () => {
      for (const service of ['bob', 'new', 'res', 'eve']) {
        const row = await unfinishedOperation(scene.db, tenantId('ten_1'), service)
        if (row === undefined) continue
        if (does === 'cancel') await cancel(scene.deps, scene.caller(), row.id)
        else if (does === 'resolve')
          await resolve(scene.deps, scene.caller(), row.id, { verdict: 'done', why: 'looked' })
        else {
          const again = await retry(
            scene.deps,
            scene.caller(),
            row.id,
            row.action === 'whisper' ? { password: 'once-more' } : {},
            undefined,
            `retry-of-${row.id}`,
          )
          const goal = this.meant.get(row.id)
          if (again.kind === 'accepted' && goal !== undefined)
            this.meant.set(again.operation.id, goal)
        }
      }
    })
  }
}

async function longEnough(world: World): Promise<void> {
  for (let i = 0; i < 60; i++) await world.pass(61 * SECOND)
}

const TOLD = `SELECT o.action || ' is ' || o.state || ', ' || s.name || ' ' || s.account || ' is ' || s.state AS told
  FROM operation o JOIN step s ON s.operation = o.id WHERE`
/** What an operation must not say of itself beside what its steps say. */
const LIES: readonly (readonly [string, string])[] = [
  [
    'a success with a step not done',
    `${TOLD} o.state = 'succeeded' AND s.state NOT IN ('succeeded', 'skipped')`,
  ],
  [
    'nothing done, with a step done',
    `${TOLD} o.state = 'cancelled' AND s.state IN ('succeeded', 'sent', 'uncertain')`,
  ],
  [
    'a plain failure, with a step done',
    `${TOLD} o.state = 'failed' AND o.error NOT LIKE '%error.partial%' AND o.error NOT LIKE '%error.not_planned%'
       AND s.state IN ('succeeded', 'sent', 'uncertain')`,
  ],
]

const NEVER_BY_ITSELF = new Set(['submitted', 'cancelled', 'cancel_asked', 'resolved', 'retried'])

function isAMove(moved: {
  what: string
  before: string | null
  after: string
  by: string
}): boolean {
  const table: Record<
    string,
    { readonly by: Mover; readonly from: readonly string[]; readonly to: string }
  > = moved.what === 'operation' ? OPERATION_MOVES : STEP_MOVES
  return Object.entries(table).some(
    ([event, { by, from, to }]) =>
      to === moved.after &&
      (moved.before === null ? from.length === 0 : from.includes(moved.before)) &&
      (by === 'person') === (moved.by === 'person') &&
      (by === 'person') === NEVER_BY_ITSELF.has(event),
  )
}

async function play(happenings: readonly Happening[]): Promise<void> {
  const scene = await setScene(erasingProvider)
  try {
    await recordMoves(scene.db)
    await bound(scene, 'bob')
    await bound(scene, 'res')
    await bound(scene, 'eve')
    await ordered(scene, 'new')
    for (const username of ['one', 'two']) scene.panel.add(username, { owner: 'res' })
    const world = new World(scene)
    for (const what of happenings) await world.happens(what)
    // Peace: the server answers, nobody dies. What can end by itself ends.
    scene.panel.reachable = true
    scene.panel.fates = []
    await longEnough(world)
    // The day that was planned for, if it has not come.
    await world.pass(Math.max(0, DUE + SECOND - scene.now))
    await longEnough(world)

    assert.deepEqual(
      (await moves(scene.db)).filter((moved) => !isAMove(moved)),
      [],
      'every change of a state is a move of the machine, made by whom it says',
    )
    const [rows] = await scene.db.write([
      { sql: `SELECT id, action, state, error, secrets FROM operation ORDER BY id` },
    ])
    for (const row of rows?.rows ?? []) {
      const state = String(row.state)
      assert.ok(
        ['succeeded', 'failed', 'cancelled', 'resolved', 'attention'].includes(state),
        `${String(row.action)} ends or waits for a person, it is ${state}`,
      )
      assert.equal(row.secrets, null, 'no secret outlives its operation')
      const goal = world.meant.get(String(row.id))
      if (goal === undefined) continue
      const times = world.effects.get(goal) ?? 0
      assert.ok(times <= 1, `${goal} took effect ${times} times`)
      if (state === 'succeeded') assert.equal(times, 1, `${goal}: a success that was none`)
      if (state === 'failed' || state === 'cancelled')
        assert.equal(times, 0, `${goal}: ${state}, and yet it took effect`)
    }
    const erased = world.effects.get('erase eve ') ?? 0
    assert.ok(erased <= 1, `one account was erased ${erased} times`)
    const founded = world.effects.get('found derived ') ?? 0
    assert.ok(founded <= 1, `one account was made ${founded} times`)
    for (const [lie, sql] of LIES) {
      const [found] = await scene.db.write([{ sql }])
      assert.deepEqual(
        (found?.rows ?? []).map((row) => String(row.told)),
        [],
        lie,
      )
    }
    const [locks] = await scene.db.write([
      {
        sql: `SELECT count(*) AS n FROM account_lock WHERE operation IN
                (SELECT id FROM operation WHERE state NOT IN ('queued', 'leased', 'running', 'checking', 'attention'))`,
      },
    ])
    assert.equal(locks?.rows[0]?.n, 0, 'no account stays locked by what has ended')
    // Where nobody was at work for days, it is told that nobody was.
    assert.deepEqual(
      scene.reports.filter((report) => !report.includes('OperationStuck')),
      [],
    )
  } finally {
    await scene.end()
  }
}

describe('whatever happens to server, people and processes', () => {
  it('only what the machine allows follows, nothing takes effect twice, and nothing is told that is not so', async () => {
    await fc.assert(fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), play), {
      numRuns: 25,
      endOnFailure: false,
      interruptAfterTimeLimit: 60_000,
    })
  })
})
