import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import {
  KeysInvalid,
  KeysUnavailable,
  parseKeySet,
  RemoteKeys,
} from '../../../bff/auth/key-source.ts'

const URL_OF_KEYS = 'https://brand.example/jwks'
const MINUTE = 60_000
let now = 0
let fetches = 0
let answer: () => Promise<Response>
let keys: RemoteKeys
let signer: CryptoKey
let published: JWK

beforeEach(async () => {
  now = 1_000_000_000
  fetches = 0
  const pair = await generateKeyPair('ES256', { extractable: true })
  signer = pair.privateKey
  published = { ...(await exportJWK(pair.publicKey)), kid: 'k1' }
  answer = async () => Response.json({ keys: [published] })
  keys = new RemoteKeys({
    clock: { now: () => now },
    fetch: () => {
      fetches += 1
      return answer()
    },
  })
})

const sign = (kid = 'k1') => new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(signer)
const check = async (kid?: string) => jwtVerify(await sign(kid), keys.source(URL_OF_KEYS))

describe('keys by URL', () => {
  it('are fetched once for many tokens', async () => {
    for (let i = 0; i < 20; i++) await check()
    assert.equal(fetches, 1)
  })
  it('are fetched once for many tokens at a time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => check()))
    assert.equal(fetches, 1)
  })
  it('are used for a day while their host is down', async () => {
    await check()
    answer = () => Promise.reject(new Error('down'))
    now += 23 * 60 * MINUTE
    await assert.doesNotReject(check())
  })
  it('are not used for longer', async () => {
    await check()
    answer = () => Promise.reject(new Error('down'))
    now += 25 * 60 * MINUTE
    await assert.rejects(check(), KeysUnavailable)
  })
  it('that were never there are our fault, not the token’s', async () => {
    answer = async () => new Response('no', { status: 500 })
    await assert.rejects(check(), KeysUnavailable)
  })
  it('are not asked for again and again while their host is down', async () => {
    answer = () => Promise.reject(new Error('down'))
    for (let i = 0; i < 20; i++) await check().catch(() => undefined)
    assert.equal(fetches, 1)
  })
  it('are fetched anew for a key id nobody knows', async () => {
    await check()
    now += MINUTE
    published = { ...published, kid: 'k2' }
    await assert.doesNotReject(check('k2'))
  })
  it('are not fetched for every invented key id', async () => {
    await check()
    now += MINUTE
    for (let i = 0; i < 20; i++) await check(`invented-${i}`).catch(() => undefined)
    assert.equal(fetches, 2)
  })
  it('of more than 256 KiB are not read', async () => {
    answer = async () => new Response(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)
    await assert.rejects(check(), KeysUnavailable)
  })
})

describe('a key set', () => {
  for (const [what, value] of [
    ['with a private key', { keys: [{ kty: 'EC', d: 'x' }] }],
    ['with a shared secret', { keys: [{ kty: 'oct', k: 'x' }] }],
    ['without keys', { keys: [] }],
    ['that is none', 'nonsense'],
  ] as const) {
    it(`${what} is refused`, () => assert.throws(() => parseKeySet(value), KeysInvalid))
  }
})
