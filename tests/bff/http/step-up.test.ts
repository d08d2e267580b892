import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { StepUpPolicy } from '../../../bff/auth/step-up.ts'
import { actionsSchema } from '../../../bff/contract/action.ts'
import { operationSchema } from '../../../bff/contract/operation.ts'
import { problemSchema } from '../../../bff/contract/problem.ts'
import { tenantId } from '../../tenant-id.ts'
import { dayComes, ON_DATE } from '../operations/dates.ts'
import { erasingProvider } from '../operations/erasing.ts'
import { bound } from '../operations/scene.ts'
import { bare, type Front, openFront } from './front.ts'

const PIN = 'urn:brand:pin'
const POLICY: StepUpPolicy = {
  peek: { max_age: 300 },
  repack: { max_age: 300 },
  whisper: { max_age: 300, acr_values: [PIN, 'urn:brand:key'] },
  freeze: { acr_values: [PIN] },
  erase: { max_age: 300, acr_values: [PIN] },
}
const AGE = 'Bearer realm="provision", error="insufficient_user_authentication", max_age="300"'
const KIND = `Bearer realm="provision", error="insufficient_user_authentication", acr_values="${PIN}"`

let front: Front
let gestures = 0
const gesture = () => ({ 'idempotency-key': `gesture-number-${gestures++}` })
const seconds = (ago = 0) => Math.floor(front.scene.now / 1000) - ago
/** Somebody whose login does, and somebody whose login was long ago. */
const fresh = (claims = {}) => front.token({ auth_time: seconds(), acr: PIN, ...claims })
const stale = (claims = {}) => front.token({ auth_time: seconds(3600), acr: 'urn:x', ...claims })

async function open(): Promise<void> {
  front = await openFront(erasingProvider)
  const { auth } = front
  const { tenantOf } = auth
  Object.assign(auth, {
    async tenantOf(issuer: string) {
      const tenant = await tenantOf(issuer)
      return tenant?.tenant === 'ten_1' ? { ...tenant, step_up: POLICY } : tenant
    },
  } satisfies Pick<typeof auth, 'tenantOf'>)
  for (const service of ['bob', 'eve', 'dan', 'kim']) await bound(front.scene, service)
}
async function close(): Promise<void> {
  await front.end()
  assert.deepEqual(front.scene.reports, [])
}

/** Everything a refused request must leave as it was. */
async function world(): Promise<unknown> {
  const { scene } = front
  return [
    await scene.count('select count(*) from operation'),
    await scene.count('select coalesce(sum(version), 0) from operation'),
    await scene.count('select count(*) from log_entry'),
    await scene.count('select sum(version) from service'),
    scene.panel.calls.length,
  ]
}

interface Door {
  readonly what: string
  readonly path: (service: string) => string
  readonly body: unknown
  readonly works: number
  readonly scope: string
  readonly challenge: string
  readonly reason: string
}
const DOORS: readonly Door[] = [
  {
    what: 'a read action',
    path: (id) => `/services/${id}/actions/peek`,
    body: { input: {} },
    works: 200,
    scope: 'actions:peek',
    challenge: AGE,
    reason: 'login_too_old 3600 s',
  },
  {
    what: 'a preview',
    path: (id) => `/services/${id}/actions/freeze/preview`,
    body: { input: {} },
    works: 200,
    scope: 'actions:freeze',
    challenge: KIND,
    reason: 'acr_not_enough',
  },
  {
    what: 'a change',
    path: (id) => `/services/${id}/actions/repack`,
    body: { input: { package: 'large' } },
    works: 202,
    scope: 'actions:repack',
    challenge: AGE,
    reason: 'login_too_old 3600 s',
  },
]

for (const { what, path, body, works, scope, challenge, reason } of DOORS)
  describe(`${what} that asks for another login`, () => {
    before(open)
    after(close)
    const ask = (token: string | null, service = 'bob', given: unknown = body) =>
      front.ask('POST', path(service), { token, body: given, headers: gesture() })

    it('is refused with 401 and the exact challenge', async () => {
      const { status, headers } = await ask(await stale())
      assert.deepEqual([status, headers.get('www-authenticate')], [401, challenge])
    })
    it('is refused as a problem of its own', async () => {
      const response = await ask(await stale())
      const { code, status, retryable } = problemSchema.parse(await response.json())
      assert.deepEqual(
        [response.headers.get('content-type'), code, status, retryable],
        ['application/problem+json', 'insufficient_user_authentication', 401, false],
      )
    })
    it('changes nothing, logs nothing and asks no server', async () => {
      const untouched = await world()
      await ask(await stale())
      assert.deepEqual(await world(), untouched)
    })
    it('is refused to a token that says nothing of its login', async () =>
      assert.equal((await ask(await front.token())).status, 401))
    it('says nothing of it without a token', async () =>
      assert.equal((await ask(null)).headers.get('www-authenticate'), 'Bearer realm="provision"'))
    it('has its reason in our log, beside the id it was answered with', async () => {
      front.turnedAway.length = 0
      const { headers } = await ask(await stale())
      assert.deepEqual(front.turnedAway, [
        {
          request_id: headers.get('x-request-id'),
          code: 'insufficient_user_authentication',
          reason,
          tenant: 'ten_1',
        },
      ])
    })
    it('has nothing in our log when its login does', async () => {
      front.turnedAway.length = 0
      await ask(await fresh(), 'kim')
      assert.deepEqual(front.turnedAway, [])
    })
    it('wants the scope first', async () => {
      const answer = await ask(await stale({ scope: 'services:read' }))
      assert.deepEqual(
        [answer.status, answer.headers.get('www-authenticate')],
        [403, `Bearer realm="provision", error="insufficient_scope", scope="${scope}"`],
      )
    })
    it('does not tell somebody else’s service from none', async () => {
      const token = await stale({ service: 'bob' })
      assert.equal(await bare(await ask(token, 'eve')), await bare(await ask(token, 'nobody')))
    })
    it('is 404 for a service that does not exist, whatever the login', async () =>
      assert.equal((await ask(await stale(), 'nobody')).status, 404))
    it('says nothing of a wrong input before', async () => {
      const answer = await ask(await stale(), 'bob', { input: { surprise: true } })
      assert.equal(answer.headers.get('www-authenticate'), challenge)
    })
    it('works with a login that does', async () =>
      assert.equal((await ask(await fresh())).status, works))
    it('says nothing of what is under way before', async () => {
      await ask(await fresh(), 'eve')
      const { headers } = await ask(await stale(), 'eve')
      assert.equal(headers.get('www-authenticate'), challenge)
    })
  })

describe('a login', () => {
  before(open)
  after(close)
  const peek = (token: string) =>
    front.ask('POST', '/services/bob/actions/peek', { token, body: { input: {} } })

  it('does until the last second of its age', async () =>
    assert.equal((await peek(await front.token({ auth_time: seconds(300) }))).status, 200))
  it('does not a second later', async () =>
    assert.equal((await peek(await front.token({ auth_time: seconds(301) }))).status, 401))
  it('is held against now, not against when the token was made', async () => {
    const token = await front.token({ auth_time: seconds(200), exp: seconds() + 600 })
    const first = await peek(token)
    front.scene.now += 101_000
    assert.deepEqual([first.status, (await peek(token)).status], [200, 401])
  })
  for (const [what, claims, reason] of [
    ['is not said', {}, 'auth_time_missing'],
    ['is to come', { auth_time: -60 }, 'auth_time_ahead 60 s'],
    ['was as told but of no kind', { auth_time: 0, acr: undefined }, 'acr_missing'],
    ['was of another kind', { auth_time: 0, acr: 'CANARY-acr' }, 'acr_not_enough'],
  ] as const)
    it(`that ${what} is told apart in our log, in none of the token’s words`, async () => {
      front.turnedAway.length = 0
      await front.ask('POST', '/services/bob/actions/whisper', {
        token: await front.token({
          ...claims,
          ...('auth_time' in claims ? { auth_time: seconds(claims.auth_time) } : {}),
        }),
        body: { input: { password: 'CANARY-password-1' } },
        headers: gesture(),
      })
      assert.deepEqual(
        [
          front.turnedAway.map((entry) => entry.reason),
          /CANARY/.test(JSON.stringify(front.turnedAway)),
        ],
        [[reason], false],
      )
    })
  it('that is still to come does not', async () =>
    assert.equal((await peek(await front.token({ auth_time: seconds(-60) }))).status, 401))
  it('of a client is held against the same', async () => {
    const client = { role: 'client', service: 'bob', scope: 'actions:peek' }
    const answers = [await peek(await stale(client)), await peek(await fresh(client))]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 200],
    )
  })
  it('of another tenant is held against that tenant’s policy: none', async () => {
    await bound(front.scene, 'stranger', tenantId('ten_2'))
    const token = await front.token({ iss: 'https://other.example' })
    const answer = await front.ask('POST', '/services/stranger/actions/peek', {
      token,
      body: { input: {} },
    })
    assert.equal(answer.headers.get('www-authenticate'), null)
  })
  it('does for what asks for none', async () => {
    const token = await stale()
    assert.equal((await front.ask('GET', '/services/bob/operations', { token })).status, 200)
  })
  it('whose kind alone is missing is asked for everything the action asks for', async () => {
    const answer = await front.ask('POST', '/services/bob/actions/whisper', {
      token: await front.token({ auth_time: seconds() }),
      body: { input: { password: 'a-password-1' } },
      headers: gesture(),
    })
    assert.equal(
      answer.headers.get('www-authenticate'),
      `Bearer realm="provision", error="insufficient_user_authentication", acr_values="${PIN} urn:brand:key", max_age="300"`,
    )
  })
})

describe('a change that was taken', () => {
  beforeEach(open)

  it('is answered with again for its key, however old the login is by then', async () => {
    const headers = gesture()
    const body = { input: { package: 'large' } }
    const path = '/services/bob/actions/repack'
    const first = await front.ask('POST', path, { token: await fresh(), body, headers })
    const again = await front.ask('POST', path, { token: await stale(), body, headers })
    const ids = await Promise.all(
      [first, again].map(async (answer) => operationSchema.parse(await answer.json()).id),
    )
    assert.equal(ids[0], ids[1])
    await close()
  })
  it('is cancelled without another login: that sends nothing', async () => {
    const taken = await front.ask('POST', '/services/bob/actions/repack', {
      token: await fresh(),
      body: { input: { package: 'large' } },
      headers: gesture(),
    })
    const { id } = operationSchema.parse(await taken.json())
    const cancelled = await front.ask('POST', `/operations/${id}/cancel`, {
      token: await stale(),
      body: {},
    })
    assert.equal(cancelled.status, 200)
    await close()
  })
})

describe('an operation that can be tried again', () => {
  let id: string
  before(async () => {
    await open()
    front.scene.panel.fates = ['cut_after']
    id = await front.scene.take('whisper', { password: 'a-password-1' })
    await front.scene.pass(0)
    await front.scene.pass(front.scene.deps.timings.unprovable_quarantine + 1000)
  })
  after(close)
  const retry = (token: string) =>
    front.ask('POST', `/operations/${id}/retry`, {
      token,
      body: { input: { password: 'a-password-2' } },
      headers: gesture(),
    })

  it('is not by an old login', async () => {
    const { status, headers } = await retry(await stale())
    assert.deepEqual(
      [status, headers.get('www-authenticate')?.includes('insufficient_user_authentication')],
      [401, true],
    )
  })
  it('has its reason in our log then', async () => {
    front.turnedAway.length = 0
    await retry(await stale())
    assert.deepEqual(
      front.turnedAway.map(({ reason }) => reason),
      ['login_too_old 3600 s'],
    )
  })
  it('changes nothing then', async () => {
    const untouched = await world()
    await retry(await stale())
    assert.deepEqual(await world(), untouched)
  })
  it('wants the scope first', async () =>
    assert.equal((await retry(await stale({ scope: 'services:read' }))).status, 403))
  it('does not exist for a token of another service', async () =>
    assert.equal((await retry(await stale({ service: 'eve' }))).status, 404))
  it('may be resolved by words without another login: that sends nothing', async () => {
    const answer = await front.ask('POST', `/operations/${id}/resolve`, {
      token: await stale(),
      body: { verdict: 'maybe', why: 'x' },
    })
    assert.equal(answer.status, 400)
  })
  it('is by a login that does', async () => assert.equal((await retry(await fresh())).status, 202))
  it('does not say to an old login that it no longer can be', async () => {
    const answers = [await retry(await stale()), await retry(await fresh())]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 409],
    )
  })
})

describe('an erasure on a date', () => {
  before(open)
  after(close)
  const path = '/services/bob/actions/erase'
  const confirmed = async () => front.scene.confirmed('erase', ON_DATE, 'bob')

  it('asks for the login when it is submitted', async () => {
    const answer = await front.ask('POST', path, {
      token: await stale(),
      body: { input: ON_DATE, confirmation: await confirmed() },
      headers: gesture(),
    })
    assert.equal(answer.status, 401)
  })
  it('is carried out on its day by nobody’s login', async () => {
    const answer = await front.ask('POST', path, {
      token: await fresh(),
      body: { input: ON_DATE, confirmation: await confirmed() },
      headers: gesture(),
    })
    assert.equal(answer.status, 202)
    await front.scene.pass(0)
    await dayComes(front.scene)
    assert.equal((await front.scene.service())?.state, 'deleted')
  })
})

describe('the actions offered', () => {
  before(open)
  after(close)
  async function asking(token: string): Promise<string[]> {
    const answer = await front.ask('GET', '/services/bob/actions', { token })
    const { actions } = actionsSchema.parse(await answer.json())
    return actions
      .filter(({ confirmation }) => confirmation.step_up === true)
      .map(({ name }) => name)
      .sort()
  }

  it('say which of them will ask this person to prove who they are', async () =>
    assert.deepEqual(await asking(await stale()), ['erase', 'freeze', 'peek', 'repack', 'whisper']))
  it('say nothing of it to whom they will not ask', async () =>
    assert.deepEqual(await asking(await fresh()), []))
  it('say it of what the login does not do for', async () =>
    assert.deepEqual(await asking(await front.token({ auth_time: seconds(3600), acr: PIN })), [
      'erase',
      'peek',
      'repack',
      'whisper',
    ]))
})
