import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLocalJWKSet } from 'jose'
import type { Algorithm } from '../../../../bff/auth/algorithms.ts'
import { parseCompactJws } from '../../../../bff/auth/compact-jws.ts'
import { readKeySet } from '../../../../bff/auth/key-set.ts'
import { signatureFault } from '../../../../bff/auth/signature.ts'
import { openBrand } from '../brand.ts'

interface Published {
  readonly where: string
  readonly algorithm: Algorithm
  readonly key: Readonly<Record<string, string>>
  readonly jws: string
}
const JOE =
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
const PUBLISHED: readonly Published[] = [
  {
    where: 'RFC 7515, A.2',
    algorithm: 'RS256',
    key: {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    jws: `eyJhbGciOiJSUzI1NiJ9.${JOE}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  },
  {
    where: 'RFC 7515, A.3',
    algorithm: 'ES256',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
    jws: `eyJhbGciOiJFUzI1NiJ9.${JOE}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  },
  {
    where: 'RFC 8037, A.4',
    algorithm: 'EdDSA',
    key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    jws: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  },
  {
    where: 'Wycheproof, ES256',
    algorithm: 'ES256',
    key: {
      kty: 'EC',
      crv: 'P-256',
      alg: 'ES256',
      use: 'sig',
      kid: 'kid-ec-sign',
      x: '04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY',
      y: 'UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw',
    },
    jws: 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImtpZC1lYy1zaWduIn0.Zm9v.5cA0OHyMP7ezamUd5c9kV-FrGxdx4hbGXOdplQkutrqWrte5P-pAvsE3Ve6xSyU3YDQwUHjVVOtvcrEbbnZ8yA',
  },
]

/** The signature alone, by the keys a set may be used for: the payloads are nobody's claims. */
function faultOf({ key, algorithm }: Pick<Published, 'key' | 'algorithm'>, jws: string) {
  const { usable } = readKeySet({ keys: [key] })
  return signatureFault(jws, algorithm, createLocalJWKSet(usable))
}

for (const published of PUBLISHED) {
  const { where, jws, algorithm } = published
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const changed = (part: string) => (part.startsWith('X') ? 'Y' : 'X') + part.slice(1)
  describe(`the signature of ${where}`, () => {
    it('is good', async () => assert.equal(await faultOf(published, jws), undefined))
    const bad: readonly [string, string][] = [
      ['with another signature', `${header}.${payload}.${changed(signature)}`],
      ['with another payload', `${header}.${changed(payload)}.${signature}`],
      ['without a payload', `${header}..${signature}`],
      ['without a signature', `${header}.${payload}.`],
      ['with half a signature', `${header}.${payload}.${signature.slice(0, signature.length / 2)}`],
      ['with a signature twice', `${header}.${payload}.${signature}${signature}`],
    ]
    for (const [what, text] of bad)
      it(`is not ${what}`, async () =>
        assert.deepEqual(await faultOf(published, text), { reason: 'signature_wrong' }))
    it('is not under any other algorithm', async () => {
      for (const other of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const)
        if (other !== algorithm)
          assert.notEqual(await faultOf({ ...published, algorithm: other }, jws), undefined, other)
    })
    it('is not by a key that says it is for another algorithm', async () => {
      const other = { RS256: 'RS512', ES256: 'ES384', EdDSA: 'ES256' }[algorithm as 'RS256']
      const alg = other ?? 'PS256'
      assert.notEqual(
        await faultOf({ ...published, key: { ...published.key, alg } }, jws),
        undefined,
      )
    })
  })
}

describe('texts of RFC 7515 and 7519 that carry no signature of an issuer', () => {
  const texts: readonly [string, string][] = [
    ['RFC 7515, A.5: alg none', `eyJhbGciOiJub25lIn0.${JOE}.`],
    [
      'RFC 7515, A.1: HS256',
      `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${JOE}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    ],
    [
      'RFC 7515, E: an extension nobody can know',
      'eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.',
    ],
    ['RFC 7519, 6.1: an unsecured JWT', `eyJhbGciOiJub25lIn0.${JOE}.`],
  ]
  for (const [what, text] of texts)
    it(`let nobody in: ${what}`, async () =>
      assert.equal(await openBrand().answer(text), 'invalid_token'))
  it('are refused as JSON, too: RFC 7515, A.6 and A.7', () => {
    for (const text of ['{"payload":"e30","signatures":[]}', '{"payload":"e30","signature":"AA"}'])
      assert.equal(parseCompactJws(text).ok, false)
  })
})
