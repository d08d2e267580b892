import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { makeId } from '../../../bff/contract/ids.ts'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import { type Runner, startRunner } from '../../../bff/operations/runner.ts'
import { configurations, servers } from '../../../db/schema.ts'
import { tenantId } from '../../tenant-id.ts'
import { InventedPanel } from './invented-provider.ts'
import { bound, type Scene, START, setScene } from './scene.ts'

const DEAD = makeId('cfg', START + 1)
const HOUR = 3_600_000
let scene: Scene
let deps: EngineDeps
let dead: InventedPanel
let letGo: () => void
const runners: Runner[] = []

beforeEach(async () => {
  scene = await setScene()
  dead = scene.panel
  const released = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const account = dead.account.bind(dead)
  const living = new InventedPanel()
  await scene.db.write([
    scene.db.orm.insert(servers).values({
      id: 'srv_dead',
      provider: 'invented',
      host: 'dead.example',
      port: 2087,
      created_at: START,
    }),
    scene.db.orm.insert(configurations).values({
      id: DEAD,
      tenant: tenantId('ten_1'),
      server: 'srv_dead',
      label: 'Dead',
      api_user: 'root',
      token: 'sealed',
      created_at: START,
    }),
  ])
  for (const panel of [living, dead]) panel.accounts.clear()
  deps = {
    ...scene.deps,
    // Only nudges and ends of work make it look again, so that nothing here depends on a timer.
    timings: { ...scene.deps.timings, poll: HOUR },
    panelOf: async (_, configuration) => ({
      ok: true,
      value: configuration === DEAD ? hanging : living,
    }),
  }
  const hanging = dead
  dead.account = async (username) => {
    await released
    return account(username)
  }
  for (let i = 0; i < 20; i++) await service(`dead${i}`, DEAD)
  for (let i = 0; i < 12; i++) living.accounts.set(`live${i}`, await service(`live${i}`))
})
afterEach(async () => {
  letGo()
  await Promise.all(runners.splice(0).map((runner) => runner.stop()))
  await scene.end()
})

async function service(name: string, configuration?: string) {
  const account = dead.add(name)
  await bound(scene, name)
  if (configuration !== undefined)
    await scene.db.write([
      {
        sql: `UPDATE service SET configuration = ?, server = 'srv_dead' WHERE id = ?`,
        args: [configuration, name],
      },
    ])
  return account
}
const repack = (name: string) => scene.take('repack', { package: 'large' }, { service: name })
async function repackAll(prefix: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push(await repack(`${prefix}${i}`))
  return ids
}
function run(): Runner {
  const runner = startRunner(deps, { automatic: true })
  runners.push(runner)
  return runner
}
const inState = (state: string, prefix: string) =>
  scene.count(
    `SELECT count(*) FROM operation WHERE state = '${state}' AND service LIKE '${prefix}%'`,
  )
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await turn()
}

describe('a server that hangs, beside one that answers', () => {
  it('lets all work of the other be done meanwhile', { timeout: 60_000 }, async () => {
    await repackAll('dead', 20)
    await repackAll('live', 12)
    run()
    await until(async () => (await inState('succeeded', 'live')) === 12)
    assert.equal(await inState('succeeded', 'dead'), 0)
  })
  it('is given no more places than its bound of writes', { timeout: 60_000 }, async () => {
    await repackAll('dead', 20)
    await repackAll('live', 12)
    run()
    await until(async () => (await inState('succeeded', 'live')) === 12)
    assert.deepEqual([await inState('leased', 'dead'), await inState('queued', 'dead')], [4, 16])
  })
  it('has only a few of its read-backs under way at a time', { timeout: 60_000 }, async () => {
    await repackAll('dead', 20)
    await scene.db.write([{ sql: `UPDATE operation SET state = 'checking', prepared = 1` }])
    await scene.db.write([
      {
        sql: `INSERT INTO step (operation, seq, name, account, params, state, attempt, sent_at, quarantine_until)
              SELECT id, 0, 'repack', service, '{"package":"large"}', 'succeeded', 1, 0, 0 FROM operation`,
      },
    ])
    await repackAll('live', 12)
    run()
    await until(async () => (await inState('succeeded', 'live')) === 12)
    assert.equal(
      await scene.count(
        `SELECT count(*) FROM operation WHERE state = 'checking' AND owner IS NOT NULL`,
      ),
      2,
    )
  })
})

describe('an operation that is submitted to a runner at rest', () => {
  it('is begun at once, not at the next look', { timeout: 60_000 }, async () => {
    const runner = run()
    const first = await repack('live0')
    runner.nudge()
    await until(async () => (await scene.operation(first)).state === 'succeeded')
    const id = await repack('live1')
    runner.nudge()
    await until(async () => (await scene.operation(id)).state === 'succeeded')
  })
})
