import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { AUDIENCE, type Brand, goodClaims, ISSUER, openBrand, SECONDS } from '../brand.ts'

let brand: Brand
before(() => {
  brand = openBrand()
})
const reason = (claims: Record<string, unknown>) => brand.reason(brand.token(claims))

describe('the time of a token', () => {
  const life = 900
  const fine: readonly [string, Record<string, unknown>][] = [
    ['that lives as long as it may', { iat: SECONDS, exp: SECONDS + life }],
    ['that expired less than five seconds ago', { iat: SECONDS - 300, exp: SECONDS - 4 }],
    ['issued five seconds ahead of our clock', { iat: SECONDS + 5, exp: SECONDS + 300 }],
    ['good from five seconds ahead of our clock', { nbf: SECONDS + 5 }],
    ['good from long ago', { nbf: 0 }],
    ['that lives for one second', { iat: SECONDS, exp: SECONDS + 1 }],
  ]
  for (const [what, claims] of fine)
    it(`is right in one ${what}`, async () => assert.equal(await reason(claims), 'granted'))

  const wrong: readonly [string, Record<string, unknown>, string][] = [
    ['that expired five seconds ago', { iat: SECONDS - 300, exp: SECONDS - 5 }, 'expired 5 s'],
    ['that expired long ago', { iat: 0, exp: 1 }, `expired ${SECONDS - 1} s`],
    ['issued six seconds ahead', { iat: SECONDS + 6, exp: SECONDS + 300 }, 'not_yet_valid 6 s'],
    ['not good for six seconds', { nbf: SECONDS + 6 }, 'not_yet_valid 6 s'],
    ['that lives a second too long', { exp: SECONDS + life + 1 }, 'lifetime_too_long 901 s'],
    [
      'that lives for ever',
      { exp: Number.MAX_SAFE_INTEGER },
      `lifetime_too_long ${Number.MAX_SAFE_INTEGER - SECONDS} s`,
    ],
    ['issued at the beginning of time', { iat: 0 }, `lifetime_too_long ${SECONDS + 300} s`],
    ['issued before the beginning of time', { iat: -1 }, `lifetime_too_long ${SECONDS + 301} s`],
    ['that ends when it begins', { iat: SECONDS, exp: SECONDS }, 'ends_before_it_begins'],
    ['that ends before it begins', { iat: SECONDS + 2, exp: SECONDS + 1 }, 'ends_before_it_begins'],
    ['that ended before the beginning of time', { iat: -300, exp: -1 }, `expired ${SECONDS + 1} s`],
    [
      'in milliseconds',
      { iat: SECONDS * 1000, exp: SECONDS * 1000 + 300 },
      `not_yet_valid ${SECONDS * 999} s`,
    ],
  ]
  for (const [what, claims, why] of wrong)
    it(`is wrong in one ${what}`, async () => assert.equal(await reason(claims), why))

  const odd: readonly unknown[] = [
    String(SECONDS + 300),
    SECONDS + 0.5,
    null,
    true,
    [],
    [SECONDS + 300],
    {},
    '',
    2 ** 53,
    1e300,
    1e99,
    -1e99,
    -(2 ** 53),
    '1e3',
    '0x1',
    ` ${SECONDS + 300}`,
    undefined,
  ]
  for (const value of odd)
    for (const claim of ['exp', 'iat', 'nbf'])
      if (!(claim === 'nbf' && value === undefined))
        it(`is no ${claim} of another kind: ${JSON.stringify(value)}`, async () =>
          assert.equal(await reason({ [claim]: value }), `claim_wrong ${claim}`))
  /** A good token with its end spelled in JSON of one's own. */
  const ending = (spelled: string) => {
    const claims = JSON.stringify({ ...goodClaims, exp: 0 }).replace('"exp":0', `"exp":${spelled}`)
    return brand.reason(brand.signRaw(JSON.stringify(brand.header('ES256')), claims))
  }
  for (const spelled of ['1e99', '-1e99', '1E400', '9007199254740993', '1.5', '1e-1'])
    it(`is no end spelled ${spelled}`, async () =>
      assert.equal(await ending(spelled), 'claim_wrong exp'))
  for (const spelled of ['-0', '-0.0', '0', '-1'])
    it(`is long over, spelled ${spelled}`, async () =>
      assert.equal(await ending(spelled), 'ends_before_it_begins'))
  for (const spelled of [`${SECONDS + 300}.0`, `${(SECONDS + 300) / 100}e2`])
    it(`is the same however its number is spelled: ${spelled}`, async () =>
      assert.equal(await ending(spelled), 'granted'))
  it('is no number too large to be one', async () => {
    const text = JSON.stringify({ ...brand.header('ES256') })
    const claims = JSON.stringify({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'a',
      jti: 'j',
      client_id: 'c',
      role: 'staff',
      iat: SECONDS,
      exp: 7,
    })
    const huge = claims.replace('"exp":7', '"exp":1e999')
    assert.equal(await brand.reason(brand.signRaw(text, huge)), 'claim_wrong exp')
  })
})

describe('the audience of a token', () => {
  it('is ours', async () => assert.equal(await reason({ aud: AUDIENCE }), 'granted'))
  it('is ours in a list of one', async () =>
    assert.equal(await reason({ aud: [AUDIENCE] }), 'granted'))
  const others: readonly unknown[] = [
    'https://elsewhere.example',
    `${AUDIENCE}/`,
    `${AUDIENCE}:443`,
    `${AUDIENCE}\n`,
    ` ${AUDIENCE}`,
    `${AUDIENCE}?`,
    `https://x@${AUDIENCE.slice(8)}`,
    AUDIENCE.toUpperCase(),
    AUDIENCE.slice(0, -1),
    `${AUDIENCE}.evil.example`,
    `${AUDIENCE} https://evil.example`,
    AUDIENCE.replace('https', 'http'),
    [AUDIENCE, 'https://elsewhere.example'],
    ['https://elsewhere.example', AUDIENCE],
    [AUDIENCE, AUDIENCE],
    '*',
    '',
  ]
  for (const aud of others)
    it(`is not ${JSON.stringify(aud)}`, async () =>
      assert.equal(await reason({ aud }), 'audience_wrong'))
  const kinds: readonly unknown[] = [
    undefined,
    null,
    [],
    [[AUDIENCE]],
    {},
    { aud: AUDIENCE },
    1,
    [1],
    true,
  ]
  for (const aud of kinds)
    it(`is not of another kind: ${JSON.stringify(aud)}`, async () =>
      assert.equal(await reason({ aud }), 'claim_wrong aud'))
})

describe('the issuer of a token', () => {
  const others: readonly unknown[] = [
    'https://nobody.example',
    `${ISSUER}/`,
    `${ISSUER}:443`,
    `${ISSUER}?`,
    `${ISSUER}#`,
    `${ISSUER}\n`,
    `${ISSUER}\u0000`,
    ISSUER.toUpperCase(),
    `${ISSUER}.evil.example`,
    ` ${ISSUER}`,
    '',
    null,
    undefined,
    [ISSUER],
    { iss: ISSUER },
    1,
    '__proto__',
  ]
  for (const iss of others)
    it(`is nobody’s: ${JSON.stringify(iss)}`, async () =>
      assert.equal(await reason({ iss }), 'issuer_unknown'))
})

describe('a claim that tells who or what', () => {
  const odd: readonly unknown[] = [
    undefined,
    null,
    '',
    7,
    true,
    [],
    ['ann'],
    {},
    'x'.repeat(257),
    'ann\n',
    'ann\u0000',
    'ann\u007f',
    'ann\u0085',
  ]
  for (const claim of ['sub', 'jti', 'client_id'])
    for (const value of odd)
      it(`is refused as ${claim}: ${JSON.stringify(value)?.slice(0, 20)}`, async () =>
        assert.equal(await reason({ [claim]: value }), `claim_wrong ${claim}`))
  it('may be written in any script', async () =>
    assert.equal(await reason({ sub: 'أحمد 😀', jti: 'ключ' }), 'granted'))
})

describe('a claim of ours', () => {
  const odd: readonly [string, unknown][] = [
    ['role', undefined],
    ['role', 'root'],
    ['role', 'Staff'],
    ['role', ['staff']],
    ['role', null],
    ['scope', ['services:read']],
    ['scope', null],
    ['scope', 'x'.repeat(4001)],
    ['service', '../1'],
    ['service', ''],
    ['service', 'x'.repeat(129)],
    ['service', []],
    ['service', ['a', '../b']],
    ['service', null],
    ['service', 1042],
    ['service', { id: '1', admin: true }],
    ['service', { label: 'no id' }],
    ['authorization_details', {}],
    ['authorization_details', [{ identifier: '1' }]],
    ['authorization_details', [{ type: 'provision_service' }]],
    ['authorization_details', [{ type: 'provision_service', identifier: '../1' }]],
    ['origins', 'https://admin.brand.example'],
    ['origins', null],
    ['act', 'ann'],
    ['act', null],
    ['act', {}],
    ['act', { sub: '' }],
    ['name', 7],
    ['auth_time', '1'],
    ['auth_time', 1.5],
    ['acr', 1],
  ]
  for (const [claim, value] of odd)
    it(`is refused in another shape: ${claim} ${JSON.stringify(value)?.slice(0, 40)}`, async () =>
      assert.equal(await reason({ [claim]: value }), `claim_wrong ${claim}`))
})
