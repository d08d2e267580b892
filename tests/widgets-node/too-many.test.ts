import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { ProvisionProblem } from '../../widgets/session/problem.ts'
import type { Session } from '../../widgets/session/session.ts'
import { json, settle, World } from './world.ts'

let world: World
let session: Session
beforeEach(() => {
  world = new World()
  session = world.session()
})
afterEach(() => session.release())

/** Until the session waits for its time; the part that waits is loaded when it is needed. */
async function waiting(): Promise<void> {
  const isWaited = () => [...world.timers].some(({ at }) => at - world.now <= 30_000)
  for (let turn = 0; turn < 100_000 && !isWaited(); turn++) await settle()
  assert.ok(isWaited(), 'nothing is waited for')
}

function tooMany(seconds: string): Response {
  const answer = json(429, {
    code: 'rate_limited',
    request_id: 'req_1',
    title: 'Too many requests at once. It goes on in a moment.',
    retryable: true,
  })
  answer.headers.set('retry-after', seconds)
  return answer
}
const failed = (asked: Promise<unknown>) =>
  asked.then(
    () => assert.fail('it was answered'),
    (thrown: unknown) => {
      assert.ok(thrown instanceof ProvisionProblem)
      return thrown
    },
  )

describe('a read that the BFF finds too many', () => {
  it('is not sent again before its time', async () => {
    world.answer = () => tooMany('7')
    void session.get('/v1/services/svc-1').catch(() => undefined)
    await waiting()
    await world.advance(6_999)
    assert.equal(world.asked('/svc-1').length, 1)
  })
  it('is sent again when the BFF said, and answered as if nothing had been', async () => {
    world.answer = (_path, n) => (n === 1 ? tooMany('7') : json(200, { id: 'svc-1' }))
    const asked = session.get('/v1/services/svc-1')
    await waiting()
    await world.advance(7_000)
    assert.deepEqual(await asked, { id: 'svc-1' })
  })
  it('is sent again once, and then told in the BFF’s own calm words', async () => {
    world.answer = () => tooMany('1')
    const asked = failed(session.get('/v1/services/svc-1'))
    await waiting()
    await world.advance(1_000)
    const problem = await asked
    assert.deepEqual(
      [problem.code, problem.text, world.asked('/svc-1').length],
      ['rate_limited', 'Too many requests at once. It goes on in a moment.', 2],
    )
  })
  it('is told at once where it would have to wait for hours', async () => {
    world.answer = () => tooMany('36000')
    assert.equal((await failed(session.get('/v1/services/svc-1'))).status, 429)
  })
  it('is told at once where nobody says how long', async () => {
    world.answer = () => tooMany('soon')
    assert.equal((await failed(session.get('/v1/services/svc-1'))).status, 429)
  })
  it('is forgotten when nobody wants it any more', async () => {
    world.answer = () => tooMany('5')
    const gone = new AbortController()
    const asked = session.get('/v1/services/svc-1', { signal: gone.signal })
    asked.catch(() => undefined)
    await waiting()
    gone.abort()
    await world.advance(5_000)
    await assert.rejects(asked, { name: 'AbortError' })
    assert.equal(world.asked('/svc-1').length, 1)
  })
})

describe('a change that the BFF finds too many', () => {
  it('is not sent again by itself, though it has a key: a person asks again', async () => {
    world.answer = () => tooMany('1')
    const asked = session.post('/v1/services/svc-1/actions/x', {}, { key: 'k' })
    assert.equal((await failed(asked)).code, 'rate_limited')
    await world.advance(5_000)
    assert.equal(world.asked('/x').length, 1)
  })
})
