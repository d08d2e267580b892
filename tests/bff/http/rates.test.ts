import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { problemSchema } from '../../../bff/contract/problem.ts'
import { COST } from '../../../bff/http/rates.ts'
import { openWired, PAGE, type Wired } from './wired.ts'

let wired: Wired
before(async () => {
  wired = await openWired({}, { token: 20, service: 40, tenant: 200 })
})
after(() => wired.end())

const ask = async (path: string, token: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${wired.port}/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  })
const put = (service: string, token: string) =>
  ask(`/services/${service}`, token, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"label":"One"}',
  })
/** Asks until it is refused, so that a minute's turn in between changes nothing. */
async function refused(path: string, token: string): Promise<Response> {
  for (let i = 0; i < 200; i++) {
    const response = await ask(path, token)
    if (response.status === 429) return response
    await response.body?.cancel()
  }
  throw new Error(`${path} was never refused`)
}

describe('an answer within its rates', () => {
  it('says which there are, and how it stands to the tightest', async () => {
    const { headers, status } = await ask('/configurations', await wired.token())
    assert.deepEqual(
      [status, headers.get('ratelimit-policy')],
      [200, '"token";q=20;w=60, "tenant";q=200;w=60'],
    )
    assert.match(headers.get('ratelimit') ?? '', /^"token";r=19;t=\d+$/)
  })
  it('says it of the service where there is one', async () => {
    const { headers } = await put('one', await wired.token())
    assert.match(headers.get('ratelimit-policy') ?? '', /"service";q=40;w=60/)
  })
  it('says it to a page of another origin', async () => {
    const { headers } = await ask('/configurations', await wired.token(), {
      headers: { origin: PAGE },
    })
    assert.match(headers.get('access-control-expose-headers') ?? '', /RateLimit, RateLimit-Policy/)
  })
  it('counts a search as what it is', async () => {
    const { headers } = await ask('/services/one/logs?q=x', await wired.token())
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`;r=${20 - COST.expensive};`))
  })
})

describe('a token that asks too often', () => {
  let token: string
  let response: Response
  before(async () => {
    token = await wired.token()
    response = await refused('/configurations', token)
  })
  it('is told so as a problem that passes', async () => {
    const problem = problemSchema.parse(await response.json())
    assert.deepEqual([problem.code, problem.status, problem.retryable], ['rate_limited', 429, true])
  })
  it('is told when to come back', () => {
    const seconds = Number(response.headers.get('retry-after'))
    // What was asked in this minute fades out in the next.
    assert.ok(seconds >= 1 && seconds <= 120, String(seconds))
  })
  it('is told which of its rates it is', () =>
    assert.match(response.headers.get('ratelimit') ?? '', /^"token";r=0;t=\d+$/))
  it('is in nobody else’s way', async () =>
    assert.equal((await ask('/configurations', await wired.token())).status, 200))
  it('changes nothing', async () => {
    assert.equal((await put('two', token)).status, 429)
    assert.equal((await ask('/services/two', await wired.token())).status, 404)
  })
  it('learns of no service by it', async () => {
    const bare = async (path: string) => {
      const answer = await ask(path, token)
      return (await answer.text()).replaceAll(/req_\w+/g, '')
    }
    assert.equal(await bare('/services/one'), await bare('/services/nobody'))
  })
})

describe('a service that many ask for', () => {
  it('is left in peace whoever asks', async () => {
    for (let i = 0; i < 6; i++) {
      const token = await wired.token()
      for (let n = 0; n < 19; n++) {
        const response = await ask('/services/one', token)
        if (response.status !== 429) continue
        assert.match(response.headers.get('ratelimit') ?? '', /^"service"/)
        return
      }
    }
    throw new Error('it was never refused')
  })
})

describe('a token that is none', () => {
  it('is counted for nobody', async () => {
    const { headers, status } = await ask('/configurations', 'a.b.c')
    assert.deepEqual([status, headers.get('ratelimit-policy')], [401, null])
  })
})
