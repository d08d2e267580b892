import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { fingerprint, hasFingerprint } from '../../../bff/vault/fingerprint.ts'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'

const secret = () => randomBytes(32).toString('base64')

describe('a fingerprint', () => {
  const [first, second] = [`a:${secret()}`, `b:${secret()}`]

  it('is the same for the same text and key', () => {
    const ring = parseKeyRing(first)
    assert.equal(fingerprint(ring, 'x'), fingerprint(ring, 'x'))
  })

  it('differs for another text', () => {
    const ring = parseKeyRing(first)
    assert.notEqual(fingerprint(ring, 'x'), fingerprint(ring, 'y'))
  })

  it('differs under another key', () => {
    assert.notEqual(fingerprint(parseKeyRing(first), 'x'), fingerprint(parseKeyRing(second), 'x'))
  })

  it('is still known after a rotation', () => {
    const known = fingerprint(parseKeyRing(first), 'x')
    assert.ok(hasFingerprint(parseKeyRing(`${second},${first}`), 'x', known))
  })

  it('is not known for another text, nor when cut', () => {
    const ring = parseKeyRing(first)
    const known = fingerprint(ring, 'x')
    assert.deepEqual(
      [hasFingerprint(ring, 'y', known), hasFingerprint(ring, 'x', known.slice(0, 20))],
      [false, false],
    )
  })
})
