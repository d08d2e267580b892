import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bound } from '../operations/scene.ts'
import { bare, type Front, openFront } from './front.ts'

let front: Front
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
  await bound(front.scene, 'eve')
})
after(() => front.end())

const fields = (more: Parameters<Front['ask']>[2] = {}) =>
  front.ask('GET', '/services/bob/fields', more)

describe('a token in the query', () => {
  it('is not taken', async () => {
    const path = `/services/bob/fields?access_token=${await front.token()}`
    assert.notEqual((await front.ask('GET', path, { token: null })).status, 200)
  })
})

describe('two tokens in one request', () => {
  it('are not taken', async () => {
    const headers = new Headers()
    headers.append('authorization', `Bearer ${await front.token()}`)
    headers.append('authorization', `Bearer ${await front.token()}`)
    const response = await front.app.hono.request('/v1/services/bob/fields', { headers })
    assert.ok([400, 401].includes(response.status), String(response.status))
  })
})

describe('who is turned away for their token', () => {
  const challenges: [
    what: string,
    token: () => Promise<string | null>,
    status: number,
    challenge: RegExp,
  ][] = [
    ['no token', async () => null, 401, /^Bearer realm="provision"$/],
    ['a bad token', async () => 'a.b.c', 401, /^Bearer realm="provision", error="invalid_token"$/],
    [
      'no scope',
      () => front.token({ scope: 'logs:read' }),
      403,
      /^Bearer (realm="provision", )?error="insufficient_scope", scope="fields:read"$/,
    ],
  ]
  for (const [what, token, status, challenge] of challenges)
    it(`reads the challenge: ${what}`, async () => {
      const response = await fields({ token: await token() })
      assert.equal(response.status, status)
      assert.match(response.headers.get('www-authenticate') ?? '', challenge)
    })
})

describe('what a proxy is said to have written', () => {
  it('changes no answer', async () => {
    const token = await front.token({ service: 'bob' })
    const plain = await bare(await front.ask('GET', '/services/eve/fields', { token }))
    const forged = await front.ask('GET', '/services/eve/fields', {
      token,
      headers: {
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-host': 'panel.example',
        'x-forwarded-proto': 'https',
        'x-real-ip': '127.0.0.1',
        'x-user-id': 'ann',
        'x-original-url': '/v1/services/bob/fields',
        'x-rewrite-url': '/v1/services/bob/fields',
        forwarded: 'for=127.0.0.1',
      },
    })
    assert.equal(await bare(forged), plain)
  })
  it('makes no other method of one', async () => {
    const response = await fields({ headers: { 'x-http-method-override': 'PATCH' } })
    assert.equal(response.status, 200)
  })
})

describe('a parameter that is there twice', () => {
  it('is refused, not chosen from', async () =>
    assert.equal((await front.ask('GET', '/services/bob/logs?limit=1&limit=200')).status, 400))
  it('is not taken from the body where it belongs into the query', async () =>
    assert.equal(
      (await front.ask('PATCH', '/services/bob/fields', { body: { fields: {}, limit: 1 } })).status,
      400,
    ))
})

describe('a member nobody asked for', () => {
  for (const body of [
    '{"input":{"package":"large"},"tenant":"ten_2"}',
    '{"input":{"package":"large"},"state":"succeeded"}',
    '{"input":{"package":"large"},"__proto__":{"role":"staff"}}',
    '{"input":{"package":"large"},"constructor":{"prototype":{"role":"staff"}}}',
  ])
    it(`is refused: ${body}`, async () => {
      const response = await front.ask('POST', '/services/bob/actions/repack', {
        raw: body,
        headers: { 'idempotency-key': 'a-member-too-many' },
      })
      assert.equal(response.status, 400)
    })
  it('has changed the members of no object', () => assert.equal(Reflect.get({}, 'role'), undefined))
})

describe('answers', () => {
  it('set no cookie', async () => {
    const all = await Promise.all([fields(), fields({ token: null }), front.ask('GET', '/errors')])
    assert.deepEqual(
      all.map((response) => response.headers.get('set-cookie')),
      [null, null, null],
    )
  })
  it('say nothing of what they were made with', async () => {
    const { headers } = await fields()
    assert.deepEqual([headers.get('server'), headers.get('x-powered-by')], [null, null])
  })
  it('with a body say what it is', async () => {
    const all = await Promise.all([
      fields(),
      fields({ token: null }),
      front.ask('GET', '/openapi.json'),
    ])
    assert.deepEqual(
      all.map((response) => response.headers.get('content-type')),
      ['application/json', 'application/problem+json', 'application/json'],
    )
  })
})

describe('the routes of the app', () => {
  it('are all described, but for those outside of /v1', () => {
    const declared = new Set(front.app.routes.map(({ method, path }) => `${method} /v1${path}`))
    const mounted = front.app.hono.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path}`)
    assert.deepEqual([...new Set(mounted)].filter((route) => !declared.has(route)).sort(), [
      'GET /livez',
      'GET /readyz',
      'GET /v1/errors',
      'GET /v1/errors/:code',
      'GET /v1/openapi.json',
    ])
  })
})
