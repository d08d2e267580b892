import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseKeyRing, VaultKeysInvalid } from '../../../bff/vault/key-ring.ts'
import { createVault, type Place, SealBroken } from '../../../bff/vault/vault.ts'

const key = (number: number) => createHash('sha256').update(`key ${number}`).digest('base64')
const ring = parseKeyRing(`new:${key(1)},old:${key(2)}`)
const vault = createVault(ring)
const place: Place = { tenant: 'ten_1', table: 'configuration', row: 'cfg_1', column: 'token' }

describe('a sealed secret', () => {
  it('opens where it stands, whatever it is', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (plain) => {
        assert.equal(await vault.open(place, await vault.seal(place, plain)), plain)
      }),
      { numRuns: 50 },
    ))
  it('does not show the secret', async () =>
    assert.doesNotMatch(await vault.seal(place, 'UWU28DCA23NKY76CN17'), /UWU28/))
  it('does not carry the place it is bound to', async () =>
    assert.equal('aad' in JSON.parse(await vault.seal(place, 'x')), false))
  it('is different every time', async () =>
    assert.notEqual(await vault.seal(place, 'x'), await vault.seal(place, 'x')))

  for (const moved of [
    { ...place, tenant: 'ten_2' },
    { ...place, table: 'operation' },
    { ...place, row: 'cfg_2' },
    { ...place, column: 'pin' },
    { ...place, table: 'configuratio', row: 'ncfg_1' },
  ]) {
    it(`does not open at ${Object.values(moved).join('/')}`, async () => {
      await assert.rejects(vault.open(moved, await vault.seal(place, 'x')), SealBroken)
    })
  }

  for (const member of ['protected', 'encrypted_key', 'iv', 'ciphertext', 'tag']) {
    it(`does not open when its ${member} was changed`, async () => {
      const sealed = JSON.parse(await vault.seal(place, 'a secret'))
      const bytes = Buffer.from(sealed[member], 'base64url')
      bytes.writeUInt8((bytes[0] ?? 0) ^ 1, 0)
      sealed[member] = bytes.toString('base64url')
      await assert.rejects(vault.open(place, JSON.stringify(sealed)), SealBroken)
    })
  }
  it('that is not ours does not open', async () => {
    await assert.rejects(vault.open(place, 'plain text'), SealBroken)
  })
})

describe('rotating the key', () => {
  const before = createVault(parseKeyRing(`old:${key(2)}`))
  it('leaves what the previous key sealed readable', async () =>
    assert.equal(await vault.open(place, await before.seal(place, 'kept')), 'kept'))
  it('seals with the new key', async () =>
    assert.equal(vault.keyOf(await vault.seal(place, 'x')), 'new'))
  it('makes a forgotten key final', async () => {
    const sealed = await vault.seal(place, 'x')
    await assert.rejects(before.open(place, sealed), SealBroken)
  })
})

describe('a fingerprint', () => {
  it('is the same for the same data', async () =>
    assert.equal(await vault.hmac('a'), await vault.hmac('a')))
  it('is another under another key', async () =>
    assert.notEqual(
      await vault.hmac('a'),
      await createVault(parseKeyRing(`k:${key(3)}`)).hmac('a'),
    ))
})

describe('a key ring', () => {
  for (const [what, textForm] of [
    ['that is empty', ''],
    ['without ids', key(1)],
    ['with a short key', 'k:c2hvcnQ='],
    ['with an id twice', `k:${key(1)},k:${key(2)}`],
    ['with one key under two ids', `a:${key(1)},b:${key(1)}`],
    [
      'with one key in two spellings',
      `a:${key(1)},b:${Buffer.from(key(1), 'base64').toString('base64url')}`,
    ],
    ['of nothing but zeros', `k:${Buffer.alloc(32).toString('base64')}`],
    ['of one byte again and again', `k:${Buffer.alloc(32, 0xa7).toString('base64')}`],
    ['of a short word again and again', `k:${Buffer.alloc(32, 'secret').toString('base64')}`],
    ['of a passphrase', `k:${Buffer.from('correct horse battery staple 123').toString('base64')}`],
    [
      'of hexadecimal digits taken for a key',
      `k:${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`,
    ],
  ] as const) {
    it(`${what} is refused`, () => assert.throws(() => parseKeyRing(textForm), VaultKeysInvalid))
  }
  it('may stand on lines of its own, as in a file', () => {
    const { current, byId } = parseKeyRing(`new:${key(1)}\r\nold:${key(2)}\n\n`)
    assert.deepEqual([current.id, [...byId.keys()]], ['new', ['new', 'old']])
  })
  it('of random keys is never refused', () =>
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const drawn = createHash('sha256').update(`${seed}`).digest('base64')
        assert.equal(parseKeyRing(`k:${drawn}`).byId.size, 1)
      }),
      { numRuns: 1000 },
    ))
  it('is refused without showing a key', () => {
    assert.throws(
      () => parseKeyRing(`k:${key(1).slice(4)}`),
      (error) => error instanceof Error && !error.message.includes(key(1).slice(4)),
    )
  })
})
