import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { startRunner } from '../../../bff/operations/runner.ts'
import type { StepHandler } from '../../../bff/providers/provider.ts'
import type { Database, Statement } from '../../../db/connect.ts'
import { bound, type Scene, setScene } from './scene.ts'

const MINUTE = 60_000
let scene: Scene
let id: string

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
  id = await scene.take('repack', { package: 'large' })
})
afterEach(() => scene.end())

/** A process that stands still for so long once *sent* is written. */
async function heldUpAfterSent(ms: number): Promise<void> {
  const { db } = scene
  const held: Database = {
    ...db,
    withPatience: () => held,
    async write(statements: readonly Statement[]) {
      const result = await db.write(statements)
      if (statements.some((one) => 'args' in one && one.args?.includes('sent') === true))
        scene.now += ms
      return result
    },
  }
  await startRunner({ ...scene.deps, db: held }, { automatic: false }).tick()
}

/** A process that stands still for so long in its call, before a byte of it leaves. */
async function heldUpInCall(ms: number): Promise<{ asked: boolean[] }> {
  const { provider } = scene.deps
  const { repack } = provider.steps
  assert.ok(repack)
  const asked: boolean[] = []
  const send: StepHandler['send'] = async (panel, context, departure) => {
    scene.now += ms
    asked.push(departure.mayLeave())
    return departure.mayLeave()
      ? repack.send(panel, context, departure)
      : { kind: 'unsent', code: 'held_up' }
  }
  const steps = { ...provider.steps, repack: { ...repack, send } }
  await startRunner(
    { ...scene.deps, provider: { ...provider, steps } },
    { automatic: false },
  ).tick()
  return { asked }
}

describe('a process held up between writing *sent* and its call, for less than its margin', () => {
  it('makes the call', async () => {
    await heldUpAfterSent(MINUTE)
    assert.equal(scene.panel.calls.length, 1)
  })
})

describe('a process held up between writing *sent* and its call, for longer', () => {
  beforeEach(() => heldUpAfterSent(MINUTE + 1))
  it('makes no call', () => assert.equal(scene.panel.calls.length, 0))
  it('says at once that nothing was sent', async () =>
    assert.equal((await scene.operation(id)).error, '{"code":"error.held_up"}'))
  it('lets go of the account', async () =>
    assert.equal(await scene.count('SELECT count(*) FROM account_lock'), 0))
})

describe('a process held up while its connection is made', () => {
  it('may still send within its margin', async () =>
    assert.deepEqual((await heldUpInCall(MINUTE)).asked, [true]))
  it('may not send after it', async () =>
    assert.deepEqual((await heldUpInCall(MINUTE + 1)).asked, [false]))
  it('tells a definite failure', async () => {
    await heldUpInCall(MINUTE + 1)
    assert.equal((await scene.operation(id)).state, 'failed')
  })
  it('changes nothing any more when its lease is over and another runner has gone on', async () => {
    const { provider } = scene.deps
    const { repack } = provider.steps
    assert.ok(repack)
    const send: StepHandler['send'] = async (_panel, _context, departure) => {
      scene.now += 5 * MINUTE
      await scene.another().tick()
      assert.equal(departure.mayLeave(), false)
      return { kind: 'unsent', code: 'held_up' }
    }
    const steps = { ...provider.steps, repack: { ...repack, send } }
    await startRunner(
      { ...scene.deps, provider: { ...provider, steps } },
      { automatic: false },
    ).tick()
    assert.equal((await scene.operation(id)).state, 'checking')
  })
})
