import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { changeTenant } from '../../../bff/tenants/change.ts'
import { tenantNamed } from '../../../bff/tenants/list.ts'
import { type Brands, NORTH, openBrands, SOUTH } from '../brands.ts'

const STAFF = { role: 'staff', label: 'Ann' } as const
const STRANGER = 'https://evil.example'
const EXPOSED = [
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'ETag',
  'Location',
  'WWW-Authenticate',
  'X-Request-Id',
]

let brands: Brands
before(async () => {
  brands = await openBrands()
  const { db, clock } = brands.bff.rooms.configurations
  const south = await tenantNamed(db, SOUTH.issuer)
  assert.ok(south)
  await changeTenant({ db, clock }, STAFF, south, { limits: { token: 1 } })
})
after(() => brands.end())

const varies = (headers: Headers) =>
  (headers.get('vary') ?? '').split(/, */).some((name) => name.toLowerCase() === 'origin')

type Answered = (headers: Record<string, string>) => Promise<Response>
const north = async (claims: Record<string, unknown> = {}) => brands.token(claims)

/** What a good token of the first brand brings about: for that brand's pages alone. */
const OWN: readonly [what: string, status: number, ask: Answered][] = [
  [
    'what was asked for',
    200,
    async (headers) => brands.send('GET', '/v1/services/bob', { token: await north(), headers }),
  ],
  [
    'an operation that was taken',
    202,
    async (headers) =>
      brands.send('POST', '/v1/services/bob/actions/whisper', {
        token: await north(),
        headers: { ...headers, 'idempotency-key': 'one-gesture' },
        body: { input: { password: 'pa55-of-the-page' } },
      }),
  ],
  [
    'a stream',
    200,
    async (headers) => {
      const response = await brands.send('GET', '/v1/services/bob/events', {
        token: await north(),
        headers,
      })
      await response.body?.cancel()
      return response
    },
  ],
  [
    'a service that is none',
    404,
    async (headers) => brands.send('GET', '/v1/services/nobody', { token: await north(), headers }),
  ],
  [
    'a service that is not the token’s',
    404,
    async (headers) =>
      brands.send('GET', '/v1/services/amy', { token: await north({ service: 'bob' }), headers }),
  ],
  [
    'a scope that is missing',
    403,
    async (headers) =>
      brands.send('GET', '/v1/services/bob', {
        token: await north({ scope: 'logs:read' }),
        headers,
      }),
  ],
  [
    'a body that is wrong',
    400,
    async (headers) =>
      brands.send('PUT', '/v1/services/bob', { token: await north(), headers, body: { label: 7 } }),
  ],
  [
    'a body that is no JSON',
    415,
    async (headers) =>
      brands.send('PUT', '/v1/services/bob', {
        token: await north(),
        headers: { ...headers, 'content-type': 'text/plain' },
        raw: '{}',
      }),
  ],
  [
    'a key that is missing',
    400,
    async (headers) =>
      brands.send('POST', '/v1/services/bob/actions/repack', {
        token: await north(),
        headers,
        body: { input: {} },
      }),
  ],
]

/** What no tenant is behind: it says nothing of anybody. */
const NOBODYS: readonly [what: string, status: number, ask: Answered][] = [
  ['no token', 401, (headers) => brands.send('GET', '/v1/services/bob', { headers })],
  [
    'a token that is none',
    401,
    (headers) => brands.send('GET', '/v1/services/bob', { token: 'a.b.c', headers }),
  ],
  [
    'a token that is over',
    401,
    async (headers) =>
      brands.send('GET', '/v1/services/bob', { token: await north({ iat: 1, exp: 2 }), headers }),
  ],
  [
    'a token of an issuer nobody added',
    401,
    async (headers) =>
      brands.send('GET', '/v1/services/bob', { token: await north({ iss: STRANGER }), headers }),
  ],
  ['a path that is none', 404, (headers) => brands.send('GET', '/v1/nothing', { headers })],
  [
    'a method that is none',
    405,
    (headers) => brands.send('DELETE', '/v1/services/bob', { headers }),
  ],
  [
    'a body that is too large',
    413,
    (headers) =>
      brands.send('PUT', '/v1/services/bob', {
        headers: { ...headers, 'content-length': '9999999' },
      }),
  ],
  ['the description', 200, (headers) => brands.send('GET', '/v1/openapi.json', { headers })],
  ['the problems', 200, (headers) => brands.send('GET', '/v1/errors', { headers })],
  ['whether it lives', 200, (headers) => brands.send('GET', '/livez', { headers })],
]

for (const [what, status, ask] of [...OWN, ...NOBODYS])
  describe(`an answer about ${what}`, () => {
    it('is read by the page of its own brand, and by that origin only', async () => {
      const response = await ask({ origin: NORTH.origin })
      assert.deepEqual(
        [response.status, response.headers.get('access-control-allow-origin')],
        [status, NORTH.origin],
      )
    })
    it('shows that page every header it needs', async () => {
      const { headers } = await ask({ origin: NORTH.origin })
      const shown = (headers.get('access-control-expose-headers') ?? '').split(', ')
      assert.deepEqual(
        EXPOSED.filter((name) => !shown.includes(name)),
        [],
      )
    })
    it('is read by no page nobody registered', async () => {
      const { headers } = await ask({ origin: STRANGER })
      assert.equal(headers.get('access-control-allow-origin'), null)
    })
    it('never goes with credentials, and differs by origin whoever asks', async () => {
      for (const headers of [{ origin: NORTH.origin }, { origin: STRANGER }, {}]) {
        const answer = await ask(headers)
        assert.deepEqual(
          [varies(answer.headers), answer.headers.get('access-control-allow-credentials')],
          [true, null],
        )
      }
    })
  })

for (const [what, , ask] of OWN)
  describe(`what a token of one brand brings about (${what})`, () => {
    it('is forbidden to a page of another brand, which cannot even read that', async () => {
      const response = await ask({ origin: SOUTH.origin })
      assert.deepEqual(
        [response.status, response.headers.get('access-control-allow-origin')],
        [403, null],
      )
    })
  })

for (const [what, status, ask] of NOBODYS)
  describe(`what no tenant is behind (${what})`, () => {
    it('is the same to a page of any brand', async () => {
      const response = await ask({ origin: SOUTH.origin })
      assert.deepEqual(
        [response.status, response.headers.get('access-control-allow-origin')],
        [status, SOUTH.origin],
      )
    })
  })

describe('a token that asks too often', () => {
  it('is told so on its own brand’s page', async () => {
    const token = await brands.token({ iss: SOUTH.issuer })
    const ask = () =>
      brands.send('GET', '/v1/services/bob', { token, headers: { origin: SOUTH.origin } })
    let response = await ask()
    for (let i = 0; i < 3 && response.status !== 429; i++) response = await ask()
    assert.deepEqual(
      [response.status, response.headers.get('access-control-allow-origin')],
      [429, SOUTH.origin],
    )
  })
})

describe('a token bound to one page of its brand', () => {
  it('is forbidden on another of its pages, which cannot read the answer', async () => {
    const response = await brands.send('GET', '/v1/services/bob', {
      token: await north({ origins: ['https://my.north.example'] }),
      headers: { origin: NORTH.origin },
    })
    assert.deepEqual(
      [response.status, response.headers.get('access-control-allow-origin')],
      [403, null],
    )
  })
})

describe('a preflight, which carries no token', () => {
  const preflight = (origin: string, path = '/v1/services/bob') =>
    brands.send('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type, idempotency-key',
      },
    })
  for (const { origin } of [NORTH, SOUTH])
    it(`is answered for a registered origin: ${origin}`, async () => {
      const { status, headers } = await preflight(origin)
      assert.deepEqual(
        [status, headers.get('access-control-allow-origin'), varies(headers)],
        [204, origin, true],
      )
    })
  it('allows no credentials', async () => {
    const { headers } = await preflight(NORTH.origin)
    assert.equal(headers.get('access-control-allow-credentials'), null)
  })
  it('allows nothing to an origin nobody registered', async () => {
    const { headers } = await preflight(STRANGER)
    assert.deepEqual(
      [...headers.keys()].filter((name) => name.startsWith('access-control')),
      [],
    )
  })
  it('is the same for a path that is none: it tells nobody what there is', async () => {
    const [there, none] = await Promise.all(
      ['/v1/services/bob', '/v1/nothing'].map((path) => preflight(NORTH.origin, path)),
    )
    assert.deepEqual([...(there?.headers ?? [])], [...(none?.headers ?? [])])
  })
})

describe('an origin that only looks like a registered one', () => {
  const lookalikes = [
    'null',
    'https://admin.north.example.',
    'https://admin.north.example:443',
    'https://admin.north.example:8443',
    'https://admin.north.example/',
    'http://admin.north.example',
    'https://ADMIN.north.example',
    'HTTPS://admin.north.example',
    'https://xadmin.north.example',
    'https://x.admin.north.example',
    'https://north.example',
    'https://admin.north.example.evil.example',
    'https://evil.example/https://admin.north.example',
    'https://user@admin.north.example',
    'https://admin.north.example@evil.example',
    'https://admın.north.example',
    'https://xn--admn-hpa.north.example',
    'https://admin.north.example https://evil.example',
    'https://admin.north.example, https://evil.example',
    '*',
    'file://',
  ]
  const allowed = async (origin: string) => {
    const token = await north()
    const answers = await Promise.all([
      brands.send('GET', '/v1/services/bob', { token, headers: { origin } }),
      brands.send('GET', '/v1/services/bob', { headers: { origin } }),
      brands.send('OPTIONS', '/v1/services/bob', {
        headers: { origin, 'access-control-request-method': 'GET' },
      }),
    ])
    return answers.map(({ headers }) => headers.get('access-control-allow-origin'))
  }
  // What cannot stand in a header at all never reaches us.
  const sendable = (origin: string) => /^[\x20-\x7e]+$/.test(origin)
  for (const origin of lookalikes.filter(sendable))
    it(`is none: ${origin}`, async () => {
      assert.deepEqual(await allowed(origin), [null, null, null])
    })
  it('is none, however it was made from one', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...'abz019.-:/@%*_'),
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(NORTH.origin, SOUTH.origin),
        fc.nat({ max: 30 }),
        fc.nat({ max: 4 }),
        text,
        async (origin, at, cut, more) => {
          const made = origin.slice(0, at) + more + origin.slice(at + cut)
          fc.pre(made !== NORTH.origin && made !== SOUTH.origin)
          assert.deepEqual(await allowed(made), [null, null, null], made)
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('a request that names no origin', () => {
  it('is answered, and allows nothing', async () => {
    const response = await brands.send('GET', '/v1/services/bob', { token: await north() })
    assert.deepEqual(
      [response.status, response.headers.get('access-control-allow-origin')],
      [200, null],
    )
  })
})

describe('a disabled brand', () => {
  it('has no pages, and its token is told what an unknown issuer’s is, byte for byte', async () => {
    const own = await openBrands()
    const { db, clock } = own.bff.rooms.configurations
    const south = await tenantNamed(db, SOUTH.issuer)
    assert.ok(south)
    await db.write([{ sql: 'UPDATE tenant SET disabled_at = 1 WHERE id = ?', args: [south.id] }])
    own.clock.time = clock.now() + 5000
    const bare = async (iss: string, origin: string) => {
      const response = await own.send('GET', '/v1/services/bob', {
        token: await own.token({ iss }),
        headers: { origin },
      })
      const text = (await response.text()).replace(/req_\w+/g, 'req')
      const headers = [...response.headers].map(
        ([name, value]) => `${name}: ${value.replace(/req_\w+/g, 'req')}`,
      )
      return [response.status, text, headers]
    }
    const disabled = await bare(SOUTH.issuer, SOUTH.origin)
    assert.deepEqual(disabled, await bare('https://nobody.example', SOUTH.origin))
    assert.equal(disabled[0], 401)
    await own.end()
  })
})
