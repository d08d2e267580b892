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

describe('a sealed value with one bit changed', () => {
  it('does not open, whichever bit of the stored text it is', async () => {
    const bytes = Buffer.from(await seal(ring, place, 'UWU28DCA23NKY76CN17MDPKM3O7EFQY8'))
    const opened: number[] = []
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8((changed[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3)
      await open(ring, place, changed.toString('latin1')).then(
        () => opened.push(bit),
        () => undefined,
      )
    }
    assert.deepEqual(opened, [])
  })
  it('does not open, whichever bits of its parts they are', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        fc.constantFrom('encrypted_key', 'iv', 'ciphertext', 'tag'),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (plain, member, at, mask) => {
          const parts: Record<string, string> = JSON.parse(await seal(ring, place, plain))
          const bytes = Buffer.from(parts[member] ?? '', 'base64url')
          const index = at % bytes.length
          bytes.writeUInt8((bytes[index] ?? 0) ^ mask, index)
          parts[member] = bytes.toString('base64url')
          await assert.rejects(open(ring, place, JSON.stringify(parts)), unreadable)
        },
      ),
      { numRuns: 200 },
    ))
})

describe('a sealed value cut short', () => {
  it('does not open, however much is missing', async () => {
    const sealed = await seal(ring, place, 'x')
    for (let length = 0; length < sealed.length; length++)
      await assert.rejects(open(ring, place, sealed.slice(0, length)), unreadable)
  })
})

/** A value whose protected header says something else as well, or instead. */
async function withHeader(more: Record<string, unknown>): Promise<string> {
  const sealed: Record<string, string> = JSON.parse(await seal(ring, place, 'x'))
  const header: Record<string, unknown> = JSON.parse(
    Buffer.from(sealed.protected ?? '', 'base64url').toString(),
  )
  return JSON.stringify({
    ...sealed,
    protected: Buffer.from(JSON.stringify({ ...header, ...more })).toString('base64url'),
  })
}

describe('a header that would have it opened in another way', () => {
  const headers: [string, Record<string, unknown>][] = [
    ['a key used directly', { alg: 'dir' }],
    ['a password with a work factor', { alg: 'PBES2-HS512+A256KW', p2c: 100_000_000, p2s: 'AAAA' }],
    ['a work factor beside the right algorithm', { p2c: 100_000_000 }],
    ['another wrapping', { alg: 'A128GCMKW' }],
    ['an asymmetric wrapping', { alg: 'RSA-OAEP' }],
    ['a key agreement', { alg: 'ECDH-ES', epk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }],
    ['another encryption', { enc: 'A128CBC-HS256' }],
    ['compression', { zip: 'DEF' }],
    ['an extension it calls critical', { crit: ['b64'], b64: false }],
    ['an empty list of critical extensions', { crit: [] }],
    ['a key of its own', { jwk: { kty: 'oct', k: 'AAAA' } }],
    ['a key at an address', { jku: 'https://evil.example/keys' }],
    ['no key', { kid: undefined }],
    ['a key that is no text', { kid: ['k1'] }],
    ['a key of everybody’s', { kid: '__proto__' }],
  ]
  for (const [what, more] of headers)
    it(`is not obeyed: ${what}`, async () => {
      await assert.rejects(open(ring, place, await withHeader(more)), { code: 'seal_broken' })
    })
  it('is not obeyed outside the protected part', async () => {
    const sealed = JSON.parse(await seal(ring, place, 'x'))
    for (const member of ['header', 'unprotected', 'recipients', 'aad'])
      await assert.rejects(
        open(ring, place, JSON.stringify({ ...sealed, [member]: {} })),
        unreadable,
      )
  })
  it('is not read twice when a member stands there twice', async () => {
    const sealed = await seal(ring, place, 'x')
    const other = await seal(ring, { ...place, row: 'cfg_2' }, 'y')
    const twice = `{"protected":${JSON.stringify(JSON.parse(other).protected)},${sealed.slice(1)}`
    await assert.rejects(open(ring, place, twice), unreadable)
  })
  it('names no key in compact form either', async () => {
    const {
      protected: header,
      encrypted_key,
      iv,
      ciphertext,
      tag,
    } = JSON.parse(await seal(ring, place, 'x'))
    const compact = [header, encrypted_key, iv, ciphertext, tag].join('.')
    await assert.rejects(open(ring, place, compact), unreadable)
  })
})

describe('two sealed values put in each other’s place', () => {
  it('both do not open', async () => {
    const other = { ...place, row: 'cfg_2' }
    const [mine, theirs] = [await seal(ring, place, 'x'), await seal(ring, other, 'y')]
    await assert.rejects(open(ring, place, theirs), unreadable)
    await assert.rejects(open(ring, other, mine), unreadable)
  })
  it('do not open in parts either', async () => {
    const one: Record<string, string> = JSON.parse(await seal(ring, place, 'x'))
    const two: Record<string, string> = JSON.parse(await seal(ring, place, 'y'))
    for (const member of Object.keys(one))
      await assert.rejects(
        open(ring, place, JSON.stringify({ ...one, [member]: two[member] })),
        unreadable,
      )
  })
})

describe('an older value of the very same place', () => {
  // The limit of binding a value to its place: nothing there says which one is the newest.
  it('opens, as README and the comment of `open` say', async () => {
    const older = await seal(ring, place, 'the token before')
    await seal(ring, place, 'the token now')
    assert.equal(await open(ring, place, older), 'the token before')
  })
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
