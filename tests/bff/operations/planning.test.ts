import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { plannedAccounts } from '../../../bff/operations/planned-accounts.ts'
import {
  calls,
  DAY,
  DUE,
  ON_DATE,
  plan,
  planned,
  retryConfirmed,
  setDatedScene,
  standing,
} from './dates.ts'
import { logRows } from './log-rows.ts'
import { bound, type Scene, START } from './scene.ts'

const SECOND = 1000
let scene: Scene

beforeEach(async () => {
  scene = await setDatedScene()
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

const stateOf = async (id: string) => (await scene.operation(id)).state

describe('an account that is to be erased on a date', () => {
  let first: string
  beforeEach(async () => {
    first = await scene.take('erase', ON_DATE)
    await scene.pass(0)
  })

  it('is suspended now, and nothing else is done to it', () =>
    assert.deepEqual(calls(scene), ['rest bob']))
  it('is suspended in our record', async () =>
    assert.equal((await scene.service())?.state, 'suspended'))
  it('has its erasing planned for the first moment of that day', async () =>
    assert.equal((await planned(scene))?.due_at, DUE))
  it('was planned by who asked, with what was confirmed', async () => {
    const { actor, subject, confirmation } = await scene.operation(first)
    const plan = await planned(scene)
    assert.deepEqual(
      [plan?.actor, plan?.subject, plan?.confirmation],
      [actor, subject, confirmation],
    )
  })
  it('is kept by its identity, domain, owner and the time of its suspension', async () =>
    assert.deepEqual(plannedAccounts((await planned(scene))?.planned ?? null), [
      {
        username: 'bob',
        domain: 'bob.example',
        owner: 'root',
        started_at: scene.panel.accounts.get('bob')?.started_at,
        uid: 1000,
        suspended_at: START / SECOND,
      },
    ]))
  it('will be erased then, not planned again', async () =>
    assert.deepEqual(JSON.parse((await planned(scene))?.input ?? ''), { when: 'now' }))
  it('keeps no secret for it', async () => assert.equal((await planned(scene))?.secrets, null))
  it('says in the log that it was suspended', async () =>
    assert.deepEqual(
      (await logRows(scene.db, first)).map(({ code, action, client_visible }) => [
        code,
        action,
        client_visible,
      ]),
      [['log.action.succeeded', 'freeze', true]],
    ))
  it('says to staff alone what is planned', async () =>
    assert.deepEqual(
      (await logRows(scene.db, (await planned(scene))?.id ?? '')).map(
        ({ code, action, client_visible }) => [code, action, client_visible],
      ),
      [['log.operation.planned', 'erase', false]],
    ))
  it('lets other operations of the service begin', async () =>
    assert.equal((await scene.submit('repack', { package: 'large' })).kind, 'accepted'))
  it('can be woken, which lifts what that suspension did', async () => {
    await scene.take('wake')
    await scene.pass(0)
    assert.equal((await scene.service())?.state, 'active')
  })
  it('is what unsuspending lifts', async () =>
    assert.deepEqual(JSON.parse((await scene.service())?.last_suspend ?? '{}').accounts, ['bob']))
})

describe('an account that is suspended already', () => {
  let first: string
  beforeEach(async () => {
    scene.panel.change('bob', { suspended: true, suspended_at: 1_780_000_000 })
    first = await scene.take('erase', ON_DATE)
    await scene.pass(0)
  })

  it('is left as it is', () => assert.deepEqual(calls(scene), []))
  it('has its step skipped', async () => assert.deepEqual(await scene.steps(first), ['skipped']))
  it('has the time of that suspension recorded', async () =>
    assert.deepEqual(
      plannedAccounts((await planned(scene))?.planned ?? null).map(
        ({ suspended_at }) => suspended_at,
      ),
      [1_780_000_000],
    ))
  it('is in our record what it is', async () =>
    assert.equal((await scene.service())?.state, 'suspended'))
})

describe('an owner whose accounts are to be erased with it', () => {
  let first: string
  beforeEach(async () => {
    scene.panel.add('one', { owner: 'bob' })
    scene.panel.add('two', { owner: 'bob' })
  })

  it('has all of them suspended and recorded', async () => {
    await plan(scene)
    assert.deepEqual(
      [
        calls(scene),
        plannedAccounts((await planned(scene))?.planned ?? null).map(({ username }) => username),
      ],
      [
        ['rest one', 'rest two', 'rest bob'],
        ['one', 'two', 'bob'],
      ],
    )
  })

  describe('of which one could not be suspended', () => {
    beforeEach(async () => {
      scene.panel.fates = ['done', 'refused']
      first = await scene.take('erase', ON_DATE)
      await scene.pass(0)
    })
    it('has nothing planned', async () => assert.equal(await planned(scene), undefined))
    it('is told that it is half done', async () =>
      assert.match((await scene.operation(first)).error ?? '', /error\.partial/))
    it('has it planned by a retry, which suspends the rest', async () => {
      const done = await retryConfirmed(scene, first, ON_DATE)
      await scene.pass(0)
      assert.deepEqual(
        [done.kind, calls(scene).slice(2), (await planned(scene))?.due_at],
        ['accepted', ['rest two', 'rest bob'], DUE],
      )
    })
    it('is erased now by a retry that says so, whatever the date was', async () => {
      const done = await retryConfirmed(scene, first, { when: 'now' })
      await scene.pass(0)
      assert.deepEqual(
        [done.kind, scene.panel.accounts.has('bob'), await planned(scene)],
        ['accepted', false, undefined],
      )
    })
  })
})

describe('a suspension whose answer was lost', () => {
  it('is followed by the plan once it is proven', async () => {
    scene.panel.fates = ['cut_after']
    await scene.take('erase', ON_DATE)
    await scene.pass(0)
    const before = await planned(scene)
    await scene.pass(5 * SECOND)
    await scene.pass(10 * SECOND)
    assert.deepEqual([before, (await planned(scene))?.due_at], [undefined, DUE])
  })
})

describe('accounts that cannot be read once they are suspended', () => {
  let first: string
  beforeEach(async () => {
    scene.panel.afterwards = () => {
      scene.panel.reachable = false
    }
    first = await scene.take('erase', ON_DATE)
    await scene.pass(0)
  })
  it('have nothing planned yet', async () =>
    assert.deepEqual(
      [await standing(scene, first), await planned(scene)],
      ['checking waiting.reading_account', undefined],
    ))
  it('have it planned when they can', async () => {
    scene.panel.reachable = true
    await scene.pass(5 * SECOND)
    assert.deepEqual([await stateOf(first), (await planned(scene))?.due_at], ['succeeded', DUE])
  })
  it('are suspended once', async () => {
    scene.panel.reachable = true
    await scene.pass(5 * SECOND)
    assert.deepEqual(calls(scene), ['rest bob'])
  })
})

describe('an account that somebody unsuspends before the plan is made', () => {
  let first: string
  beforeEach(async () => {
    scene.panel.afterwards = () =>
      scene.panel.change('bob', { suspended: false, suspended_at: null })
    first = await scene.take('erase', ON_DATE)
    await scene.pass(0)
  })
  it('has nothing planned', async () => assert.equal(await planned(scene), undefined))
  it('is told to be other than confirmed', async () =>
    assert.match((await scene.operation(first)).error ?? '', /error\.not_planned/))
  it('is in our record what it is', async () =>
    assert.equal((await scene.service())?.state, 'active'))
})

describe('a date', () => {
  for (const [what, date, faults] of [
    ['of today', '2026-11-23', [['/input/date', 'earliest']]],
    ['of tomorrow', '2026-11-24', []],
    ['in a year', '2027-11-24', []],
    ['in more than a year', '2027-11-25', [['/input/date', 'latest']]],
    ['no month has', '2026-11-31', [['/input/date', 'format']]],
    ['that is none', 'soon', [['/input/date', 'format']]],
  ] as const)
    it(`${what} is ${faults.length === 0 ? 'taken' : 'refused, and says why'}`, async () => {
      const done = await scene.submit('erase', { when: 'on_date', date })
      assert.deepEqual(
        done.kind === 'problem'
          ? (done.faults ?? []).map(({ pointer, code }) => [pointer, code])
          : [],
        faults,
      )
    })
  it('that is missing is asked for', async () => {
    const done = await scene.submit('erase', { when: 'on_date' })
    assert.deepEqual(done.kind === 'problem' && done.faults?.map(({ code }) => code), ['required'])
  })
  it('that passes while the operation waits is carried out at once, not lost', async () => {
    const first = await scene.take('erase', { when: 'on_date', date: '2026-11-24' })
    await scene.pass(DAY)
    await scene.pass(30 * SECOND)
    assert.deepEqual([await stateOf(first), scene.panel.accounts.has('bob')], ['succeeded', false])
  })
})

describe('two services', () => {
  it('have a plan each', async () => {
    await bound(scene, 'ann')
    await plan(scene, 'bob')
    await plan(scene, 'ann')
    assert.deepEqual(
      [(await planned(scene, 'bob'))?.due_at, (await planned(scene, 'ann'))?.due_at],
      [DUE, DUE],
    )
  })
})
