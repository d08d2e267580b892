import assert from 'node:assert/strict'
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { before, describe, it } from 'node:test'
import { type KeyFlaw, KeysInvalid, parseKeySet, readKeySet } from '../../../bff/auth/key-set.ts'
import { makeKey } from './brand.ts'

let ec: JsonWebKey
let rsa: JsonWebKey
before(() => {
  ec = makeKey('ES256', 'ec').jwk
  rsa = makeKey('RS256', 'rsa').jwk
})

const rsaOf = (modulusLength: number, publicExponent = 0x10001): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' })
/** An RSA key with another modulus. */
const withModulus = (change: (modulus: Buffer) => Buffer): JsonWebKey => ({
  ...rsa,
  n: change(Buffer.from(String(rsa.n), 'base64url')).toString('base64url'),
})
const multipleOf = (prime: bigint, modulus: Buffer): Buffer => {
  const number = BigInt(`0x${modulus.toString('hex')}`)
  return Buffer.from((number - (number % prime)).toString(16), 'hex')
}
/** A coordinate of P-256 as a key says it. */
const coordinate = (number: bigint) =>
  Buffer.from(number.toString(16).padStart(64, '0'), 'hex').toString('base64url')
const P256_FIELD = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const curve = (namedCurve: string): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })

describe('a key that can be used', () => {
  const fine: readonly [string, () => Record<string, unknown>][] = [
    ['on P-256', () => ec],
    ['of RSA', () => rsa],
    ['of Ed25519', () => makeKey('EdDSA', 'ed').jwk],
    ['on P-521', () => makeKey('ES512', 'ec').jwk],
    [
      'that says it is for signatures',
      () => ({ ...ec, use: 'sig', key_ops: ['verify'], alg: 'ES256' }),
    ],
    ['with a chain of certificates beside it', () => ({ ...rsa, x5c: ['AAAA'], x5t: 'AAAA' })],
  ]
  for (const [what, key] of fine)
    it(`is one ${what}`, () => assert.equal(readKeySet({ keys: [key()] }).usable.keys.length, 1))
})

describe('a key that is not used', () => {
  const flawed: readonly [string, KeyFlaw, () => Record<string, unknown>][] = [
    ['with its private half', 'private', () => ({ ...ec, d: 'AAAA' })],
    ['with a prime', 'private', () => ({ ...rsa, p: 'AAAA' })],
    ['that is a shared secret', 'symmetric', () => ({ kty: 'oct', k: 'AAAA' })],
    ['with a secret beside it', 'symmetric', () => ({ ...ec, k: 'AAAA' })],
    ['of no kind', 'kind_unknown', () => ({ x: 'AAAA' })],
    ['of a kind we do not know', 'kind_unknown', () => ({ kty: 'AKP', pub: 'AAAA' })],
    ['on a curve we do not know', 'kind_unknown', () => curve('secp256k1')],
    [
      'for agreeing on keys',
      'kind_unknown',
      () => generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }),
    ],
    [
      'of Ed448',
      'kind_unknown',
      () => generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' }),
    ],
    ['of RSA with 1024 bits', 'too_weak', () => rsaOf(1024)],
    ['of RSA with 2047 bits', 'too_weak', () => rsaOf(2047)],
    ['of RSA with the exponent one', 'too_weak', () => ({ ...rsa, e: 'AQ' })],
    ['of RSA with an even exponent', 'too_weak', () => ({ ...rsa, e: 'BA' })],
    ['of RSA with the exponent zero', 'too_weak', () => ({ ...rsa, e: 'AA' })],
    ['of RSA with the exponent two', 'too_weak', () => ({ ...rsa, e: 'Ag' })],
    ['of RSA with its modulus for an exponent', 'too_weak', () => ({ ...rsa, e: rsa.n })],
    [
      'of RSA with an exponent of 257 bits',
      'too_weak',
      () => ({ ...rsa, e: Buffer.from(`01${'00'.repeat(31)}01`, 'hex').toString('base64url') }),
    ],
    [
      'of RSA with an even modulus',
      'too_weak',
      () => withModulus((n) => Buffer.concat([n.subarray(0, -1), Buffer.from([0x10])])),
    ],
    ['of RSA that three divides', 'too_weak', () => withModulus((n) => multipleOf(3n, n))],
    ['of RSA that 751 divides', 'too_weak', () => withModulus((n) => multipleOf(751n, n))],
    [
      'of RSA with 2047 bits and zeros before them',
      'too_weak',
      () => {
        const short = rsaOf(2047)
        const n = Buffer.from(String(short.n), 'base64url')
        return { ...short, n: Buffer.concat([Buffer.alloc(8), n]).toString('base64url') }
      },
    ],
    [
      'of RSA with more than 8192 bits',
      'too_weak',
      () => withModulus((n) => Buffer.concat([n, n, n, n, n])),
    ],
    ['for encryption', 'not_for_signatures', () => ({ ...rsa, use: 'enc' })],
    ['for signing only', 'not_for_signatures', () => ({ ...ec, key_ops: ['sign'] })],
    ['for no operation', 'not_for_signatures', () => ({ ...ec, key_ops: [] })],
    [
      'with operations that are no list',
      'not_for_signatures',
      () => ({ ...ec, key_ops: 'verify' }),
    ],
    ['for an algorithm of another kind', 'not_for_signatures', () => ({ ...rsa, alg: 'ES256' })],
    ['for an algorithm of another curve', 'not_for_signatures', () => ({ ...ec, alg: 'ES384' })],
    ['for a symmetric algorithm', 'not_for_signatures', () => ({ ...rsa, alg: 'HS256' })],
    ['for no algorithm', 'not_for_signatures', () => ({ ...rsa, alg: 'none' })],
    ['whose id is no text', 'malformed', () => ({ ...ec, kid: 7 })],
    ['beside its curve', 'malformed', () => ({ ...ec, x: ec.y })],
    ['without half of itself', 'malformed', () => ({ kty: 'EC', crv: 'P-256', x: ec.x })],
    ['of another curve’s size', 'malformed', () => ({ ...curve('P-384'), crv: 'P-256' })],
    ['at the origin', 'malformed', () => ({ ...ec, x: coordinate(0n), y: coordinate(0n) })],
    ['at infinity', 'malformed', () => ({ ...ec, x: '', y: '' })],
    ['beyond its field', 'malformed', () => ({ ...ec, x: coordinate(P256_FIELD) })],
    [
      'on the same curve with another constant',
      'malformed',
      // (1, 1) stands on y² = x³ − 3x + 3, which is not the curve’s.
      () => ({ ...ec, x: coordinate(1n), y: coordinate(1n) }),
    ],
    [
      'of Ed25519 with a byte too few',
      'malformed',
      () => ({ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(42) }),
    ],
    ['of Ed25519 without its point', 'malformed', () => ({ kty: 'OKP', crv: 'Ed25519' })],
    [
      'of Ed25519 in two kinds',
      'kind_unknown',
      () => ({ ...makeKey('EdDSA', 'ed').jwk, kty: 'EC' }),
    ],
    ['that is empty', 'too_weak', () => ({ kty: 'RSA', n: '', e: 'AQAB' })],
  ]
  for (const [what, flaw, key] of flawed)
    it(`is one ${what}`, () =>
      assert.deepEqual(readKeySet({ keys: [key()] }), { usable: { keys: [] }, flaws: [flaw] }))
  it('does not stand in the way of the others', () =>
    assert.deepEqual(readKeySet({ keys: [rsaOf(1024), ec] }).usable.keys, [ec]))
})

describe('a set an operator hands in', () => {
  it('is taken with a key that can be used', () =>
    assert.equal(parseKeySet({ keys: [ec] }).keys.length, 1))
  const refused: readonly [string, () => unknown][] = [
    ['with a private key beside a good one', () => ({ keys: [ec, { ...rsa, d: 'AAAA' }] })],
    ['with a shared secret beside a good one', () => ({ keys: [ec, { kty: 'oct', k: 'AAAA' }] })],
    ['without keys', () => ({ keys: [] })],
    ['with keys nobody can use', () => ({ keys: [rsaOf(1024)] })],
    ['with more keys than anybody has', () => ({ keys: Array.from({ length: 51 }, () => ec) })],
    ['that is a key', () => ec],
    ['that is a list', () => [ec]],
    ['that is text', () => 'nonsense'],
    ['that is nothing', () => null],
    ['of texts', () => ({ keys: ['nonsense'] })],
  ]
  for (const [what, set] of refused)
    it(`is refused ${what}`, () => assert.throws(() => parseKeySet(set()), KeysInvalid))
})
