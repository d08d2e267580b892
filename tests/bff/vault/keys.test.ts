import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { fingerprint, hasFingerprint } from '../../../bff/vault/fingerprint.ts'
import { parseVaultKeys } from '../../../bff/vault/keys.ts'
import { randomPassword } from '../../../bff/vault/random-password.ts'

const secret = () => randomBytes(32).toString('base64')

describe('keys from the environment', () => {
  it('take the first as current', () => {
    assert.equal(parseVaultKeys(`b:${secret()}, a:${secret()}`).current.id, 'b')
  })

  it('may be written in base64url without padding', () => {
    const bytes = randomBytes(32)
    const ring = parseVaultKeys(`k:${bytes.toString('base64url')}`)
    assert.deepEqual(Buffer.from(ring.current.secret), bytes)
  })

  for (const empty of [undefined, '', ' ', ' , '])
    it(`are refused when there are none: ${JSON.stringify(empty)}`, () => {
      assert.throws(() => parseVaultKeys(empty), { code: 'keys_missing' })
    })

  const twice = secret()
  for (const [what, text] of [
    ['without an id', secret()],
    ['with an empty id', `:${secret()}`],
    ['that are too short', `k:${randomBytes(16).toString('base64')}`],
    ['that are too long', `k:${randomBytes(33).toString('base64')}`],
    ['that are not base64', `k:${'!'.repeat(43)}=`],
    ['that are all zero', `k:${Buffer.alloc(32).toString('base64')}`],
    ['of the same id', `k:${twice},k:${secret()}`],
  ] as const)
    it(`are refused ${what}`, () => {
      assert.throws(() => parseVaultKeys(text), { code: 'keys_invalid' })
    })

  it('are never told in the refusal', () => {
    const bad = randomBytes(31).toString('base64')
    assert.throws(
      () => parseVaultKeys(`k:${bad}`),
      (error: Error) => !error.message.includes(bad),
    )
  })
})

describe('a fingerprint', () => {
  const [first, second] = [`a:${secret()}`, `b:${secret()}`]

  it('is the same for the same text and key', () => {
    const ring = parseVaultKeys(first)
    assert.equal(fingerprint(ring, 'x'), fingerprint(ring, 'x'))
  })

  it('differs for another text', () => {
    const ring = parseVaultKeys(first)
    assert.notEqual(fingerprint(ring, 'x'), fingerprint(ring, 'y'))
  })

  it('differs under another key', () => {
    assert.notEqual(
      fingerprint(parseVaultKeys(first), 'x'),
      fingerprint(parseVaultKeys(second), 'x'),
    )
  })

  it('is still known after a rotation', () => {
    const known = fingerprint(parseVaultKeys(first), 'x')
    assert.ok(hasFingerprint(parseVaultKeys(`${second},${first}`), 'x', known))
  })

  it('is not known for another text, nor when cut', () => {
    const ring = parseVaultKeys(first)
    const known = fingerprint(ring, 'x')
    assert.deepEqual(
      [hasFingerprint(ring, 'y', known), hasFingerprint(ring, 'x', known.slice(0, 20))],
      [false, false],
    )
  })
})

describe('a password nobody sees', () => {
  const many = Array.from({ length: 200 }, () => randomPassword())

  it('holds every class of character', () => {
    for (const password of many)
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]) assert.match(password, kind)
  })

  it('is 32 characters long unless told', () => {
    assert.deepEqual([randomPassword().length, randomPassword(16).length], [32, 16])
  })

  it('is never made twice', () => {
    assert.equal(new Set(many).size, many.length)
  })

  it('is refused when it would be short', () => {
    assert.throws(() => randomPassword(15), RangeError)
  })
})
