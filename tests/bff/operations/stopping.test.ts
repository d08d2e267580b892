import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { bound, type Scene, setScene } from './scene.ts'

const SECOND = 1000
let scene: Scene
let id: string

/** A call to the server that is held until it is let go; `begun` resolves when it was made. */
function holding<Args extends readonly unknown[], Result>(act: (...args: Args) => Promise<Result>) {
  let begin: () => void = () => undefined
  let letGo: () => void = () => undefined
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const held = async (...args: Args): Promise<Result> => {
    begin()
    await gate
    return act(...args)
  }
  return { held, begun, letGo: () => letGo() }
}

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

const row = () => scene.operation(id)

describe('a runner that is stopped while it reads and has sent nothing', () => {
  let stopping: Promise<unknown>
  let reading: ReturnType<typeof holding<[string], Awaited<ReturnType<Scene['panel']['account']>>>>
  beforeEach(async () => {
    reading = holding(scene.panel.account.bind(scene.panel))
    scene.panel.account = reading.held
    id = await scene.take('repack', { package: 'large' })
    const ticking = scene.runner.tick()
    await reading.begun
    stopping = Promise.all([scene.runner.stop(), ticking])
    while ((await row()).owner !== null) await new Promise(setImmediate)
  })
  afterEach(async () => {
    reading.letGo()
    await stopping
  })

  it('gives the operation back at once, before its reading is over', async () =>
    assert.equal((await row()).state, 'queued'))
  it('leaves it to another, who need not wait for the lease', async () => {
    reading.letGo()
    await stopping
    await scene.another().tick()
    assert.equal((await row()).state, 'succeeded')
  })
  it('sends nothing itself any more', async () => {
    reading.letGo()
    await stopping
    assert.deepEqual([scene.panel.calls.length, (await row()).state], [0, 'queued'])
  })
  it('lets it be sent once in all', async () => {
    const other = scene.another().tick()
    reading.letGo()
    await Promise.all([stopping, other])
    assert.equal(scene.panel.calls.length, 1)
  })
})

describe('a runner that is stopped with a call under way', () => {
  beforeEach(async () => {
    for (const username of ['one', 'two']) scene.panel.add(username, { owner: 'bob' })
    id = await scene.take('freeze', { all: true })
  })

  async function stoppedInTheMiddle(): Promise<void> {
    const { freeze } = scene.deps.provider.steps
    assert.ok(freeze !== undefined)
    const send = holding(freeze.send)
    const provider = {
      ...scene.deps.provider,
      steps: { ...scene.deps.provider.steps, freeze: { ...freeze, send: send.held } },
    }
    const { startRunner } = await import('../../../bff/operations/runner.ts')
    const runner = startRunner({ ...scene.deps, provider }, { automatic: false })
    const ticking = runner.tick()
    await send.begun
    const stopping = runner.stop()
    send.letGo()
    await Promise.all([ticking, stopping])
  }

  it('waits for its answer and begins no other', async () => {
    await stoppedInTheMiddle()
    assert.deepEqual(
      [await scene.steps(id), scene.panel.calls.length],
      [['succeeded', 'pending', 'pending'], 1],
    )
  })
  it('gives back what is left', async () => {
    await stoppedInTheMiddle()
    assert.deepEqual([(await row()).state, (await row()).owner], ['queued', null])
  })
  it('leaves the rest to another, at once, and nothing is done twice', async () => {
    await stoppedInTheMiddle()
    await scene.another().tick()
    assert.deepEqual(
      [(await row()).state, scene.panel.calls.map(({ account }) => account).sort()],
      ['succeeded', ['bob', 'one', 'two']],
    )
  })
})

describe('a runner that is stopped while it reads back', () => {
  it('leaves the read-back to another, who need not wait for the lease', async () => {
    scene.panel.fates = ['cut_after']
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    scene.now += 6 * SECOND
    const { repack } = scene.deps.provider.steps
    assert.ok(repack !== undefined && repack.proof === 'by_reading')
    const prove = holding(repack.prove)
    const provider = {
      ...scene.deps.provider,
      steps: { ...scene.deps.provider.steps, repack: { ...repack, prove: prove.held } },
    }
    const { startRunner } = await import('../../../bff/operations/runner.ts')
    const runner = startRunner({ ...scene.deps, provider }, { automatic: false })
    const ticking = runner.tick()
    await prove.begun
    const stopping = runner.stop()
    while ((await row()).owner !== null) await new Promise(setImmediate)
    await scene.another().tick()
    scene.now += 15 * SECOND
    await scene.another().tick()
    const { state } = await row()
    prove.letGo()
    await Promise.all([ticking, stopping])
    assert.deepEqual([state, scene.panel.calls.length], ['succeeded', 1])
  })
})
