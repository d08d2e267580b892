import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Input } from '../../../bff/contract/dialect.ts'
import { cancel } from '../../../bff/operations/cancel.ts'
import { calls, dayComes, ON_DATE, plan, planned, setDatedScene } from './dates.ts'
import { logRows } from './log-rows.ts'
import { bound, type Scene } from './scene.ts'

let scene: Scene
let id: string

beforeEach(async () => {
  scene = await setDatedScene()
  id = await plan(scene)
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

const stateOf = async () => (await scene.operation(id)).state

describe('what becomes of the plan when somebody asks for another action', () => {
  const OTHER_DATE = { when: 'on_date', date: '2026-12-24' }
  const table: [action: string, input: Input, asked: string, done: string, why: string][] = [
    ['wake', {}, 'cancelled', 'cancelled', 'who lifts the suspension wants the account back'],
    ['erase', { when: 'now' }, 'cancelled', 'cancelled', 'it is done now instead'],
    ['erase', OTHER_DATE, 'cancelled', 'cancelled', 'another date takes its place'],
    ['repack', { package: 'large' }, 'scheduled', 'scheduled', 'the account stays what it is'],
    ['whisper', { password: 'hunter-two' }, 'scheduled', 'scheduled', 'so it does here'],
    ['forget', {}, 'scheduled', 'cancelled', 'the service has no account once that is done'],
  ]
  for (const [action, input, asked, done, why] of table) {
    const name = `${action} ${Object.values(input).join(' ')}`.trim()
    it(`${name}: ${asked} when it is asked for`, async () => {
      await scene.take(action, input)
      assert.equal(await stateOf(), asked)
    })
    it(`${name}: ${done} when it is done, for ${why}`, async () => {
      await scene.take(action, input)
      await scene.pass(0)
      assert.equal(await stateOf(), done)
    })
  }
  it('another date is what is planned then', async () => {
    await scene.take('erase', OTHER_DATE)
    await scene.pass(0)
    assert.equal((await planned(scene))?.due_at, Date.UTC(2026, 11, 24))
  })
  it('nothing happens on the first day any more', async () => {
    await scene.take('erase', OTHER_DATE)
    await scene.pass(0)
    await dayComes(scene)
    assert.deepEqual(calls(scene), ['rest bob'])
  })
  it('peeking changes nothing', async () => {
    const { readAction } = await import('../../../bff/operations/read-action.ts')
    await readAction(scene.deps, scene.caller(), 'bob', 'peek', {})
    assert.equal(await stateOf(), 'scheduled')
  })
})

describe('a plan that another action ends', () => {
  it('is told in the log, to staff, with who and what', async () => {
    await scene.take('wake')
    const entry = (await logRows(scene.db, id)).find(
      ({ code }) => code === 'log.operation.plan_dropped',
    )
    assert.deepEqual(
      [entry?.actor, entry?.role, JSON.parse(entry?.params ?? '{}'), entry?.client_visible],
      ['{"role":"staff","label":"Ann"}', 'staff', { action: 'erase', by: 'wake' }, false],
    )
  })
  it('tells open elements', async () => {
    const told = `SELECT count(*) FROM feed WHERE event = 'operation' AND ref = '${id}'`
    const before = await scene.count(told)
    await scene.take('wake')
    assert.equal(await scene.count(told), before + 1)
  })
  it('has an end', async () => {
    await scene.take('wake')
    assert.equal((await scene.operation(id)).finished_at, scene.now)
  })
  it('stays ended when that action fails', async () => {
    await scene.take('wake')
    scene.panel.fates = ['refused']
    await scene.pass(0)
    assert.equal(await stateOf(), 'cancelled')
  })
})

describe('an action that is not taken leaves the plan alone', () => {
  it('because another operation runs', async () => {
    await scene.take('repack', { package: 'large' })
    await scene.submit('wake')
    assert.equal(await stateOf(), 'scheduled')
  })
  it('because another one was a moment faster', async () => {
    const [, wake] = await Promise.all([
      scene.submit('repack', { package: 'large' }),
      scene.submit('wake'),
    ])
    assert.deepEqual(
      [wake.kind === 'problem' && wake.code, await stateOf()],
      ['operation_running', 'scheduled'],
    )
  })
  it('because its confirmation is wrong', async () => {
    await scene.submit('erase', { when: 'now' }, { domain: 'other.example' })
    assert.equal(await stateOf(), 'scheduled')
  })
  it('because it was taken before, by the same key', async () => {
    await cancel(scene.deps, scene.caller(), id)
    await scene.take('wake', {}, { key: 'one-gesture' })
    await scene.pass(0)
    id = await plan(scene)
    await scene.submit('wake', {}, { key: 'one-gesture' })
    assert.equal(await stateOf(), 'scheduled')
  })
})

describe('asking for the end of a plan at the moment its day comes', () => {
  it('either ends it or is told what runs, and never both', async () => {
    scene.now = Date.UTC(2026, 11, 3)
    const [done] = await Promise.all([scene.submit('wake'), scene.runner.tick()])
    await scene.pass(60_000)
    const erased = calls(scene).includes('erase bob')
    assert.equal(done.kind === 'accepted', !erased)
  })
})

describe('a cascade of another service', () => {
  it('that changes the account ends the plan of the account’s own service', async () => {
    await cancel(scene.deps, scene.caller(), id)
    scene.panel.change('bob', { owner: 'olga', suspended: false, suspended_at: null })
    scene.panel.add('olga')
    await bound(scene, 'olga')
    await scene.db.write([{ sql: `UPDATE service SET owner = 'olga' WHERE id = 'bob'` }])
    id = await plan(scene)
    scene.panel.change('bob', { suspended: false, suspended_at: null })
    await scene.take('erase', ON_DATE, { service: 'olga' })
    await scene.pass(0)
    assert.deepEqual(
      [calls(scene).slice(2), await stateOf()],
      [['rest bob', 'rest olga'], 'cancelled'],
    )
  })
  it('that finds the account suspended leaves its plan alone', async () => {
    scene.panel.change('bob', { owner: 'olga' })
    scene.panel.add('olga')
    await bound(scene, 'olga')
    await scene.take('erase', ON_DATE, { service: 'olga' })
    await scene.pass(0)
    assert.deepEqual([calls(scene).slice(1), await stateOf()], [['rest olga'], 'scheduled'])
  })
  it('says in its log that it was suspended, not erased', async () => {
    await cancel(scene.deps, scene.caller(), id)
    scene.panel.change('bob', { owner: 'olga', suspended: false, suspended_at: null })
    scene.panel.add('olga')
    await bound(scene, 'olga')
    await scene.take('erase', ON_DATE, { service: 'olga' })
    await scene.pass(0)
    assert.equal(
      await scene.count(
        `SELECT count(*) FROM log_entry WHERE service = 'bob' AND code = 'log.action.cascaded' AND action = 'freeze'`,
      ),
      1,
    )
  })
})
