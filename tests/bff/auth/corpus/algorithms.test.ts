import assert from 'node:assert/strict'
import {
  constants,
  createHash,
  createHmac,
  generateKeyPairSync,
  privateEncrypt,
  sign as signBytes,
} from 'node:crypto'
import { before, describe, it } from 'node:test'
import { ALGORITHMS } from '../../../../bff/auth/algorithms.ts'
import { type Brand, b64, goodClaims, json, makeKey, openBrand, signature } from '../brand.ts'

let brand: Brand
before(() => {
  brand = openBrand()
})

/** A token under a header that names another algorithm than the one it is signed with. */
const named = (alg: unknown, sign: (text: string) => Uint8Array | string, more = {}) => {
  const text = `${json({ alg, typ: 'at+jwt', kid: 'key-ES256', ...more })}.${json(goodClaims)}`
  return `${text}.${b64(sign(text))}`
}

describe('a token signed as agreed', () => {
  for (const algorithm of ALGORITHMS)
    it(`is granted: ${algorithm}`, async () => {
      const token = brand.signRaw(
        JSON.stringify(brand.header(algorithm)),
        JSON.stringify(goodClaims),
        algorithm,
      )
      assert.equal(await brand.answer(token), 'granted')
    })
})

describe('a token that claims to need no signature', () => {
  const spellings = [
    'none',
    'None',
    'NONE',
    'nOnE',
    'none ',
    ' none',
    'none\u0000',
    'n\u006fne',
    '',
  ]
  for (const alg of spellings) {
    it(`is refused without one: ${JSON.stringify(alg)}`, async () =>
      assert.equal(await brand.answer(named(alg, () => '')), 'invalid_token'))
    it(`is refused with any: ${JSON.stringify(alg)}`, async () =>
      assert.equal(await brand.answer(named(alg, () => 'x')), 'invalid_token'))
    it(`is refused with a good one: ${JSON.stringify(alg)}`, async () => {
      const signed = named(alg, (text) => signature('ES256', brand.key('ES256').privateKey, text))
      assert.equal(await brand.answer(signed), 'invalid_token')
    })
  }
})

describe('an algorithm that is none of ours', () => {
  const others: readonly unknown[] = [
    'HS256',
    'HS384',
    'HS512',
    'hs256',
    'ES256K',
    'es256',
    'ES256 ',
    'RS1',
    'RS224',
    'Ed448',
    'ESB256',
    'ML-DSA-44',
    'dir',
    'A256GCMKW',
    'RSA-OAEP',
    'ECDH-ES',
    'constructor',
    '__proto__',
    'toString',
    null,
    0,
    true,
    {},
    [],
    ['ES256'],
    { toString: 'ES256' },
    undefined,
  ]
  for (const alg of others)
    it(`is refused with a good signature: ${JSON.stringify(alg)}`, async () => {
      const signed = named(alg, (text) => signature('ES256', brand.key('ES256').privateKey, text))
      assert.equal(await brand.answer(signed), 'invalid_token')
    })
})

describe('an HMAC under something everybody knows', () => {
  const secrets: readonly [string, (brand: Brand, of: 'RS256' | 'ES256') => string | Buffer][] = [
    ['the key as PEM', (b, of) => pem(b, of, 'spki')],
    ['the key as PEM without its last line break', (b, of) => pem(b, of, 'spki').trimEnd()],
    ['the key as DER', (b, of) => b.key(of).publicKey.export({ type: 'spki', format: 'der' })],
    ['the key as JWK', (b, of) => JSON.stringify(b.key(of).jwk)],
    ['the key’s first member', (b, of) => String(b.key(of).jwk.n ?? b.key(of).jwk.x)],
    ['nothing', () => ''],
    ['a zero byte', () => Buffer.alloc(1)],
    ['thirty-two zero bytes', () => Buffer.alloc(32)],
    ['a word everybody uses', () => 'secret'],
    ['the key’s own name', (b, of) => b.key(of).kid],
  ]
  function pem(b: Brand, of: 'RS256' | 'ES256', type: 'spki'): string {
    return b.key(of).publicKey.export({ type, format: 'pem' }).toString()
  }
  for (const of of ['RS256', 'ES256'] as const)
    for (const [what, secret] of secrets)
      for (const alg of ['HS256', 'HS384', 'HS512', of])
        it(`is refused: ${what} of ${of}, called ${alg}`, async () => {
          const mac = named(
            alg,
            (text) =>
              createHmac(`sha${alg.slice(-3)}`, secret(brand, of))
                .update(text)
                .digest(),
            { kid: `key-${of}` },
          )
          assert.equal(await brand.answer(mac), 'invalid_token')
        })
})

describe('an algorithm of ours beside the wrong key', () => {
  for (const algorithm of ALGORITHMS)
    for (const of of ALGORITHMS)
      if (algorithm !== of)
        it(`is refused: ${algorithm} named, signed with the key of ${of}`, async () => {
          const { kid, privateKey } = brand.key(of)
          const header = { alg: algorithm, typ: 'at+jwt', kid }
          const text = `${json(header)}.${json(goodClaims)}`
          const token = `${text}.${b64(signature(of, privateKey, text))}`
          const isSame =
            // The same RSA key may sign both ways, but not one way and be read the other.
            await brand.answer(token)
          assert.equal(isSame, 'invalid_token')
        })
  it('is refused where the tenant has not agreed to it', async () => {
    const narrow = openBrand()
    const only = { ...narrow.tenant, algorithms: ['ES384'] }
    const asked = openBrand({ tenantOf: async () => only })
    assert.equal(await asked.reason(narrow.token()), 'algorithm_forbidden')
  })
  for (const namedCurve of ['secp256k1', 'secp384r1', 'secp521r1', 'brainpoolP256r1'])
    it(`is refused signed on another curve: ${namedCurve}`, async () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve })
      assert.equal(
        await brand.answer(named('ES256', (text) => signature('ES256', privateKey, text))),
        'invalid_token',
      )
    })
})

describe('a signature that is none', () => {
  const good = (text: string) => signature('ES256', brand.key('ES256').privateKey, text)
  const forged: readonly [string, (text: string) => Uint8Array][] = [
    ['both halves zero', () => Buffer.alloc(64)],
    ['the first half zero', (text) => Buffer.concat([Buffer.alloc(32), good(text).subarray(32)])],
    [
      'the second half zero',
      (text) => Buffer.concat([good(text).subarray(0, 32), Buffer.alloc(32)]),
    ],
    ['both halves one', () => Buffer.concat([one(), one()])],
    ['all bits set', () => Buffer.alloc(64, 0xff)],
    [
      'both halves the order of the curve',
      () => {
        const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
        return Buffer.from(order + order, 'hex')
      },
    ],
    ['as DER', (text) => der(good(text))],
    ['one byte short', (text) => good(text).subarray(0, 63)],
    ['one byte long', (text) => Buffer.concat([good(text), Buffer.alloc(1)])],
    ['a zero byte before it', (text) => Buffer.concat([Buffer.alloc(1), good(text)])],
    ['half of it', (text) => good(text).subarray(0, 32)],
    ['twice', (text) => Buffer.concat([good(text), good(text)])],
    ['its halves changed round', (text) => swapped(good(text))],
    ['of another text', () => good('another text')],
    ['of another key', (text) => signature('ES256', makeKey('ES256', 'x').privateKey, text)],
    ['one byte', () => Buffer.alloc(1)],
  ]
  function one(): Buffer {
    const bytes = Buffer.alloc(32)
    bytes[31] = 1
    return bytes
  }
  function swapped(bytes: Buffer): Buffer {
    return Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)])
  }
  function der(bytes: Buffer): Buffer {
    const integer = (half: Buffer) => Buffer.concat([Buffer.from([0x02, 33, 0]), half])
    const both = Buffer.concat([integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))])
    return Buffer.concat([Buffer.from([0x30, both.length]), both])
  }
  for (const [what, sign] of forged)
    it(`is refused: ${what}`, async () =>
      assert.equal(await brand.reason(named('ES256', sign)), 'signature_wrong'))

  for (const algorithm of ['ES384', 'ES512'] as const)
    it(`is refused for ${algorithm} with both halves zero, as DER, and a half short`, async () => {
      const { privateKey, kid } = brand.key(algorithm)
      const size = algorithm === 'ES384' ? 96 : 132
      for (const make of [
        () => Buffer.alloc(size),
        (text: string) => signBytes(`sha${algorithm.slice(2)}`, Buffer.from(text), privateKey),
        (text: string) => signature(algorithm, privateKey, text).subarray(0, size / 2),
      ])
        assert.equal(await brand.reason(named(algorithm, make, { kid })), 'signature_wrong')
    })
  for (const saltLength of [0, 20, 31, 33, 222])
    it(`is refused for PS256 with a salt of ${saltLength} bytes`, async () => {
      const { privateKey: key, kid } = brand.key('PS256')
      const salted = (text: string) =>
        signBytes('sha256', Buffer.from(text), {
          key,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength,
        })
      assert.equal(await brand.reason(named('PS256', salted, { kid })), 'signature_wrong')
    })
  it('is refused for PS256 with another digest', async () => {
    const { privateKey: key, kid } = brand.key('PS256')
    const other = (text: string) =>
      signBytes('sha512', Buffer.from(text), {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      })
    assert.equal(await brand.reason(named('PS256', other, { kid })), 'signature_wrong')
  })

  describe('for RSA in a padding of another making', () => {
    const SHA256 = '3031300d060960864801650304020105000420'
    const digest = (text: string) => createHash('sha256').update(text).digest('hex')
    /** What stands under the signature, in hex: 256 bytes. @param tail what follows the filling */
    const filled = (tail: string, begins = '0001') =>
      `${begins + 'ff'.repeat(256 - 3 - tail.length / 2)}00${tail}`
    const cases: readonly [string, string, (text: string) => string][] = [
      ['as it should be', 'granted', (text) => filled(SHA256 + digest(text))],
      ['without the digest’s name', 'signature_wrong', (text) => filled(digest(text))],
      [
        'with SHA-1 for its name',
        'signature_wrong',
        (text) => filled(`3021300906052b0e03021a05000414${digest(text).slice(0, 40)}`),
      ],
      [
        'with SHA-512 for its name',
        'signature_wrong',
        (text) => filled(`3031300d060960864801650304020305000420${digest(text)}`),
      ],
      [
        'without the NULL of its name',
        'signature_wrong',
        (text) => filled(`302f300b0609608648016503040201${'0420'}${digest(text)}`),
      ],
      [
        'with its length in two bytes',
        'signature_wrong',
        (text) => filled(`308131300d060960864801650304020105000420${digest(text)}`),
      ],
      [
        'with a short filling and rubbish behind',
        'signature_wrong',
        (text) => {
          const head = `0001${'ff'.repeat(8)}00${SHA256}${digest(text)}`
          return head + '00'.repeat(256 - head.length / 2)
        },
      ],
      [
        'of the kind for secrets',
        'signature_wrong',
        (text) => filled(SHA256 + digest(text), '0002'),
      ],
      ['of the kind of zeros', 'signature_wrong', (text) => filled(SHA256 + digest(text), '0000')],
    ]
    for (const [what, told, under] of cases)
      it(`${told === 'granted' ? 'is granted' : 'is refused'} ${what}`, async () => {
        const { privateKey: key, kid } = brand.key('RS256')
        const raw = (text: string) =>
          privateEncrypt(
            { key, padding: constants.RSA_NO_PADDING },
            Buffer.from(under(text), 'hex'),
          )
        assert.equal(await brand.reason(named('RS256', raw, { kid })), told)
      })
  })

  it('is refused for RSA with one byte too few', async () => {
    const signed = named(
      'RS256',
      (text) => signature('RS256', brand.key('RS256').privateKey, text).subarray(1),
      { kid: 'key-RS256' },
    )
    assert.equal(await brand.reason(signed), 'signature_wrong')
  })
  it('is refused for RSA as a zero, or as its own modulus', async () => {
    const modulus = Buffer.from(String(brand.key('RS256').jwk.n), 'base64url')
    for (const bytes of [Buffer.alloc(256), modulus])
      assert.equal(
        await brand.reason(named('RS256', () => bytes, { kid: 'key-RS256' })),
        'signature_wrong',
      )
  })
  it('is refused for Ed25519 with the order added to its second half', async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const malleable = (text: string) => {
      const bytes = signature('EdDSA', brand.key('EdDSA').privateKey, text)
      const half = Buffer.from(bytes.subarray(32)).reverse()
      const sum = (BigInt(`0x${half.toString('hex')}`) + order).toString(16).padStart(64, '0')
      return Buffer.concat([bytes.subarray(0, 32), Buffer.from(sum, 'hex').reverse()])
    }
    assert.equal(
      await brand.reason(named('EdDSA', malleable, { kid: 'key-EdDSA' })),
      'signature_wrong',
    )
  })
})
