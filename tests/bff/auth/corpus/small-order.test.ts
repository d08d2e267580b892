import assert from 'node:assert/strict'
import { createPublicKey, verify as verifyBytes } from 'node:crypto'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { KeysInvalid, parseKeySet, readKeySet } from '../../../../bff/auth/key-set.ts'
import { type Brand, b64, goodClaims, json, makeKey, openBrand } from '../brand.ts'

const P = 2n ** 255n - 19n
const mod = (n: bigint) => ((n % P) + P) % P

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = mod(base)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square)
    square = mod(square * square)
  }
  return result
}
const inverse = (n: bigint) => power(n, P - 2n)
const D = mod(-121665n * inverse(121666n))
const ROOT = power(2n, (P - 1n) / 4n)

type Point = readonly [bigint, bigint]
/** The points with a second coordinate (RFC 8032 §5.1.3): none, one or two. */
function pointAt(y: bigint): Point | undefined {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n))
  const guess = power(square, (P + 3n) / 8n)
  for (const x of [guess, mod(guess * ROOT)]) if (mod(x * x) === square) return [x, mod(y)]
  return undefined
}
/** RFC 8032 §5.1.4, in affine coordinates. */
function added([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = mod(D * x1 * x2 * y1 * y2)
  return [
    mod((x1 * y2 + x2 * y1) * inverse(1n + product)),
    mod((y1 * y2 + x1 * x2) * inverse(1n - product)),
  ]
}
/** Whether a point is of order 1, 2, 4 or 8, by the curve's own law. */
function isOfSmallOrder(point: Point): boolean {
  let sum = point
  for (let i = 0; i < 3; i++) sum = added(sum, sum)
  return sum[0] === 0n && sum[1] === 1n
}
const encoded = (y: bigint, sign: 0 | 1) =>
  Buffer.from((y + BigInt(sign) * 2n ** 255n).toString(16).padStart(64, '0'), 'hex').reverse()
const numberOf = (x: string) =>
  BigInt(`0x${Buffer.from(x, 'base64url').reverse().toString('hex')}`) % 2n ** 255n
const keyOf = (bytes: Uint8Array) => ({ kty: 'OKP', crv: 'Ed25519', kid: 'small', x: b64(bytes) })

/** Little-endian, as libsodium and the papers on it list them, without their sign. */
const KNOWN = [
  ['of order 4', '0000000000000000000000000000000000000000000000000000000000000000'],
  ['of order 1', '0100000000000000000000000000000000000000000000000000000000000000'],
  ['of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['of order 8, its negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['of order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  [
    'of order 4, beyond the field',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ],
  [
    'of order 1, beyond the field',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ],
] as const

/** R is the point of order 1 and S is nothing: good wherever the hash times the key is nothing too. */
const NOTHING_SIGNED = Buffer.concat([encoded(1n, 0), Buffer.alloc(32)])

let brand: Brand
let registered: unknown
before(() => {
  const { tenant } = openBrand()
  brand = openBrand({ tenantOf: async () => ({ ...tenant, keys: { jwks: registered } }) })
})

for (const [what, hex] of KNOWN)
  for (const sign of [0, 1] as const) {
    const bytes = Buffer.from(hex, 'hex')
    bytes[31] = (bytes[31] ?? 0) | (sign << 7)
    describe(`an Ed25519 key ${what}, ${sign === 0 ? 'positive' : 'negative'}`, () => {
      const key = keyOf(bytes)
      it('is of small order by the law of the curve', () => {
        const point = pointAt(numberOf(key.x))
        assert.equal(point !== undefined && isOfSmallOrder(point), true)
      })
      it('would take a signature nobody made for good', () => {
        const known = createPublicKey({ key, format: 'jwk' })
        const taken = Array.from({ length: 200 }, (_, i) =>
          verifyBytes(null, Buffer.from(`text ${i}`), known, NOTHING_SIGNED),
        )
        assert.equal(taken.includes(true), true)
      })
      it('is left out of a set that is fetched', () =>
        assert.deepEqual(readKeySet({ keys: [key] }), {
          usable: { keys: [] },
          flaws: ['too_weak'],
        }))
      it('is refused from an operator', () =>
        assert.throws(() => parseKeySet({ keys: [key] }), KeysInvalid))
      it('lets nobody in', async () => {
        registered = { keys: [key] }
        const header = json({ alg: 'EdDSA', typ: 'at+jwt', kid: 'small' })
        for (let i = 0; i < 40; i++) {
          const token = `${header}.${json({ ...goodClaims, jti: `${i}` })}.${b64(NOTHING_SIGNED)}`
          assert.equal(await brand.reason(token), 'key_unknown')
        }
      })
    })
  }

describe('any other Ed25519 key', () => {
  it('is used when somebody has made it', () => {
    for (let i = 0; i < 50; i++)
      assert.equal(readKeySet({ keys: [makeKey('EdDSA', 'k').jwk] }).flaws.length, 0)
  })
  it('is refused as weak only where the law of the curve says so', () => {
    const near = fc.oneof(
      fc.bigInt({ min: 0n, max: 300n }),
      fc.bigInt({ min: P - 300n, max: P - 1n }),
      fc.bigInt({ min: 0n, max: P - 1n }),
    )
    fc.assert(
      fc.property(near, fc.constantFrom(0 as const, 1 as const), (y, sign) => {
        const point = pointAt(y)
        fc.pre(point !== undefined)
        const isWeak = readKeySet({ keys: [keyOf(encoded(y, sign))] }).flaws.includes('too_weak')
        assert.equal(isWeak, point !== undefined && isOfSmallOrder(point))
      }),
    )
  })
  it('is refused when its point is spelled beyond the field', () => {
    for (let y = P; y < 2n ** 255n; y++)
      assert.deepEqual(readKeySet({ keys: [keyOf(encoded(y, 0))] }).flaws, ['too_weak'])
  })
})
