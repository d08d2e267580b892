import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { ProvisionProblem } from '../../widgets/session/problem.ts'
import { acquireSession, type Session } from '../../widgets/session/session.ts'
import { STEP_UP_PATIENCE, type StepUpWorld, withStepUp } from '../../widgets/session/step-up.ts'
import {
  fixedSource,
  type TokenRequest,
  type TokenSource,
  urlSource,
} from '../../widgets/session/token-source.ts'
import { json, settle, World } from './world.ts'

const PAGE = 'https://admin.test/clients/1'
const CHALLENGE =
  'Bearer realm="provision", error="insufficient_user_authentication", acr_values="urn:pin urn:key", max_age="300"'

const refusal = (challenge = CHALLENGE) =>
  new Response(
    JSON.stringify({
      code: 'insufficient_user_authentication',
      title: 'Confirm who you are again.',
      request_id: 'req_1',
      retryable: false,
    }),
    {
      status: 401,
      headers: { 'content-type': 'application/problem+json', 'www-authenticate': challenge },
    },
  )

/** A page whose host is asked for tokens, and answers as the test says. */
class Page extends World {
  readonly requests: TokenRequest[] = []
  /** What the host does when a person is to prove who they are. */
  host: (request: TokenRequest) => string | Promise<string> = () => 'stepped-up'
  held: Session | undefined
  readonly said: boolean[] = []
  isWanted = true

  open(t: TestContext, source?: TokenSource): Session {
    const session = acquireSession({
      bff: 'https://bff.test',
      service: '1042',
      ports: this.ports,
      source: source ?? {
        key: 'property',
        request: (request) => {
          this.requests.push(request)
          return request.reason === 'step_up' ? this.host(request) : `plain-${this.requests.length}`
        },
      },
    })
    t.after(() => session.release())
    return session
  }

  post(session: Session, path = '/v1/erase', key = 'k1'): Promise<unknown> {
    const around: StepUpWorld = {
      tokens: session.tokens,
      timer: this.ports.timer,
      page: PAGE,
      isWanted: () => this.isWanted,
      asking: (isAsking) => this.said.push(isAsking),
    }
    return withStepUp(around, () => session.post(path, { input: {} }, { key }))
  }

  get reasonsAsked(): string[] {
    return this.requests.map(({ reason }) => reason)
  }
  get bearers(): (string | null)[] {
    return this.sent.map(({ headers }) => headers.get('authorization'))
  }
}

const isBearer = (init: RequestInit, token: string) =>
  new Headers(init.headers).get('authorization') === `Bearer ${token}`

/** A BFF that wants the login behind `stepped-up`. */
function strict(page: Page): void {
  page.answer = (_path, _n, init) =>
    isBearer(init, 'stepped-up') || init.method === 'GET' ? json(202, { taken: true }) : refusal()
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'none'
  } catch (thrown) {
    return thrown instanceof ProvisionProblem ? thrown.code : String(thrown)
  }
}

describe('a change that asks for another login', () => {
  it('has the host asked for it, with what the BFF wants', async (t) => {
    const page = new Page()
    strict(page)
    await page.post(page.open(t))
    assert.deepEqual(page.requests.at(-1), {
      service: '1042',
      reason: 'step_up',
      acr_values: 'urn:pin urn:key',
      max_age: 300,
    })
  })

  it('is sent again with the same key, body and the new token', async (t) => {
    const page = new Page()
    const bodies: unknown[] = []
    page.answer = (_path, n, init) => {
      bodies.push(init.body)
      return n === 1 ? refusal() : json(202, {})
    }
    await page.post(page.open(t))
    assert.deepEqual(
      [page.sent.map(({ headers }) => headers.get('idempotency-key')), page.bearers, bodies[0]],
      [['k1', 'k1'], ['Bearer plain-1', 'Bearer stepped-up'], bodies[1]],
    )
  })

  it('says when the person is asked, and when that is over', async (t) => {
    const page = new Page()
    strict(page)
    await page.post(page.open(t))
    assert.deepEqual(page.said, [true, false])
  })

  it('asks the person once, and takes the BFF’s word if that was not enough', async (t) => {
    const page = new Page()
    page.answer = () => refusal()
    const session = page.open(t)
    assert.deepEqual(
      [await codeOf(page.post(session)), page.reasonsAsked, page.sent.length],
      ['insufficient_user_authentication', ['initial', 'step_up'], 2],
    )
  })

  it('asks again for the next gesture', async (t) => {
    const page = new Page()
    page.answer = () => refusal()
    const session = page.open(t)
    await codeOf(page.post(session))
    await codeOf(page.post(session))
    assert.deepEqual(page.reasonsAsked, ['initial', 'step_up', 'step_up'])
  })

  it('first has a token renewed that is over, then the person asked', async (t) => {
    const page = new Page()
    page.answer = (_path, n) =>
      n === 1
        ? json(401, { code: 'invalid_token', title: 'no', request_id: 'r' })
        : n === 2
          ? refusal()
          : json(202, {})
    await page.post(page.open(t))
    assert.deepEqual(page.reasonsAsked, ['initial', 'rejected', 'step_up'])
  })

  it('is not sent again when nobody wants it any more', async (t) => {
    const page = new Page()
    strict(page)
    page.host = () => {
      page.isWanted = false
      return 'stepped-up'
    }
    await codeOf(page.post(page.open(t)))
    assert.equal(page.sent.length, 1)
  })

  it('without a key is refused, and nobody is asked', async (t) => {
    const page = new Page()
    page.answer = () => refusal()
    const code = await codeOf(page.open(t).patch('/v1/a', {}))
    assert.deepEqual([code, page.reasonsAsked], ['insufficient_user_authentication', ['initial']])
  })
})

describe('two elements that are refused at once', () => {
  it('have the person asked once', async (t) => {
    const page = new Page()
    strict(page)
    const [one, two] = [page.open(t), page.open(t)]
    await Promise.all([page.post(one, '/v1/a', 'k1'), page.post(two, '/v1/b', 'k2')])
    assert.deepEqual(page.reasonsAsked, ['initial', 'step_up'])
  })

  it('need no second asking when the first is done before the second hears', async (t) => {
    const page = new Page()
    const session = page.open(t)
    let answerLate = (_answer: Response) => {}
    page.answer = (path, n, init) => {
      if (path.endsWith('/slow') && !isBearer(init, 'stepped-up'))
        return new Promise((resolve) => {
          answerLate = resolve
        })
      return n > 0 && isBearer(init, 'stepped-up') ? json(202, {}) : refusal()
    }
    const slow = page.post(session, '/v1/slow', 'k2')
    await settle()
    await page.post(session, '/v1/fast', 'k1')
    answerLate(refusal())
    await slow
    assert.deepEqual(page.reasonsAsked, ['initial', 'step_up'])
  })

  it('for different things have the person asked one after the other', async (t) => {
    const page = new Page()
    let open = 0
    let most = 0
    page.host = async () => {
      most = Math.max(most, ++open)
      await settle()
      open--
      return 'stepped-up'
    }
    const refused = new Set<string>()
    page.answer = (path) => {
      if (refused.has(path)) return json(202, {})
      refused.add(path)
      return refusal(path.endsWith('/a') ? 'Bearer max_age="60"' : 'Bearer max_age="300"')
    }
    const session = page.open(t)
    await Promise.all([page.post(session, '/v1/a', 'k1'), page.post(session, '/v1/b', 'k2')])
    assert.deepEqual([most, page.requests.map(({ max_age }) => max_age)], [1, [undefined, 60, 300]])
  })
})

describe('however answers and questions cross', () => {
  it('the person is asked once, and each gesture is taken once, with its own key', async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), async (s, gestures) => {
        const page = new Page()
        const taken: string[] = []
        page.host = () => s.schedule(Promise.resolve('stepped-up'), 'the host')
        page.answer = (_path, _n, init) => {
          const may = isBearer(init, 'stepped-up')
          if (may) taken.push(new Headers(init.headers).get('idempotency-key') ?? '')
          return s.schedule(Promise.resolve(may ? json(202, {}) : refusal()), 'the BFF')
        }
        const sessions = Array.from({ length: gestures }, () => page.open(t))
        const all = Promise.all(
          sessions.map((session, i) => page.post(session, `/v1/${i}`, `key-${i}`)),
        )
        await s.waitFor(all)
        for (const session of sessions) session.release()
        assert.deepEqual(
          [page.reasonsAsked, taken.sort()],
          [['initial', 'step_up'], sessions.map((_, i) => `key-${i}`)],
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('while a person is asked', () => {
  it('reads go on with the token in hand', async (t) => {
    const page = new Page()
    strict(page)
    let done = (_token: string) => {}
    page.host = () =>
      new Promise((resolve) => {
        done = resolve
      })
    const session = page.open(t)
    const posted = page.post(session)
    await settle()
    const read = await session.get('/v1/a')
    done('stepped-up')
    await posted
    assert.deepEqual([read, page.bearers[1]], [{ taken: true }, 'Bearer plain-1'])
  })

  it('a renewal that was begun before does not take them back', async (t) => {
    const page = new Page()
    strict(page)
    let late = (_token: string) => {}
    const session = page.open(t, {
      key: 'property',
      request: (request) => {
        page.requests.push(request)
        if (request.reason === 'step_up') return 'stepped-up'
        if (request.reason === 'initial') return 'plain'
        return new Promise((resolve) => {
          late = resolve
        })
      },
    })
    await session.get('/v1/a')
    // Its lifetime is not told, so it is renewed after 80 % of five minutes.
    await page.advance(240_000)
    await page.post(session)
    late('plain-of-before')
    await settle()
    await page.post(session)
    assert.equal(page.bearers.at(-1), 'Bearer stepped-up')
  })
})

describe('a person who', () => {
  it('would not, is told the BFF’s own words', async (t) => {
    const page = new Page()
    strict(page)
    page.host = () => Promise.reject(new Error('closed: PIN 1234 was wrong'))
    const session = page.open(t)
    await assert.rejects(
      page.post(session),
      (thrown) =>
        thrown instanceof ProvisionProblem &&
        thrown.code === 'insufficient_user_authentication' &&
        thrown.text === 'Confirm who you are again.' &&
        !JSON.stringify(thrown).includes('1234'),
    )
  })

  it('does not answer within five minutes is not waited for', async (t) => {
    const page = new Page()
    strict(page)
    page.host = () => new Promise(() => {})
    const code = codeOf(page.post(page.open(t)))
    await settle()
    await page.advance(STEP_UP_PATIENCE)
    assert.deepEqual([await code, page.said], ['insufficient_user_authentication', [true, false]])
  })

  it('answered leaves no timer behind', async (t) => {
    const page = new Page()
    strict(page)
    const session = page.open(t)
    await page.post(session)
    // The renewal of the token in hand.
    assert.equal(page.timers.size, 1)
  })
})

describe('a token written into the page', () => {
  it('cannot be stepped up, which is said', async (t) => {
    const page = new Page()
    strict(page)
    const code = await codeOf(page.post(page.open(t, fixedSource('from-the-page'))))
    assert.equal(code, 'step_up_impossible')
  })
})

describe('the host’s own address', () => {
  /** @param answer what it answers to a step up */
  function hostAnswering(answer: () => Response): { page: Page; bodies: unknown[] } {
    const page = new Page()
    const bodies: unknown[] = []
    page.answer = (path, _n, init) => {
      if (path !== '/provision-token') return isBearer(init, 'new') ? json(202, {}) : refusal()
      const body: unknown = JSON.parse(String(init.body))
      bodies.push(body)
      const isStepUp = JSON.stringify(body).includes('step_up')
      return isStepUp ? answer() : json(200, { token: 'old' })
    }
    return { page, bodies }
  }
  const source = (page: Page) =>
    urlSource('https://admin.test/provision-token', 'https://admin.test', page.ports)

  it('is asked by POST for what the BFF wants', async (t) => {
    const { page, bodies } = hostAnswering(() => json(200, { token: 'new' }))
    await page.post(page.open(t, source(page)))
    assert.deepEqual(bodies.at(-1), {
      service: '1042',
      reason: 'step_up',
      acr_values: 'urn:pin urn:key',
      max_age: 300,
    })
  })

  const answers: [what: string, answer: () => Response, code: string][] = [
    ['401', () => json(401, { error: 'no' }), 'host_session_ended'],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: '/login' } }),
      'host_session_ended',
    ],
    [
      'a page',
      () => new Response('<h1>Sign in</h1>', { headers: { 'content-type': 'text/html' } }),
      'host_session_ended',
    ],
    ['403', () => json(403, {}), 'forbidden'],
    ['500', () => json(500, {}), 'offline'],
    ['null', () => json(200, null), 'host_session_ended'],
    [
      'a page of its own to go to',
      () => json(401, { step_up_url: '/confirm?x=1' }),
      'step_up_elsewhere',
    ],
    [
      'a page of another origin',
      () => json(401, { step_up_url: 'https://evil.test/' }),
      'host_session_ended',
    ],
    [
      'a script to go to',
      () => json(401, { step_up_url: 'javascript:alert(1)' }),
      'host_session_ended',
    ],
    [
      'a blob to go to',
      () => json(401, { step_up_url: 'blob:https://admin.test/1' }),
      'host_session_ended',
    ],
    ['no address', () => json(401, { step_up_url: 'https://[' }), 'host_session_ended'],
    ['a number to go to', () => json(401, { step_up_url: 7 }), 'host_session_ended'],
  ]
  for (const [what, answer, expected] of answers)
    it(`that answers ${what} is ${expected}`, async (t) => {
      const { page } = hostAnswering(answer)
      assert.equal(await codeOf(page.post(page.open(t, source(page)))), expected)
    })

  it('that names a page has it told whole', async (t) => {
    const { page } = hostAnswering(() => json(401, { step_up_url: '/confirm?x=1' }))
    await assert.rejects(
      page.post(page.open(t, source(page))),
      (thrown) =>
        thrown instanceof ProvisionProblem && thrown.challenge === 'https://admin.test/confirm?x=1',
    )
  })

  it('that names a page when nobody steps up is the end of its session', async (t) => {
    const page = new Page()
    page.answer = () => json(401, { step_up_url: '/confirm' })
    assert.equal(await codeOf(page.open(t, source(page)).get('/v1/a')), 'host_session_ended')
  })
})
