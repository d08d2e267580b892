import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { before, describe, it } from 'node:test'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { allows, mayTouch } from '../../../bff/auth/grant.ts'
import { RemoteKeys } from '../../../bff/auth/key-source.ts'
import { refusedFor } from '../../../bff/auth/token-fault.ts'
import { type TenantKeys, type VerifyDeps, verify } from '../../../bff/auth/verify.ts'
import { tenantId } from '../../tenant-id.ts'
import { nothingRevoked } from './nothing-revoked.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const SECONDS = NOW / 1000
const ISSUER = 'https://brand.example'
const AUDIENCE = 'https://panel.example'
const clock = { now: () => NOW }

let key: CryptoKey
let foreign: CryptoKey
let deps: VerifyDeps
let publicKey: object

before(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true })
  key = pair.privateKey
  publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'k1' }
  foreign = (await generateKeyPair('ES256')).privateKey
  const tenant: TenantKeys = {
    tenant: tenantId('ten_1'),
    issuer: ISSUER,
    algorithms: ['ES256'],
    keys: { jwks: { keys: [publicKey] } },
    origins: ['https://admin.brand.example'],
    client_actions: undefined,
  }
  deps = {
    clock,
    audience: AUDIENCE,
    remoteKeys: new RemoteKeys({
      clock,
      fetch: () => Promise.reject(new Error('nothing to fetch')),
    }),
    revocations: nothingRevoked,
    tenantOf: async (issuer) => (issuer === ISSUER ? tenant : undefined),
  }
})

const good = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'ann',
  jti: 'one',
  client_id: 'admin',
  iat: SECONDS,
  exp: SECONDS + 300,
  scope: 'services:read actions:suspend actions:login invented',
  role: 'staff',
}

function token(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  signer: CryptoKey = key,
): Promise<string> {
  const all = Object.fromEntries(
    Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined),
  )
  return new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(signer)
}

const ask = (jwt: string, origin?: string) =>
  verify(deps, { authorization: `Bearer ${jwt}`, in_query: false, origin })

async function kindOf(jwt: string, origin?: string): Promise<string> {
  const answer = await ask(jwt, origin)
  return answer.ok ? 'granted' : refusedFor(answer.fault)
}

async function grantOf(claims: Record<string, unknown>) {
  const answer = await ask(await token(claims))
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.grant
}

describe('a token that is bad without a look at its signature', () => {
  const bad: readonly [string, () => Promise<string>][] = [
    ['expired', () => token({ exp: SECONDS - 60, iat: SECONDS - 120 })],
    ['for somebody else', () => token({ aud: 'https://elsewhere.example' })],
    ['that lives too long', () => token({ exp: SECONDS + 3600 })],
    ['from the future', () => token({ iat: SECONDS + 60 })],
    ['without a subject', () => token({ sub: undefined })],
    ['of another type', () => token({}, { typ: 'JWT' })],
    ['with an extension', () => token({}, { b64: true, crit: ['b64'] })],
    ['of nobody', () => token({ iss: 'https://nobody.example' })],
    ['cut in half', async () => (await token()).slice(0, 200)],
  ]
  /** How often its keys were asked for. */
  async function asked(jwt: string): Promise<number> {
    let times = 0
    const tenant = await deps.tenantOf(ISSUER)
    assert.ok(tenant !== undefined)
    const remoteKeys = {
      source: () => () => {
        times += 1
        return key
      },
    }
    const jwks_url = 'https://brand.example/keys'
    await verify(
      {
        ...deps,
        remoteKeys,
        tenantOf: async (iss) => (iss === ISSUER ? { ...tenant, keys: { jwks_url } } : undefined),
      },
      { authorization: `Bearer ${jwt}`, in_query: false, origin: undefined },
    ).catch(() => undefined)
    return times
  }
  for (const [what, make] of bad)
    it(`makes us ask for no key: ${what}`, async () => assert.equal(await asked(await make()), 0))
  it('is told apart from one that needs the look', async () =>
    assert.equal(await asked(await token({}, {}, foreign)), 1))
})

describe('a good token', () => {
  it('is granted', async () => assert.equal(await kindOf(await token()), 'granted'))
  it('keeps the scopes we know and no others', async () =>
    assert.deepEqual([...(await grantOf({})).scopes].sort(), [
      'actions:login',
      'actions:suspend',
      'services:read',
    ]))
  it('of staff without a service reaches the whole tenant', async () =>
    assert.equal(mayTouch(await grantOf({}), 'anything'), true))
  it('for one service reaches no other', async () =>
    assert.equal(mayTouch(await grantOf({ service: '1042' }), '1043'), false))
  it('for several reaches each', async () =>
    assert.equal(mayTouch(await grantOf({ service: ['1', '2'] }), '2'), true))
  it('for one service is not for the whole tenant', async () =>
    assert.equal(
      allows(
        await grantOf({ service: '1', scope: 'configurations:write' }),
        'configurations:write',
      ),
      false,
    ))
  it('for the whole tenant is', async () =>
    assert.equal(
      allows(await grantOf({ scope: 'configurations:write' }), 'configurations:write'),
      true,
    ))
  it('that describes its service carries the registration', async () =>
    assert.equal(
      (await grantOf({ service: { id: '1042', domain: 'a.example' } })).registration?.domain,
      'a.example',
    ))
  it('of a client never holds what clients may not', async () =>
    assert.equal(
      allows(await grantOf({ role: 'client', service: '1' }), 'actions:suspend', '1'),
      false,
    ))
  it('of a client holds what clients may', async () =>
    assert.equal(
      allows(await grantOf({ role: 'client', service: '1' }), 'actions:login', '1'),
      true,
    ))
})

describe('authorization details', () => {
  const details = [
    { type: 'provision_service', identifier: '1', actions: ['actions:login'] },
    { type: 'somebody-elses', locations: [] },
  ]
  it('narrow the scopes of their service', async () => {
    const grant = await grantOf({ authorization_details: details })
    assert.deepEqual(
      [allows(grant, 'actions:login', '1'), allows(grant, 'actions:suspend', '1')],
      [true, false],
    )
  })
  it('and a service claim both count', async () => {
    const grant = await grantOf({ service: '2', authorization_details: details })
    assert.deepEqual([mayTouch(grant, '1'), mayTouch(grant, '2')], [false, false])
  })
})

describe('a token that is refused', () => {
  const bad: readonly [string, () => Promise<string>][] = [
    ['expired', () => token({ iat: SECONDS - 600, exp: SECONDS - 10 })],
    ['of another audience', () => token({ aud: 'https://elsewhere.example' })],
    ['of an unknown issuer', () => token({ iss: 'https://nobody.example' })],
    ['not typed at+jwt', () => token({}, { typ: 'JWT' })],
    ['signed by somebody else', () => token({}, {}, foreign)],
    ['living longer than 15 minutes', () => token({ exp: SECONDS + 901 })],
    ['from the future', () => token({ iat: SECONDS + 60, exp: SECONDS + 300 })],
    ['without a role', () => token({ role: undefined })],
    ['with an invented role', () => token({ role: 'root' })],
    ['with a bad service id', () => token({ service: '../1' })],
    ['of a client without a service', () => token({ role: 'client' })],
    ...['exp', 'iat', 'sub', 'jti', 'client_id', 'aud'].map(
      (claim): [string, () => Promise<string>] => [
        `without ${claim}`,
        () => token({ [claim]: undefined }),
      ],
    ),
    ['without a signature', async () => new UnsecuredJWT(good).encode()],
    [
      'signed with our public key as an HMAC secret',
      async () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
        const body = `${part({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${part(good)}`
        const mac = createHmac('sha256', JSON.stringify(publicKey)).update(body)
        return `${body}.${mac.digest('base64url')}`
      },
    ],
    [
      'that brings its own key',
      async () => {
        const pair = await generateKeyPair('ES256', { extractable: true })
        return token({}, { jwk: await exportJWK(pair.publicKey), kid: 'mine' }, pair.privateKey)
      },
    ],
    ['that names a place for its key', () => token({}, { jku: 'https://evil.example/k' }, foreign)],
    [
      'with a critical header we do not know',
      () => token({}, { crit: ['x'], x: 1 }).catch(() => 'a.b.c'),
    ],
    ['cut in half', async () => (await token()).slice(0, -20)],
  ]
  for (const [what, make] of bad) {
    it(`is one ${what}`, async () => assert.equal(await kindOf(await make()), 'invalid_token'))
  }
  it('is one from a page that is not the tenant’s', async () =>
    assert.equal(await kindOf(await token(), 'https://evil.example'), 'origin_forbidden'))
  it('is one from a page the token does not list', async () =>
    assert.equal(
      await kindOf(await token({ origins: ['https://x.example'] }), 'https://admin.brand.example'),
      'origin_forbidden',
    ))
})

describe('a token from a page', () => {
  it('is granted on a page of the tenant that it does not list', async () =>
    assert.equal(await kindOf(await token(), 'https://admin.brand.example'), 'granted'))
  it('is granted on a page that it lists', async () =>
    assert.equal(
      await kindOf(
        await token({ origins: ['https://admin.brand.example'] }),
        'https://admin.brand.example',
      ),
      'granted',
    ))
  it('is refused on a page that hides where it is', async () =>
    assert.equal(await kindOf(await token(), 'null'), 'origin_forbidden'))
})

describe('a token somebody acts with', () => {
  it('says who acts', async () =>
    assert.equal((await grantOf({ act: { sub: 'staff-1', name: 'Ann' } })).act, 'Ann'))
  it('says who acts now, not who did before', async () =>
    assert.equal((await grantOf({ act: { sub: 'now', act: { sub: 'before' } } })).act, 'now'))
  it('can be revoked by both of them', async () =>
    assert.deepEqual((await grantOf({ act: { sub: 'staff-1' } })).credential.subjects, [
      'ann',
      'staff-1',
    ]))
  it('is refused when it does not say who', async () =>
    assert.equal(await kindOf(await token({ act: { name: 'Ann' } })), 'invalid_token'))
})
