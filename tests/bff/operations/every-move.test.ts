import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import {
  OPERATION_MOVES,
  type OperationEvent,
  STEP_MOVES,
  type StepEvent,
} from '../../../bff/operations/machine.ts'
import { resolve } from '../../../bff/operations/resolve.ts'
import { retry } from '../../../bff/operations/retry.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { dayComes, plan } from './dates.ts'
import { erasingProvider } from './erasing.ts'
import { mortal } from './mortal.ts'
import { moves, movesBy, recordMoves } from './recorder.ts'
import { bound, ordered, type Scene, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
let scene: Scene

beforeEach(async () => {
  scene = await setScene(erasingProvider)
  await bound(scene, 'bob')
  await recordMoves(scene.db)
})
afterEach(() => scene.end())

/** Moves that leave the state as it is show in other columns; their stories are told where those matter. */
type Still<Moves> = {
  [Event in keyof Moves]: Moves[Event] extends { to: 'same' } ? Event : never
}[keyof Moves]

async function asPerson<T>(act: () => Promise<T>): Promise<T> {
  await movesBy(scene.db, 'person')
  try {
    return await act()
  } finally {
    await movesBy(scene.db, 'runner')
  }
}

const repack = (name = 'large') => asPerson(() => scene.take('repack', { package: name }))

/** A runner that dies at the `write`-th write of its turn. */
async function dies(write: number, when: 'before' | 'after' = 'after'): Promise<void> {
  const { deps, dead } = mortal(scene.deps, write, when)
  await Promise.race([startRunner(deps, { automatic: false }).tick(), dead])
}

/** Long enough, in small steps, for everything that can end to end. */
async function longAfter(): Promise<void> {
  for (let i = 0; i < 40; i++) await scene.pass(61 * SECOND)
}

async function unknownTwice(): Promise<string> {
  scene.panel.fates = ['cut_before', 'cut_before']
  const id = await repack()
  await scene.pass(0)
  await longAfter()
  return id
}

async function cascade(): Promise<string> {
  await bound(scene, 'res')
  for (const username of ['one', 'two']) scene.panel.add(username, { owner: 'res' })
  return asPerson(() => scene.take('freeze', { all: true }, { service: 'res' }))
}

/** An account is made whose reading fails as long as it is told to. */
async function foundUnreadable(): Promise<() => void> {
  await ordered(scene, 'new')
  await scene.take('found', {}, { service: 'new' })
  const account = scene.panel.account.bind(scene.panel)
  scene.panel.account = async (username) =>
    username === 'derived'
      ? { ok: false, fault: { code: 'server_unreachable', transport: true } }
      : account(username)
  return () => {
    scene.panel.account = account
  }
}

/** What was sent once is to be sent again while the server has as many writes in flight as it may have. */
async function noPlaceAfterProof(): Promise<string> {
  scene.panel.fates = ['cut_before']
  const id = await repack()
  await scene.pass(0)
  for (let i = 0; i < 29; i++) await scene.pass(30 * SECOND)
  scene.panel.fates = Array.from({ length: 4 }, () => 'cut_before')
  for (const service of ['one', 'two', 'three', 'four']) {
    await bound(scene, service)
    await scene.take('repack', { package: 'large' }, { service })
  }
  // Three are sent beside it, the fourth when its quarantine is over and before it is read again.
  await scene.pass(0)
  await scene.db.write([
    {
      sql: 'UPDATE operation SET next_at = ? WHERE id = ?',
      args: [scene.now + 45 * SECOND, id],
    },
  ])
  await scene.pass(30 * SECOND)
  await scene.pass(15 * SECOND)
  await scene.pass(0)
  await scene.pass(0)
  return id
}

const OPERATION_STORIES: Record<
  Exclude<OperationEvent, Still<typeof OPERATION_MOVES>>,
  () => Promise<unknown>
> = {
  submitted: () => repack(),
  planned: () => plan(scene),
  due: async () => {
    await plan(scene)
    await dayComes(scene)
  },
  put_off: async () => {
    await plan(scene)
    scene.panel.reachable = false
    await dayComes(scene)
  },
  plan_dropped: async () => {
    await plan(scene)
    await scene.take('forget')
    await scene.pass(0)
  },
  claimed: async () => {
    await repack()
    await scene.pass(0)
  },
  given_back: async () => {
    await repack()
    // The server takes its time to be read: nothing was sent when the process is told to end.
    let read: () => void = () => undefined
    const account = scene.panel.account.bind(scene.panel)
    const asked = new Promise<void>((resolve) => {
      scene.panel.account = (username) =>
        new Promise((answer) => {
          read = () => answer(account(username))
          resolve()
        })
    })
    const ticking = scene.runner.tick()
    await asked
    const stopping = scene.runner.stop()
    read()
    await Promise.all([ticking, stopping])
  },
  account_busy: async () => {
    scene.panel.fates = ['cut_before']
    await bound(scene, 'one')
    await bound(scene, 'res')
    scene.panel.change('one', { owner: 'res' })
    const confirmation = await scene.confirmed('freeze', { all: true }, 'res')
    assert.ok(confirmation)
    await scene.take('repack', { package: 'large' }, { service: 'one' })
    await scene.pass(0)
    await scene.take('freeze', { all: true }, { service: 'res', confirmation })
    await scene.pass(0)
  },
  server_silent: async () => {
    await repack()
    scene.panel.reachable = false
    await scene.pass(0)
  },
  no_place: () => noPlaceAfterProof(),
  step_skipped: async () => {
    await cascade()
    await dies(3)
    scene.panel.change('two', { suspended: true })
    await scene.pass(2 * MINUTE)
  },
  step_sent: async () => {
    await repack()
    await scene.pass(0)
  },
  step_answered: async () => {
    await cascade()
    await scene.pass(0)
  },
  answer_lost: async () => {
    scene.panel.fates = ['cut_before']
    await repack()
    await scene.pass(0)
  },
  lease_lost: async () => {
    await repack()
    await dies(1)
    await scene.pass(2 * MINUTE)
  },
  lease_lost_sent: async () => {
    await repack()
    await dies(2)
    await scene.pass(3 * MINUTE)
  },
  step_proven: async () => {
    scene.panel.fates = ['cut_after']
    await repack()
    await scene.pass(0)
    await longAfter()
  },
  absence_proven: async () => {
    scene.panel.fates = ['cut_before']
    await repack()
    await scene.pass(0)
    await longAfter()
  },
  goal_found: async () => {
    scene.panel.fates = ['cut_before']
    await repack()
    await scene.pass(0)
    await scene.pass(5 * SECOND)
    scene.now += 15 * MINUTE
    await dies(1)
    scene.panel.change('bob', { package: 'large' })
    await scene.pass(2 * MINUTE)
  },
  account_unread: async () => {
    await foundUnreadable()
    await scene.pass(0)
  },
  succeeded: async () => {
    await repack()
    await scene.pass(0)
  },
  failed: async () => {
    scene.panel.fates = ['refused']
    await repack()
    await scene.pass(0)
  },
  stopped: async () => {
    scene.panel.fates = ['cut_before']
    const id = await repack()
    await scene.pass(0)
    await asPerson(() => cancel(scene.deps, scene.caller(), id))
    await longAfter()
  },
  needs_person: () => unknownTwice(),
  cancelled: async () => {
    const id = await repack()
    await asPerson(() => cancel(scene.deps, scene.caller(), id))
  },
  resolved: async () => {
    const id = await unknownTwice()
    await asPerson(() =>
      resolve(scene.deps, scene.caller(), id, { verdict: 'done', why: 'looked' }),
    )
  },
  retried: async () => {
    const id = await unknownTwice()
    await asPerson(() => retry(scene.deps, scene.caller(), id, {}, undefined, 'retry-key'))
  },
}

const STEP_STORIES: Record<
  // What becomes of calls no reading shows is told in unreadable.test.ts.
  Exclude<StepEvent, Still<typeof STEP_MOVES> | 'left_unknown'>,
  () => Promise<unknown>
> = {
  planned: OPERATION_STORIES.succeeded,
  done_before: async () => {
    await ordered(scene, 'new')
    scene.panel.fates = ['done', 'refused']
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    await retry(scene.deps, scene.caller(), id, {}, undefined, 'retry-key')
    await scene.pass(0)
  },
  sent: OPERATION_STORIES.succeeded,
  nothing_to_do: OPERATION_STORIES.step_skipped,
  never_reached: async () => {
    scene.panel.fates = ['refused']
    await cascade()
    await scene.pass(0)
  },
  answered: OPERATION_STORIES.succeeded,
  proven: OPERATION_STORIES.step_proven,
  refused: OPERATION_STORIES.failed,
  answer_lost: OPERATION_STORIES.answer_lost,
  lease_lost: OPERATION_STORIES.lease_lost_sent,
  absence_proven: OPERATION_STORIES.absence_proven,
  goal_found: OPERATION_STORIES.goal_found,
}

const MACHINES = [
  { what: 'operation', table: OPERATION_MOVES, stories: OPERATION_STORIES },
  { what: 'step', table: STEP_MOVES, stories: STEP_STORIES },
] as const

for (const { what, table, stories } of MACHINES)
  describe(`what moves an ${what === 'step' ? 'operation’s step' : what}`, () => {
    for (const [event, story] of Object.entries(stories)) {
      const move = new Map(Object.entries(table)).get(event)
      assert.ok(move)
      const from: readonly string[] = move.from
      const who = move.by === 'person' ? 'person' : 'runner'
      // A move that stays where it is beside others shows only by where it starts from elsewhere.
      if (from.length === 1 && from[0] === move.to) continue
      it(`${event}: ${from.length === 0 ? 'nothing' : from.join(' or ')} → ${move.to}, by a ${who}`, async () => {
        await story()
        const seen = await moves(scene.db)
        assert.ok(
          seen.some(
            ({ before, after, by, ...of }) =>
              of.what === what &&
              after === move.to &&
              (before === null ? from.length === 0 : from.includes(before)) &&
              by === who,
          ),
          JSON.stringify(seen),
        )
      })
    }
  })

describe('a call whose absence is proven while its server is full', () => {
  it('is not made', async () => {
    await noPlaceAfterProof()
    assert.equal(scene.panel.calls.length, 5)
  })
  it('waits in the queue', async () =>
    assert.deepEqual(
      await scene
        .operation(await noPlaceAfterProof())
        .then(({ state, waiting }) => [state, waiting]),
      ['queued', '{"code":"waiting.server_busy"}'],
    ))
  it('is made once there is a place', async () => {
    const id = await noPlaceAfterProof()
    await longAfter()
    assert.equal((await scene.operation(id)).state, 'succeeded')
  })
})

describe('an account that was made and cannot be read yet', () => {
  it('is bound as soon as it can', async () => {
    const readable = await foundUnreadable()
    await scene.pass(0)
    readable()
    await scene.pass(MINUTE)
    assert.equal((await scene.service('new'))?.username, 'derived')
  })
})

describe('a partial success that is tried again and fails again', () => {
  it('is still partial: what was done before stays done', async () => {
    await ordered(scene, 'new')
    scene.panel.fates = ['done', 'refused', 'refused']
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    const again = await retry(scene.deps, scene.caller(), id, {}, undefined, 'retry-key')
    await scene.pass(0)
    assert.match(
      again.kind === 'accepted' ? ((await scene.operation(again.operation.id)).error ?? '') : '',
      /error\.partial/,
    )
  })
  it('can be tried a third time, and then only what is missing is sent', async () => {
    await ordered(scene, 'new')
    scene.panel.fates = ['done', 'refused', 'refused', 'done']
    let id = await scene.take('found', {}, { service: 'new' })
    for (const key of ['retry-key-2', 'retry-key-3']) {
      await scene.pass(0)
      const again = await retry(scene.deps, scene.caller(), id, {}, undefined, key)
      assert.ok(again.kind === 'accepted')
      id = again.operation.id
    }
    await scene.pass(0)
    assert.deepEqual(
      [(await scene.operation(id)).state, scene.panel.calls.map(({ step }) => step)],
      ['succeeded', ['found', 'repack', 'repack', 'repack']],
    )
  })
})
