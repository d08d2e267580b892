import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { listUnfinished } from '../../../bff/operations/list-unfinished.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import type { TenantDeps } from '../../../bff/tenants/add.ts'
import { switchTenant } from '../../../bff/tenants/enable.ts'
import { dueBegun } from '../../../db/planned.ts'
import { tenantById } from '../../../db/tenants.ts'
import { tenantId } from '../../tenant-id.ts'
import { calls, DAY, DUE, dayComes, HOUR, plan, planned, setDatedScene, standing } from './dates.ts'
import { bound, type Scene } from './scene.ts'

const OPERATOR = { role: 'system', label: 'operator' } as const
const BRAND = tenantId('ten_1')
let scene: Scene

beforeEach(async () => {
  scene = await setDatedScene()
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

async function serve(enabled: boolean): Promise<void> {
  const deps: TenantDeps = scene.deps
  const row = await tenantById(deps.db, BRAND)
  assert.ok(row)
  await switchTenant(deps, OPERATOR, row, enabled)
}
const erased = () => calls(scene).filter((call) => call.startsWith('erase'))

describe('what is planned for a date by a tenant that is disabled', () => {
  let id: string
  beforeEach(async () => {
    id = await plan(scene)
    await serve(false)
  })

  it('waits when its day comes', async () => {
    await dayComes(scene)
    assert.deepEqual([await standing(scene, id), erased()], ['scheduled', []])
  })
  it('is carried out once the tenant is enabled again, on its day', async () => {
    await dayComes(scene)
    await serve(true)
    await scene.pass(HOUR)
    assert.deepEqual([await standing(scene, id), erased()], ['succeeded', ['erase bob']])
  })
  it('goes to a person when the tenant is enabled more than a day late', async () => {
    await dayComes(scene)
    await serve(true)
    await scene.pass(DAY + HOUR)
    assert.deepEqual([await standing(scene, id), erased()], ['attention waiting.due_late', []])
  })
  it('cannot be begun by a process that looked before it was disabled', async () => {
    scene.now = DUE
    const row = await planned(scene)
    assert.ok(row)
    await scene.deps.db.write([dueBegun(row, DUE)])
    assert.equal(await standing(scene, id), 'scheduled')
  })
  it('is shown to the operator with why it waits, and is not stuck', async () => {
    scene.now = DUE + 10 * DAY
    const [view] = await listUnfinished(scene.deps, scene.deps.timings, false)
    assert.deepEqual([view?.why, view?.stuck], ['tenant_disabled', null])
  })
  it('raises no alarm, however long it waits', async () => {
    for (let day = 0; day < 5; day++) await scene.pass(DUE - scene.now + day * DAY)
    assert.deepEqual(scene.reports, [])
  })
  it('does not keep others waiting', async () => {
    await serve(true)
    await bound(scene, 'eve')
    const other = await plan(scene, 'eve')
    await scene.db.write([
      { sql: `UPDATE operation SET tenant = 'ten_2' WHERE id = ?`, args: [id] },
      { sql: `UPDATE tenant SET disabled_at = 1 WHERE id = 'ten_2'` },
    ])
    await dayComes(scene)
    assert.equal(await standing(scene, other), 'succeeded')
  })
})

describe('what is under way for a tenant that is disabled', () => {
  it('is carried out although it was only queued', async () => {
    const id = await scene.take('repack', { package: 'large' })
    await serve(false)
    await scene.pass(0)
    assert.equal(await standing(scene, id), 'succeeded')
  })
  it('is read back where its answer was lost', async () => {
    scene.panel.fates = ['cut_after']
    const id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    await serve(false)
    const before = await standing(scene, id)
    for (let i = 0; i < 10; i++) await scene.pass(60_000)
    assert.deepEqual([before.split(' ')[0], await standing(scene, id)], ['checking', 'succeeded'])
  })
  it('is carried out by another process as well', async () => {
    const id = await scene.take('repack', { package: 'large' })
    await serve(false)
    const other = startRunner(scene.deps, { automatic: false })
    await other.tick()
    await other.stop()
    assert.equal(await standing(scene, id), 'succeeded')
  })
})
