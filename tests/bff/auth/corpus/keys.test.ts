import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { tenantId } from '../../../tenant-id.ts'
import {
  type Brand,
  type BrandKey,
  b64,
  goodClaims,
  json,
  makeKey,
  openBrand,
  signature,
} from '../brand.ts'

let brand: Brand
let mine: BrandKey
let server: Server
let place: string
let asked = 0

before(async () => {
  brand = openBrand()
  mine = makeKey('ES256', 'mine')
  // Wherever a token points: a set that would make it good.
  server = createServer((_request, response) => {
    asked += 1
    response.end(JSON.stringify({ keys: [mine.jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address with one.
  place = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
})
after(() => server.close())

const forged = (header: Record<string, unknown>, algorithm = 'ES256') => {
  const text = `${json({ alg: algorithm, typ: 'at+jwt', ...header })}.${json(goodClaims)}`
  return `${text}.${b64(signature('ES256', mine.privateKey, text))}`
}

describe('a token that brings its own key, or says where it is', () => {
  const ways: readonly [string, () => Record<string, unknown>][] = [
    ['jwk', () => ({ jwk: mine.jwk })],
    [
      'jwk under the name of ours',
      () => ({ jwk: { ...mine.jwk, kid: 'key-ES256' }, kid: 'key-ES256' }),
    ],
    ['jwk with its private half', () => ({ jwk: mine.privateKey.export({ format: 'jwk' }) })],
    ['jku', () => ({ jku: place, kid: 'mine' })],
    ['jku that begins like the issuer', () => ({ jku: `https://brand.example@127.0.0.1/keys` })],
    ['x5u', () => ({ x5u: place, kid: 'mine' })],
    [
      'x5c',
      () => ({ x5c: [mine.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] }),
    ],
    ['x5t', () => ({ x5t: 'AAAA', 'x5t#S256': 'AAAA' })],
    ['a whole set', () => ({ jwks: { keys: [mine.jwk] }, keys: [mine.jwk] })],
    ['key, iss and aud in the header', () => ({ iss: goodClaims.iss, aud: goodClaims.aud })],
  ]
  for (const [what, header] of ways)
    it(`is refused: ${what}`, async () =>
      assert.equal(await brand.answer(forged(header())), 'invalid_token'))
  it('is asked for nowhere', () => assert.equal(asked, 0))
  it('is judged by the registered key alone when that one signed it', async () =>
    assert.equal(await brand.answer(brand.token({}, { jku: place, jwk: mine.jwk })), 'granted'))
})

describe('a key id', () => {
  const hostile: readonly unknown[] = [
    'mine',
    '',
    '../../../../dev/null',
    '/dev/null',
    'file:///etc/passwd',
    "key-ES256' OR '1'='1",
    'key-ES256"; DROP TABLE tenant; --',
    'key-ES256\u0000',
    'KEY-ES256',
    'key-ES256 ',
    '|/usr/bin/id',
    '$(id)',
    '{{7*7}}',
    '%24%7Bjndi:ldap://x%7D',
    '__proto__',
    'constructor',
    'toString',
    'https://evil.example/keys#1',
    '\r\nSet-Cookie: a=b',
    'x'.repeat(257),
    'x'.repeat(4000),
    null,
    0,
    1,
    true,
    [],
    ['key-ES256'],
    {},
    { kid: 'key-ES256' },
  ]
  for (const kid of hostile)
    it(`that names none of ours is refused: ${JSON.stringify(kid).slice(0, 60)}`, async () =>
      assert.equal(await brand.answer(forged({ kid })), 'invalid_token'))
  it('of ours does not make a foreign signature good', async () =>
    assert.equal(await brand.answer(forged({ kid: 'key-ES256' })), 'invalid_token'))
  it('may be missing where one key only can have signed', async () =>
    assert.equal(await brand.answer(brand.token({}, { kid: undefined })), 'granted'))
  it('may be missing while the issuer changes its key', async () => {
    const before_ = makeKey('ES256', 'before')
    const now = brand.key('ES256')
    const tenant = { ...brand.tenant, keys: { jwks: { keys: [before_.jwk, now.jwk] } } }
    const changing = openBrand({ tenantOf: async () => tenant })
    assert.equal(await changing.answer(brand.token({}, { kid: undefined })), 'granted')
  })
  it('that is missing makes no foreign signature good', async () => {
    const others = [makeKey('ES256', 'a'), makeKey('ES256', 'b')]
    const tenant = { ...brand.tenant, keys: { jwks: { keys: others.map(({ jwk }) => jwk) } } }
    const changing = openBrand({ tenantOf: async () => tenant })
    assert.equal(await changing.reason(brand.token({}, { kid: undefined })), 'signature_wrong')
  })
})

describe('keys that share their id', () => {
  it('are told apart by their kind: the one that signed is found', async () => {
    const keys = ['ES256', 'RS256', 'EdDSA'] as const
    const shared = keys.map((algorithm) => ({ ...brand.key(algorithm).jwk, kid: 'shared' }))
    const tenant = { ...brand.tenant, keys: { jwks: { keys: shared } } }
    const sharing = openBrand({ tenantOf: async () => tenant })
    for (const algorithm of keys) {
      const text = `${json({ ...brand.header(algorithm), kid: 'shared' })}.${json(goodClaims)}`
      const token = `${text}.${b64(signature(algorithm, brand.key(algorithm).privateKey, text))}`
      assert.equal(await sharing.answer(token), 'granted', algorithm)
    }
  })
  it('and their kind are each tried, and no other makes a signature good', async () => {
    const other = makeKey('ES256', 'key-ES256')
    const jwks = { keys: [other.jwk, brand.key('ES256').jwk] }
    const tenant = { ...brand.tenant, keys: { jwks } }
    const sharing = openBrand({ tenantOf: async () => tenant })
    assert.deepEqual(
      [await sharing.answer(brand.token()), await sharing.reason(forged({ kid: 'key-ES256' }))],
      ['granted', 'signature_wrong'],
    )
  })
})

describe('a key that is somebody else’s on the same BFF', () => {
  it('lets nobody in here, under whatever id it is named', async () => {
    const theirs = { ...brand.tenant, tenant: tenantId('ten_2'), issuer: 'https://other.example' }
    const tenants = new Map([
      [brand.tenant.issuer, brand.tenant],
      [theirs.issuer, { ...theirs, keys: { jwks: { keys: [mine.jwk] } } }],
    ])
    const both = openBrand({ tenantOf: async (issuer) => tenants.get(issuer) })
    for (const kid of ['mine', 'key-ES256', undefined])
      assert.equal(await both.answer(forged({ kid })), 'invalid_token', String(kid))
  })
  it('is not found by an id that two brands use', async () => {
    const theirs = { ...mine.jwk, kid: 'key-ES256' }
    const tenants = new Map([
      [brand.tenant.issuer, brand.tenant],
      ['https://other.example', { ...brand.tenant, keys: { jwks: { keys: [theirs] } } }],
    ])
    const both = openBrand({ tenantOf: async (issuer) => tenants.get(issuer) })
    assert.equal(await both.reason(forged({ kid: 'key-ES256' })), 'signature_wrong')
  })
})

describe('a key that says what it is for', () => {
  for (const [alg, kid] of [
    ['PS256', 'key-RS256'],
    ['RS512', 'key-RS256'],
  ] as const)
    it(`makes nothing else good: ${alg}, and signed as RS256`, async () => {
      const jwk = { ...brand.key('RS256').jwk, alg }
      const tenant = { ...brand.tenant, keys: { jwks: { keys: [jwk] } } }
      const telling = openBrand({ tenantOf: async () => tenant })
      const text = `${json({ alg: 'RS256', typ: 'at+jwt', kid })}.${json(goodClaims)}`
      const token = `${text}.${b64(signature('RS256', brand.key('RS256').privateKey, text))}`
      assert.equal(await telling.reason(token), 'key_unknown')
    })
})

describe('a header with an extension', () => {
  const extensions: readonly Record<string, unknown>[] = [
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: false },
    { crit: ['b64'], b64: true },
    { b64: false },
    { crit: [] },
    { crit: ['alg'] },
    { crit: ['kid'] },
    { crit: ['x', 'x'], x: 1 },
    { crit: 'x', x: 1 },
    { crit: null },
    { crit: {} },
    { crit: ['http://example.invalid/unknown'], 'http://example.invalid/unknown': true },
  ]
  for (const header of extensions)
    it(`is refused although the signature is good: ${JSON.stringify(header)}`, async () =>
      assert.equal(await brand.reason(brand.token({}, header)), 'extension_critical'))
})

describe('the type of a token', () => {
  for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])
    it(`is an access token’s: ${typ}`, async () =>
      assert.equal(await brand.answer(brand.token({}, { typ })), 'granted'))
  const others: readonly unknown[] = [
    undefined,
    null,
    '',
    'JWT',
    'jwt',
    'id+jwt',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'at+jwt ',
    ' at+jwt',
    'at+jwt;x=1',
    'text/at+jwt',
    'application/application/at+jwt',
    'at jwt',
    ['at+jwt'],
    { typ: 'at+jwt' },
    1,
  ]
  for (const typ of others)
    it(`is no other: ${JSON.stringify(typ)}`, async () =>
      assert.equal(await brand.reason(brand.token({}, { typ })), 'type_wrong'))
})
