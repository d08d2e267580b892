import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import {
  type CryptoKey,
  errors,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import { type KeyAnswer, KeysUnavailable, RemoteKeys } from '../../../bff/auth/key-source.ts'

const URL_OF_KEYS = 'https://brand.example/jwks'
const MINUTE = 60_000
let now = 0
let fetches = 0
let answer: () => Promise<KeyAnswer>
let reports: string[]
let keys: RemoteKeys
let signer: CryptoKey
let published: JWK

beforeEach(async () => {
  now = 1_000_000_000
  fetches = 0
  reports = []
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
    report: (error, about) => reports.push(`${about}: ${String(error)}`),
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
  it('are not fetched at all for invented key ids just after they were', async () => {
    await check()
    now += 29_000
    for (let i = 0; i < 20; i++) await check(`invented-${i}`).catch(() => undefined)
    assert.equal(fetches, 1)
  })
  it('do not know an invented key id, and that is the token’s fault', async () => {
    await check()
    now += MINUTE
    await assert.rejects(check('invented'), errors.JWKSNoMatchingKey)
  })
  it('may know a key id we do not, while they cannot be fetched: our fault', async () => {
    await check()
    now += MINUTE
    answer = () => Promise.reject(new Error('down'))
    await assert.rejects(check('k2'), KeysUnavailable)
  })
  it('answer everybody who asks for a new key at a time with one fetch', async () => {
    await check()
    now += MINUTE
    published = { ...published, kid: 'k2' }
    await Promise.all(Array.from({ length: 20 }, () => check('k2')))
    assert.equal(fetches, 2)
  })
  it('are fetched behind when they are five minutes old', async () => {
    await check()
    now += 5 * MINUTE + 1
    let release = () => {}
    answer = () =>
      new Promise((resolve) => {
        release = () => resolve(Response.json({ keys: [published] }))
      })
    await check()
    release()
    assert.equal(fetches, 2)
  })
  it('that were removed are believed for ten minutes and no longer', async () => {
    await check()
    published = { ...published, kid: 'k2' }
    now += 10 * MINUTE + 1
    await assert.rejects(check('k1'), errors.JWKSNoMatchingKey)
  })
  it('that were all withdrawn let nobody in', async () => {
    await check()
    answer = async () => Response.json({ keys: [] })
    now += 10 * MINUTE + 1
    await assert.rejects(check('k1'), errors.JWKSNoMatchingKey)
  })
  it('are asked for less and less often while their host is down', async () => {
    answer = () => Promise.reject(new Error('down'))
    const asked: number[] = []
    for (let second = 0; second < 130; second++) {
      const before = fetches
      await check().catch(() => undefined)
      if (fetches > before) asked.push(second)
      now += 1000
    }
    assert.deepEqual(asked, [0, 1, 3, 7, 15, 31, 63, 123])
  })
  it('of more than 256 KiB are not read', async () => {
    answer = async () => new Response(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)
    await assert.rejects(check(), KeysUnavailable)
  })

  const unusable: readonly [string, () => Promise<KeyAnswer>][] = [
    ['are not JSON', async () => new Response('<html>')],
    ['are cut off', async () => new Response('{"keys":[')],
    ['say a name twice', async () => new Response('{"keys":[],"keys":[]}')],
    ['are no set', async () => Response.json([published])],
    ['are nested without end', async () => new Response('['.repeat(100_000) + ']'.repeat(100_000))],
    ['are not found', async () => new Response('{"keys":[]}', { status: 404 })],
    ['are elsewhere', async () => new Response(null, { status: 302, headers: { location: '/x' } })],
    ['have no body', async () => new Response(null)],
  ]
  for (const [what, bad] of unusable) {
    it(`that ${what} are our fault`, async () => {
      answer = bad
      await assert.rejects(check(), KeysUnavailable)
    })
    it(`that ${what} do not replace the ones we have`, async () => {
      await check()
      answer = bad
      now += 11 * MINUTE
      await assert.doesNotReject(check())
    })
  }
  it('that cannot be had are reported, without what came instead', async () => {
    answer = async () => new Response('SECRET of an upstream')
    await check().catch(() => undefined)
    assert.deepEqual(reports, [
      `the keys at ${URL_OF_KEYS}: KeysInvalid: the key set is not as it should be: not_json`,
    ])
  })
  it('whose private half was published are used no more, and that is reported', async () => {
    await check()
    published = { ...published, d: 'AAAA' }
    now += 11 * MINUTE
    await assert.rejects(check(), errors.JWKSNoMatchingKey)
    assert.deepEqual(reports, [
      `the keys at ${URL_OF_KEYS}: KeysInvalid: keys are not used: private`,
    ])
  })
})

describe('how it stands with keys by URL', () => {
  const state = () => keys.status().map(({ state, keys }) => `${state} ${keys}`)
  it('is nothing before anybody asked', () => assert.deepEqual(state(), []))
  it('is fresh after they were fetched', async () => {
    await check()
    assert.deepEqual(state(), ['fresh 1'])
  })
  it('is fresh though nobody has asked for a day', async () => {
    await check()
    now += 23 * 60 * MINUTE
    assert.deepEqual(state(), ['fresh 1'])
  })
  it('is stale while they are used and cannot be fetched', async () => {
    await check()
    answer = () => Promise.reject(new Error('down'))
    now += 11 * MINUTE
    await check()
    assert.deepEqual(state(), ['stale 1'])
  })
  it('is none when they could never be fetched', async () => {
    answer = () => Promise.reject(new Error('down'))
    await check().catch(() => undefined)
    assert.deepEqual(state(), ['none 0'])
  })
})
