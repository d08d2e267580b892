import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import { retry } from '../../../bff/operations/retry.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { stepsOfOperation } from '../../../db/operations.ts'
import { tenantId } from '../../tenant-id.ts'
import { mortal } from './mortal.ts'
import { bound, ordered, type Scene, START, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
let scene: Scene

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

/** Lets quarantine pass, and the runner die when it has just decided to send again. */
async function dieBeforeResending(): Promise<void> {
  await scene.pass(5 * SECOND)
  scene.now = START + 15 * MINUTE
  const { deps, dead } = mortal(scene.deps, 1, 'after')
  await Promise.race([startRunner(deps, { automatic: false }).tick(), dead])
  scene.now += 2 * MINUTE
}

describe('a call that is to be sent again', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_before']
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    await dieBeforeResending()
  })

  it('is sent while nothing has changed', async () => {
    await scene.pass(0)
    assert.deepEqual(
      [scene.panel.calls.length, (await scene.operation(id)).state],
      [2, 'succeeded'],
    )
  })
  it('keeps what was there before the first attempt, and when that was', async () => {
    scene.panel.fates = ['cut_before']
    await scene.pass(0)
    const [step] = await stepsOfOperation(scene.db, { tenant: tenantId('ten_1'), id })
    assert.deepEqual(
      [step?.attempt, step?.before, step?.first_sent_at, (step?.sent_at ?? 0) > START],
      [2, '"small"', START, true],
    )
  })

  describe('when its first attempt has its effect after all', () => {
    beforeEach(async () => {
      scene.panel.change('bob', { package: 'large' })
      await scene.pass(0)
    })
    it('is not sent', () => assert.equal(scene.panel.calls.length, 1))
    it('is no success on one look', async () =>
      assert.equal((await scene.operation(id)).state, 'checking'))
    it('is a success when two reads say so', async () => {
      await scene.pass(MINUTE)
      await scene.pass(MINUTE)
      assert.equal((await scene.operation(id)).state, 'succeeded')
    })
  })

  describe('when somebody else has changed the account', () => {
    beforeEach(async () => {
      scene.panel.change('bob', { package: 'medium' })
      for (let look = 0; look < 5; look++) await scene.pass(MINUTE)
    })
    it('is not sent over it', () => assert.equal(scene.panel.calls.length, 1))
    it('goes to a person', async () => {
      const { state, waiting } = await scene.operation(id)
      assert.deepEqual(
        [state, JSON.parse(waiting ?? '{}').code],
        ['attention', 'waiting.attention_changed_elsewhere'],
      )
    })
  })
})

describe('a change somebody else makes while an outcome is not known', () => {
  it('is left alone until nothing of ours can still be at work', async () => {
    scene.panel.fates = ['cut_before']
    const id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    scene.panel.change('bob', { package: 'medium' })
    for (let look = 0; look < 14; look++) await scene.pass(MINUTE)
    const before = (await scene.operation(id)).state
    for (let look = 0; look < 3; look++) await scene.pass(MINUTE)
    assert.deepEqual(
      [before, (await scene.operation(id)).state, scene.panel.calls.length],
      ['checking', 'attention', 1],
    )
  })
})

describe('an operation that went to a person and is retried', () => {
  let first: string
  const again = async () => {
    const done = await retry(scene.deps, scene.caller(), first, {}, undefined, 'retry-key-1')
    assert.ok(done.kind === 'accepted', JSON.stringify(done))
    return done.operation.id
  }
  beforeEach(async () => {
    await ordered(scene, 'new')
    scene.panel.fates = ['cut_late', 'cut_late']
    first = await scene.take('found', {}, { service: 'new' })
    for (let look = 0; look < 35; look++) await scene.pass(MINUTE)
    assert.equal((await scene.operation(first)).state, 'attention')
  })

  it('recognises what its first try did in the meantime', async () => {
    scene.panel.late[0]?.()
    const id = await again()
    for (let look = 0; look < 3; look++) await scene.pass(MINUTE)
    assert.deepEqual(
      [
        (await scene.operation(id)).state,
        scene.panel.calls.filter(({ step }) => step === 'found').length,
        (await scene.service('new'))?.username,
      ],
      ['succeeded', 2, 'derived'],
    )
  })
  it('sends once more where nothing was done', async () => {
    const id = await again()
    await scene.pass(0)
    assert.deepEqual(
      [(await scene.operation(id)).state, scene.panel.calls.length],
      ['succeeded', 4],
    )
  })
})

describe('an operation whose configuration is disabled half-way', () => {
  let id: string
  beforeEach(async () => {
    await ordered(scene, 'new')
    id = await scene.take('found', {}, { service: 'new' })
    // Prepared, sent, answered: then the process is gone.
    const { deps, dead } = mortal(scene.deps, 3, 'after')
    await Promise.race([startRunner(deps, { automatic: false }).tick(), dead])
    scene.now += 2 * MINUTE
    const disabled = startRunner(
      {
        ...scene.deps,
        panelOf: async () => ({
          ok: false,
          fault: { code: 'configuration_disabled', transport: false },
        }),
      },
      { automatic: false },
    )
    await disabled.tick()
    await disabled.stop()
  })

  it('is half done, and says so', async () =>
    assert.deepEqual(JSON.parse((await scene.operation(id)).error ?? '{}'), {
      code: 'error.partial',
      params: { done: 1, total: 2, cause: 'error.configuration_disabled' },
    }))
  it('is gone on with by a retry, which binds the account', async () => {
    const done = await retry(scene.deps, scene.caller(), id, {}, undefined, 'retry-key-3')
    assert.ok(done.kind === 'accepted', JSON.stringify(done))
    await scene.pass(0)
    assert.deepEqual(
      [await scene.steps(done.operation.id), (await scene.service('new'))?.username],
      [['skipped', 'succeeded'], 'derived'],
    )
  })
})

describe('the rest of an operation that was stopped half-way', () => {
  it('is done by the retry, and not taken for done', async () => {
    await ordered(scene, 'new')
    scene.panel.fates = ['cut_after']
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    await cancel(scene.deps, scene.caller(), id)
    await scene.pass(5 * SECOND)
    await scene.pass(10 * SECOND)
    assert.match((await scene.operation(id)).error ?? '', /error\.partial/)
    const done = await retry(scene.deps, scene.caller(), id, {}, undefined, 'retry-key-2')
    assert.ok(done.kind === 'accepted', JSON.stringify(done))
    await scene.pass(0)
    assert.deepEqual(await scene.steps(done.operation.id), ['skipped', 'succeeded'])
  })
})
