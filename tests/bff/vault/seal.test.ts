import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'
import { open, type Place, seal, sealedWith } from '../../../bff/vault/seal.ts'

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const ring = parseKeyRing(newKey('k1'))
const place: Place = { tenant: 'ten_a', table: 'configuration', row: 'cfg_1', column: 'token' }
const unreadable = { code: 'seal_broken', reason: 'unreadable' }

/** Changes one character of a base64url member to another that decodes to different bytes. */
function flip(sealed: string, member: string): string {
  const parts: Record<string, string> = JSON.parse(sealed)
  const value = parts[member] ?? ''
  parts[member] = `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`
  return JSON.stringify(parts)
}

describe('a secret sealed for its place', () => {
  it('opens there again, whatever its characters', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (plain) => {
        assert.equal(await open(ring, place, await seal(ring, place, plain)), plain)
      }),
      { numRuns: 200 },
    ))

  it('keeps a leading byte order mark', async () => {
    assert.equal(await open(ring, place, await seal(ring, place, '\ufeffx')), '\ufeffx')
  })

  it('is different every time', async () => {
    assert.notEqual(await seal(ring, place, 'same'), await seal(ring, place, 'same'))
  })

  it('shows neither the secret nor its place', async () => {
    const sealed = await seal(ring, place, 'canary-5417')
    for (const word of ['canary-5417', 'ten_a', 'cfg_1', 'aad'])
      for (const form of [word, Buffer.from(word).toString('base64url').slice(0, -1)])
        assert.ok(!sealed.includes(form), form)
  })

  it('names its key and nothing else', async () => {
    assert.equal(sealedWith(await seal(ring, place, 'x')), 'k1')
  })
})

describe('a sealed value moved to another place', () => {
  for (const part of ['tenant', 'table', 'row', 'column'] as const) {
    it(`does not open under another ${part}`, async () => {
      const sealed = await seal(ring, place, 'x')
      await assert.rejects(open(ring, { ...place, [part]: `${place[part]}2` }, sealed), unreadable)
    })
  }

  it('does not open where the parts only join to the same text', async () => {
    const sealed = await seal(ring, { ...place, row: 'a', column: 'b"c' }, 'x')
    await assert.rejects(open(ring, { ...place, row: 'a","b"', column: 'c' }, sealed), unreadable)
  })

  it('does not open with the place it came from stored beside it', async () => {
    const sealed = await seal(ring, place, 'x')
    const aad = Buffer.from(JSON.stringify(['provision/v1', ...Object.values(place)])).toString(
      'base64url',
    )
    const moved = JSON.stringify({ ...JSON.parse(sealed), aad })
    await assert.rejects(open(ring, { ...place, row: 'cfg_2' }, moved), unreadable)
  })
})

describe('a sealed value somebody wrote to', () => {
  for (const member of ['protected', 'encrypted_key', 'iv', 'ciphertext', 'tag']) {
    it(`does not open with ${member} changed`, async () => {
      const sealed = await seal(ring, place, 'something longer than nothing')
      await assert.rejects(open(ring, place, flip(sealed, member)), unreadable)
    })
  }

  it('is unreadable, never a crash of another kind, for any text', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        await assert.rejects(open(ring, place, text), unreadable)
      }),
    ))
})

describe('a ring after rotation', () => {
  const before = newKey('old')
  const after = newKey('new')

  it('opens what the previous key sealed', async () => {
    const sealed = await seal(parseKeyRing(before), place, 'x')
    assert.equal(await open(parseKeyRing(`${after},${before}`), place, sealed), 'x')
  })

  it('seals with the first key', async () => {
    assert.equal(sealedWith(await seal(parseKeyRing(`${after},${before}`), place, 'x')), 'new')
  })

  it('says so when the key is gone', async () => {
    const sealed = await seal(parseKeyRing(before), place, 'x')
    await assert.rejects(open(parseKeyRing(after), place, sealed), { reason: 'key_unknown' })
  })

  it('does not open with another key under the old id', async () => {
    const sealed = await seal(parseKeyRing(before), place, 'x')
    await assert.rejects(open(parseKeyRing(newKey('old')), place, sealed), unreadable)
  })
})
