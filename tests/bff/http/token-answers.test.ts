import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { createAdaptorServer } from '@hono/node-server'
import { KeysUnavailable } from '../../../bff/auth/key-source.ts'
import { revokeSubject, revokeToken } from '../../../bff/tenants/revoke.ts'
import { leaks } from '../../secret-search.ts'
import { tenantId } from '../../tenant-id.ts'
import { bound } from '../operations/scene.ts'
import { bare, type Front, ORIGIN, openFront } from './front.ts'

let front: Front
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
})
after(() => front.end())

const PATH = '/services/bob'
const OPERATOR = { role: 'system', label: 'operator' } as const
const ask = (authorization: string | undefined, path = PATH, headers = {}) =>
  front.ask('GET', path, {
    token: null,
    headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
  })
const told = async (response: Promise<Response>) => {
  const { status, headers } = await response
  return [status, headers.get('www-authenticate')]
}
const REALM = 'Bearer realm="provision"'

describe('a request without a token', () => {
  it('is told that one is needed, and of no error', async () =>
    assert.deepEqual(await told(ask(undefined)), [401, REALM]))
  it('is told the same with another scheme', async () =>
    assert.deepEqual(await told(ask('Basic YTpi')), [401, REALM]))
})

describe('a request that is not as it should be', () => {
  const invalid = [400, `${REALM}, error="invalid_request"`]
  it('is told so with a header that is not well formed', async () =>
    assert.deepEqual(await told(ask('Bearer a b')), invalid))
  it('is told so with two credentials', async () => {
    const good = await front.token()
    assert.deepEqual(await told(ask(`Bearer ${good}, Bearer ${good}`)), invalid)
  })
  it('is told so with the token in its query', async () =>
    assert.deepEqual(
      await told(ask(undefined, `${PATH}?access_token=${await front.token()}`)),
      invalid,
    ))
  it('is told so with the token in its query as well', async () => {
    const good = await front.token()
    assert.deepEqual(await told(ask(`Bearer ${good}`, `${PATH}?access_token=x`)), invalid)
  })
  it('is told so with a header of more than 8 KiB', async () =>
    assert.deepEqual(await told(ask(`Bearer ${'a'.repeat(9000)}`)), invalid))
  it('is told so by a listening server that gets the header twice', async () => {
    const server = createAdaptorServer({ fetch: front.app.hono.fetch })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    const good = await front.token()
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(address.port, '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
      socket.write(
        `GET /v1${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${good}\r\nAuthorization: Bearer ${good}\r\nConnection: close\r\n\r\n`,
      )
    })
    await new Promise((resolve) => server.close(resolve))
    assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*error="invalid_request"/)
  })
})

describe('a token in a form', () => {
  it('is not read: a form is no request of ours', async () => {
    const response = await front.ask('POST', `${PATH}/actions/peek`, {
      raw: `access_token=${await front.token()}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.equal(response.status, 415)
  })
  it('is not taken for a header that is missing', async () => {
    const response = front.ask('POST', `${PATH}/actions/peek`, {
      token: null,
      raw: `access_token=${await front.token()}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.deepEqual(await told(response), [401, REALM])
  })
})

describe('a token that is not good', () => {
  const now = () => Math.floor(front.scene.now / 1000)
  const bad: readonly [string, string, () => Promise<string>][] = [
    ['rubbish', 'not_three_parts', async () => 'rubbish'],
    ['that expired', 'expired 100 s', () => front.token({ iat: now() - 400, exp: now() - 100 })],
    ['for another audience', 'audience_wrong', () => front.token({ aud: 'https://x.example' })],
    [
      'of an issuer nobody knows',
      'issuer_unknown',
      () => front.token({ iss: 'https://x.example' }),
    ],
    ['without a role', 'claim_wrong role', () => front.token({ role: undefined })],
    [
      'with another signature',
      'signature_wrong',
      async () => {
        const [head, body] = (await front.token()).split('.')
        return `${head}.${body}.${(await front.token()).split('.')[2]}`
      },
    ],
    [
      'that was revoked',
      'revoked token',
      async () => {
        await revokeToken(front.scene.deps, tenantId('ten_1'), OPERATOR, { jti: 'revoked-one' })
        front.revocations.forget()
        return front.token({ jti: 'revoked-one' })
      },
    ],
    [
      'of a subject that was revoked',
      'revoked subject',
      async () => {
        await revokeSubject(front.scene.deps, tenantId('ten_1'), OPERATOR, 'mallory')
        front.revocations.forget()
        return front.token({ sub: 'mallory' })
      },
    ],
  ]
  for (const [what, reason, make] of bad) {
    it(`is told so and no more: ${what}`, async () =>
      assert.deepEqual(await told(ask(`Bearer ${await make()}`)), [
        401,
        `${REALM}, error="invalid_token"`,
      ]))
    it(`is answered as every other, byte for byte: ${what}`, async () => {
      const [one, other] = [await ask(`Bearer ${await make()}`), await ask('Bearer rubbish')]
      assert.equal(await bare(one), await bare(other))
    })
    it(`has its reason in our log: ${what}`, async () => {
      const token = await make()
      front.turnedAway.length = 0
      await ask(`Bearer ${token}`)
      assert.deepEqual(
        front.turnedAway.map((entry) => entry.reason),
        [reason],
      )
    })
  }
  it('is nowhere in our log, nor is what it says', async () => {
    front.turnedAway.length = 0
    const token = await front.token({
      aud: 'https://CANARY.example',
      sub: 'CANARYSUBJECT',
      jti: 'CANARYJTI',
    })
    await ask(`Bearer ${token}`)
    assert.equal(front.turnedAway.length, 1)
    assert.deepEqual(
      leaks(JSON.stringify(front.turnedAway), {
        token,
        a: 'CANARY.example',
        b: 'CANARYSUBJECT',
        c: 'CANARYJTI',
      }),
      [],
    )
  })
})

describe('a token that does not allow it', () => {
  it('is told which scope would', async () => {
    const token = await front.token({ scope: 'logs:read' })
    assert.deepEqual(await told(ask(`Bearer ${token}`)), [
      403,
      `${REALM}, error="insufficient_scope", scope="services:read"`,
    ])
  })
  it('is told so on a page that is not the tenant’s, without a challenge: no token would help', async () =>
    assert.deepEqual(
      await told(ask(`Bearer ${await front.token()}`, PATH, { origin: 'https://evil.example' })),
      [403, null],
    ))
  it('is taken on a page of the tenant', async () =>
    assert.equal(
      (await ask(`Bearer ${await front.token()}`, PATH, { origin: ORIGIN })).status,
      200,
    ))
})

describe('keys that cannot be had', () => {
  it('are our fault: come again, and no challenge that would make a page throw its token away', async () => {
    const { tenantOf } = front.auth
    const away = await openFront(undefined, undefined, {
      remoteKeys: {
        source: () => () => Promise.reject(new KeysUnavailable('down')),
      },
      tenantOf: async (issuer) => {
        const tenant = await tenantOf(issuer)
        return tenant && { ...tenant, keys: { jwks_url: 'https://brand.example/jwks' } }
      },
    })
    const response = await away.ask('GET', PATH)
    await away.end()
    assert.deepEqual(
      [
        response.status,
        response.headers.get('retry-after'),
        response.headers.get('www-authenticate'),
      ],
      [503, '5', null],
    )
  })
})

describe('an open stream', () => {
  const open = async (claims: Record<string, unknown>) => {
    const response = await front.ask('GET', `${PATH}/events`, { token: await front.token(claims) })
    assert.ok(response.body !== null)
    return response.text.bind(response)
  }
  it('ends when its token is revoked', async () => {
    const rest = await open({ jti: 'streaming' })
    await revokeToken(front.scene.deps, tenantId('ten_1'), OPERATOR, { jti: 'streaming' })
    front.scene.now += 5000
    await front.feed.tick()
    assert.match(await rest(), /event: bye\ndata: {"reason":"token"}\n\n$/)
  })
  it('ends when its subject is revoked', async () => {
    const rest = await open({ sub: 'listener' })
    await revokeSubject(front.scene.deps, tenantId('ten_1'), OPERATOR, 'listener')
    front.scene.now += 5000
    await front.feed.tick()
    assert.match(await rest(), /event: bye\ndata: {"reason":"token"}\n\n$/)
  })
  it('is told nothing that happened after that', async () => {
    const rest = await open({ sub: 'curious' })
    await revokeSubject(front.scene.deps, tenantId('ten_1'), OPERATOR, 'curious')
    front.scene.now += 5000
    await front.ask('PUT', PATH, { body: { label: 'Changed' } })
    await front.feed.tick()
    assert.doesNotMatch(await rest(), /event: service/)
  })
  it('of the same subject at another tenant goes on', async () => {
    await revokeSubject(front.scene.deps, tenantId('ten_2'), OPERATOR, 'ann')
    await revokeToken(front.scene.deps, tenantId('ten_2'), OPERATOR, { jti: 'same' })
    front.scene.now += 5000
    assert.equal((await ask(`Bearer ${await front.token({ jti: 'same' })}`)).status, 200)
  })
})
