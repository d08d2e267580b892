import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Runner, startRunner } from '../../../bff/operations/runner.ts'
import { type Database, openDatabase } from '../../../db/connect.ts'
import { type Sqld, startSqld } from '../../sqld.ts'
import { calls, DAY, DUE, plan, planned, setDatedScene, standing } from '../operations/dates.ts'
import { bound, type Scene } from '../operations/scene.ts'

const NAMES = Array.from({ length: 12 }, (_, i) => `shop${i}`)
const SECOND = 1000

describe('three processes on one database server, on the day of many plans', () => {
  let server: Sqld
  let scene: Scene
  const others: Database[] = []
  const runners: Runner[] = []
  const ids: string[] = []
  before(async () => {
    server = await startSqld()
    scene = await setDatedScene(await openDatabase({ url: server.url }))
    for (const name of NAMES) {
      await bound(scene, name)
      ids.push(await plan(scene, name))
    }
    // The process they were planned by is gone by then.
    await scene.runner.stop()
    for (let i = 0; i < 3; i++) {
      const db = await openDatabase({ url: server.url })
      others.push(db)
      runners.push(startRunner({ ...scene.deps, db }, { automatic: false }))
    }
    scene.now = DUE
    for (let round = 0; round < 12; round++) {
      await Promise.all(runners.map((runner) => runner.tick()))
      scene.now += 10 * SECOND
    }
  })
  after(async () => {
    await Promise.all(runners.map((runner) => runner.stop()))
    await Promise.all(others.map((db) => db.close()))
    await scene.end()
    await server.stop()
  })

  it('carry each out once', () =>
    assert.deepEqual(
      calls(scene)
        .filter((call) => call.startsWith('erase'))
        .sort(),
      NAMES.map((name) => `erase ${name}`).sort(),
    ))
  it('let each begin once', async () =>
    assert.equal(
      await scene.count(`SELECT count(*) FROM log_entry WHERE code = 'log.operation.due'`),
      NAMES.length,
    ))
  it('bring each to its end', async () =>
    assert.deepEqual(
      [...new Set(await Promise.all(ids.map((id) => standing(scene, id))))],
      ['succeeded'],
    ))
  it('leave nothing planned', async () =>
    assert.deepEqual(await Promise.all(NAMES.map((name) => planned(scene, name))), [
      ...NAMES.map(() => undefined),
    ]))
})

describe('a person who ends a plan on one process while another begins it', () => {
  it('ends it, or is told what runs; the account is erased only in the second case', async () => {
    const server = await startSqld()
    const scene = await setDatedScene(await openDatabase({ url: server.url }))
    const db = await openDatabase({ url: server.url })
    const other = startRunner({ ...scene.deps, db }, { automatic: false })
    try {
      const outcomes: boolean[] = []
      for (const [i, name] of NAMES.entries()) {
        await bound(scene, name)
        const date = new Date(DUE + i * DAY).toISOString().slice(0, 10)
        await scene.take('erase', { when: 'on_date', date }, { service: name })
        await scene.pass(0)
      }
      for (const [i, name] of NAMES.entries()) {
        scene.now = DUE + i * DAY
        const [done] = await Promise.all([
          scene.submit('wake', {}, { service: name }),
          other.tick(),
          scene.runner.tick(),
        ])
        scene.now += 10 * SECOND
        await Promise.all([other.tick(), scene.runner.tick()])
        const taken = done.kind === 'accepted'
        outcomes.push(taken !== calls(scene).includes(`erase ${name}`))
      }
      assert.deepEqual([...new Set(outcomes)], [true])
    } finally {
      await other.stop()
      await db.close()
      await scene.end()
      await server.stop()
    }
  })
})
