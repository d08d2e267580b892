import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import type { StepHandler } from '../../../bff/providers/provider.ts'
import { expiredTakenBack } from '../../../db/operations.ts'
import { mortal } from './mortal.ts'
import { bound, type Scene, setScene } from './scene.ts'

const MINUTE = 60_000
let scene: Scene

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'res')
  for (const username of ['one', 'two']) scene.panel.add(username, { owner: 'res' })
})
afterEach(() => scene.end())

/** A cascade over `one`, `two` and `res` whose runner dies after that many of its steps were answered. */
async function diedAfter(answered: number): Promise<string> {
  const id = await scene.take('freeze', { all: true }, { service: 'res' })
  const { deps, dead } = mortal(scene.deps, 1 + 2 * answered, 'after')
  void startRunner(deps, { automatic: false }).tick()
  await dead
  return id
}

describe('cancelling an operation that waits and has sent nothing', () => {
  it('ends it at once', async () => {
    const id = await scene.take('freeze', { all: true }, { service: 'res' })
    await cancel(scene.deps, scene.caller(), id)
    assert.equal((await scene.operation(id)).state, 'cancelled')
  })
})

describe('cancelling an operation whose runner died when one of three accounts was done', () => {
  let id: string
  beforeEach(async () => {
    id = await diedAfter(1)
    // A process that only takes back what the dead one held.
    scene.now += 2 * MINUTE
    await scene.db.write(expiredTakenBack(scene.now))
    await cancel(scene.deps, scene.caller(), id)
  })
  it('does not say that nothing happened', async () =>
    assert.equal((await scene.operation(id)).state, 'queued'))
  it('sends nothing more', async () => {
    await scene.pass(0)
    assert.equal(scene.panel.calls.length, 1)
  })
  it('ends as a partial success, with what is missing told', async () => {
    await scene.pass(0)
    const { state, error } = await scene.operation(id)
    assert.deepEqual(
      [state, error],
      [
        'failed',
        '{"code":"error.partial","params":{"done":1,"total":3,"cause":"error.cancelled"}}',
      ],
    )
  })
  it('leaves the other steps unsent', async () => {
    await scene.pass(0)
    assert.deepEqual(await scene.steps(id), ['succeeded', 'skipped', 'skipped'])
  })
  it('lets go of the accounts', async () => {
    await scene.pass(0)
    assert.equal(await scene.count('SELECT count(*) FROM account_lock'), 0)
  })
})

describe('cancelling a cascade while it is checked whether its second account was done', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['done', 'cut_before']
    id = await scene.take('freeze', { all: true }, { service: 'res' })
    await scene.pass(0)
    await cancel(scene.deps, scene.caller(), id)
    for (let i = 0; i < 40; i++) await scene.pass(MINUTE / 2)
  })
  it('ends as a partial success once it is proven that the second was not done', async () => {
    const { state, error } = await scene.operation(id)
    assert.deepEqual(
      [state, error],
      [
        'failed',
        '{"code":"error.partial","params":{"done":1,"total":3,"cause":"error.cancelled"}}',
      ],
    )
  })
  it('sends nothing more', () => assert.equal(scene.panel.calls.length, 2))
})

describe('cancelling in the middle of a cascade that runs', () => {
  it('stops before the next account', async () => {
    const id = await scene.take('freeze', { all: true }, { service: 'res' })
    const { provider } = scene.deps
    const { freeze } = provider.steps
    assert.ok(freeze)
    const send: StepHandler['send'] = async (...call) => {
      await cancel(scene.deps, scene.caller(), id)
      return freeze.send(...call)
    }
    const steps = { ...provider.steps, freeze: { ...freeze, send } }
    const deps = { ...scene.deps, provider: { ...provider, steps } }
    await startRunner(deps, { automatic: false }).tick()
    assert.deepEqual(await scene.steps(id), ['succeeded', 'skipped', 'skipped'])
  })
})
