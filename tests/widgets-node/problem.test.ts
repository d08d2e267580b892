import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ProvisionProblem } from '../../widgets/session/problem.ts'
import { json, World } from './world.ts'

const PROBLEM = {
  type: '/v1/errors/not_found',
  title: 'No',
  status: 404,
  code: 'not_found',
  request_id: 'req_1',
}

async function readOf(t: TestContext, answer: () => Response): Promise<ProvisionProblem> {
  const world = new World()
  world.answer = answer
  const session = world.session()
  t.after(() => session.release())
  const thrown: unknown = await session.get('/v1/a').catch((error: unknown) => error)
  assert.ok(thrown instanceof ProvisionProblem)
  return thrown
}

describe('a problem as the elements read it', () => {
  it('may hold what they do not know', async (t) => {
    const { code, requestId } = await readOf(t, () =>
      json(404, { ...PROBLEM, retryable: false, balance: 30, accounts: [{ a: 1 }] }),
    )
    assert.deepEqual([code, requestId], ['not_found', 'req_1'])
  })
  it('has the status it came with, whatever its body says', async (t) =>
    assert.equal((await readOf(t, () => json(404, { ...PROBLEM, status: 200 }))).status, 404))
  it('is not made of a page a proxy answered with', async (t) => {
    const { code, text } = await readOf(
      t,
      () =>
        new Response('<h1>Bad gateway</h1>', {
          status: 502,
          headers: { 'content-type': 'text/html' },
        }),
    )
    assert.deepEqual([code, text], ['offline', ''])
  })
})
