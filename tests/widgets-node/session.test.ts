import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Operation } from '../../bff/contract/operation.ts'
import { ProvisionProblem } from '../../widgets/session/problem.ts'
import { json, World } from './world.ts'

const refusal = () => json(401, { code: 'invalid_token', title: 'no', request_id: 'req_1' })

describe('two elements of one service', () => {
  it('ask the host for one token', async (t) => {
    const world = new World()
    const [one, two] = [world.session(), world.session()]
    t.after(() => [one, two].map((session) => session.release()))
    await Promise.all([one.get('/v1/a'), two.get('/v1/b')])
    assert.deepEqual(world.reasons, ['initial'])
  })

  it('leave no timer behind when both are gone', async () => {
    const world = new World()
    const [one, two] = [world.session(), world.session()]
    await one.get('/v1/a')
    one.release()
    two.release()
    assert.equal(world.timers.size + world.wakers.size, 0)
  })
})

describe('a token of ten minutes', () => {
  it('is renewed after eight', async (t) => {
    const world = new World()
    const session = world.session()
    t.after(() => session.release())
    await session.get('/v1/a')
    await world.advance(479_000)
    assert.deepEqual(world.reasons, ['initial'])
    await world.advance(1000)
    assert.deepEqual(world.reasons, ['initial', 'refresh'])
  })
})

describe('a token the BFF refuses', () => {
  it('is renewed once and the read sent again', async (t) => {
    const world = new World()
    world.answer = (_path, n) => (n === 1 ? refusal() : json(200, { fine: true }))
    const session = world.session()
    t.after(() => session.release())
    assert.deepEqual(await session.get('/v1/a'), { fine: true })
    assert.deepEqual(world.reasons, ['initial', 'rejected'])
  })

  it('lets a keyed write be sent again with its key', async (t) => {
    const world = new World()
    world.answer = (_path, n) => (n === 1 ? refusal() : json(202, {}))
    const session = world.session()
    t.after(() => session.release())
    await session.post('/v1/a', {}, { key: 'k1' })
    assert.deepEqual(
      world.sent.map(({ headers }) => headers.get('idempotency-key')),
      ['k1', 'k1'],
    )
  })

  it('never sends a write without a key twice', async (t) => {
    const world = new World()
    world.answer = refusal
    const session = world.session()
    t.after(() => session.release())
    await assert.rejects(session.patch('/v1/a', {}))
    assert.equal(world.sent.length, 1)
  })

  it('is expired when the new one is refused too', async (t) => {
    const world = new World()
    world.answer = refusal
    const session = world.session()
    t.after(() => session.release())
    await assert.rejects(
      session.get('/v1/a'),
      (thrown) => thrown instanceof ProvisionProblem && thrown.code === 'expired',
    )
  })
})

describe('a network that is gone', () => {
  it('is told as offline', async (t) => {
    const world = new World()
    world.answer = () => Promise.reject(new TypeError('fetch failed'))
    const session = world.session()
    t.after(() => session.release())
    await assert.rejects(
      session.get('/v1/a'),
      (thrown) => thrown instanceof ProvisionProblem && thrown.code === 'offline',
    )
  })
})

describe('an unsettled operation', () => {
  const running: Operation = {
    // The brands are given by the BFF's parser, which no element has.
    id: 'op_00000000000000000000000000' as Operation['id'],
    service: 'svc-1' as Operation['service'],
    action: 'some-action',
    label: 'Do it',
    state: 'running',
    version: 1,
    created_at: '2026-01-01T00:00:00Z',
    by: { role: 'staff', label: 'Ann' },
    steps: [],
    progress: { done: 0, total: 1 },
    warnings: [],
    can: [],
  }

  it('is looked at after one, two and then every five seconds', async (t) => {
    const world = new World()
    world.answer = () => json(200, running)
    const session = world.session()
    t.after(() => session.release())
    session.follow(running)
    const looks: number[] = []
    for (let second = 1; second <= 13; second++) {
      const before = world.sent.length
      await world.advance(1000)
      if (world.sent.length > before) looks.push(second)
    }
    assert.deepEqual(looks, [1, 3, 8, 13])
  })

  it('is not looked at while the page is hidden', async (t) => {
    const world = new World()
    world.visible = false
    const session = world.session()
    t.after(() => session.release())
    session.follow(running)
    await world.advance(1000)
    assert.equal(world.sent.length, 0)
  })

  it('is told anew when time alone has changed what can be done with it', async (t) => {
    const world = new World()
    const waits: Operation = { ...running, state: 'attention' }
    world.answer = () => json(200, { ...waits, can: ['retry'] })
    const session = world.session()
    t.after(() => session.release())
    session.follow(waits)
    const told: string[] = []
    session.store.subscribe((change) => {
      if (change.kind === 'operation') told.push(String(change.operation.can))
    })
    await world.advance(1000)
    assert.deepEqual(told, ['retry'])
  })

  it('tells the others what to read anew when it is done', async (t) => {
    const world = new World()
    const done = { ...running, state: 'succeeded', version: 2, finished_at: '2026-01-01T00:01:00Z' }
    world.answer = () => json(200, { ...done, result: { show: [], changed: ['fields'] } })
    const session = world.session()
    t.after(() => session.release())
    const stale: string[] = []
    session.store.subscribe((change) => {
      if (change.kind === 'stale') stale.push(change.what)
    })
    session.follow(running)
    await world.advance(1000)
    assert.deepEqual(stale, ['service', 'logs', 'fields'])
  })
})
