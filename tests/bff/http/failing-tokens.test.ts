import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { FAILURE_BOUNDS } from '../../../bff/auth/failure-brake.ts'
import { problemSchema } from '../../../bff/contract/problem.ts'
import type { TurnedAway } from '../../../bff/http/access.ts'
import { leaks } from '../../secret-search.ts'
import { answersIn, openWired, PAGE, type WireAnswer, type Wired } from './wired.ts'

let wired: Wired
let now = Date.now()
const turnedAway: TurnedAway[] = []

async function open(trustedProxies?: readonly string[]): Promise<void> {
  now = Date.now()
  turnedAway.length = 0
  wired = await openWired(
    { clock: { now: () => now }, turnedAway: (entry) => turnedAway.push(entry) },
    undefined,
    {
      metrics: { host: '127.0.0.1', port: 0 },
      ...(trustedProxies === undefined ? {} : { trustedProxies }),
    },
  )
}
async function close(): Promise<void> {
  await wired.end()
  assert.deepEqual(wired.reports, [])
}

/** Byte by byte, as a proxy would write it. */
async function ask(token: string, ...lines: string[]): Promise<WireAnswer> {
  const head = ['GET /v1/configurations HTTP/1.1', 'Host: panel.example.com', 'Connection: close']
  const text = await wired.send(
    `${[...head, `Authorization: Bearer ${token}`, ...lines].join('\r\n')}\r\n\r\n`,
  )
  const [answer] = answersIn(text)
  assert.ok(answer !== undefined, text)
  return answer
}
const by = (address: string) => `X-Forwarded-For: ${address}`
/** A good token but for its signature. */
async function forged(): Promise<string> {
  const [header, payload] = (await wired.token()).split('.')
  return `${header}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}`
}
async function failUntilHeld(...lines: string[]): Promise<WireAnswer> {
  const bad = await forged()
  for (let i = 0; i < FAILURE_BOUNDS.address; i++)
    assert.equal((await ask(bad, ...lines)).status, 401, `${i}`)
  return ask(bad, ...lines)
}

describe('somebody whose tokens do not verify, behind a proxy that is named', () => {
  const MALLORY = by('203.0.113.7')
  let held: WireAnswer
  before(async () => {
    await open(['127.0.0.1'])
    held = await failUntilHeld(MALLORY)
  })
  after(close)

  it('is held back after as many as the bound', () => assert.equal(held.status, 429))
  it('is told so as a problem that passes', () => {
    const { code, retryable } = problemSchema.parse(JSON.parse(held.body))
    assert.deepEqual([code, retryable], ['rate_limited', true])
  })
  it('is told until when, as by every other rate', () =>
    assert.deepEqual(
      [held.headers['retry-after'], held.headers['ratelimit-policy'], held.headers.ratelimit],
      ['1', '"failures";q=60;w=60', '"failures";r=0;t=1'],
    ))
  it('is asked for no other token', () => assert.equal(held.headers['www-authenticate'], undefined))
  it('has a page that may read it', async () => {
    const { headers } = await ask(await forged(), MALLORY, `Origin: ${PAGE}`)
    assert.deepEqual(headers['access-control-allow-origin'], PAGE)
  })
  it('is not looked at even with a good token: nobody checks it', async () =>
    assert.equal((await ask(await wired.token(), MALLORY)).status, 429))
  it('is in our log with the reason, and nothing of token or address is', async () => {
    turnedAway.length = 0
    const bad = await forged()
    const { headers } = await ask(bad, MALLORY)
    assert.deepEqual(
      turnedAway.map(({ reason, code, request_id }) => [reason, code, request_id]),
      [['held_back 1 s', 'rate_limited', headers['x-request-id']]],
    )
    assert.deepEqual(
      leaks(JSON.stringify(turnedAway), {
        token: bad,
        address: '203.0.113.7',
        jti: bad.slice(-20),
      }),
      [],
    )
  })
  it('is in the way of no good token from another address', async () =>
    assert.equal((await ask(await wired.token(), by('198.51.100.1'))).status, 200))
  it('is in the way of no good token from an address that failed now and then', async () => {
    const ann = by('198.51.100.2')
    for (let i = 0; i < 3; i++) assert.equal((await ask(await forged(), ann)).status, 401)
    assert.equal((await ask(await wired.token(), ann)).status, 200)
  })
  it('is not somebody else for writing another address before his own', async () =>
    assert.equal((await ask(await forged(), by('198.51.100.9, 203.0.113.7'))).status, 429))
  it('learns what costs us nothing as before: no token, and one that is none', async () => {
    assert.equal((await ask('a.b.c', MALLORY)).status, 401)
    assert.equal((await ask('rubbish', MALLORY)).status, 401)
  })
  it('is counted in the metrics', async () => {
    const { metrics } = wired
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
    const [failed, heldBack] = ['failures', 's_held_back'].map((name) =>
      Number(new RegExp(`^provision_token_?${name}_total (\\d+)$`, 'm').exec(text)?.[1]),
    )
    assert.deepEqual([Number(failed) >= 60, Number(heldBack) >= 4], [true, true])
  })
  it('is looked at again when it was told', async () => {
    now += Number(held.headers['retry-after']) * 1000
    assert.equal((await ask(await wired.token(), MALLORY)).status, 200)
  })
})

describe('tokens that are bad in a way that costs nothing to see', () => {
  before(() => open(['127.0.0.1']))
  after(close)
  const ways: readonly [string, Record<string, unknown>][] = [
    ['expired', { exp: 1, iat: 0 }],
    ['for somebody else', { aud: 'https://elsewhere.example' }],
    ['of nobody', { iss: 'https://nobody.example' }],
    ['without a role', { role: 'root' }],
  ]
  for (const [what, claims] of ways)
    it(`hold nobody back: ${what}`, async () => {
      const ann = by('198.51.100.3')
      const head = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt' })).toString(
        'base64url',
      )
      const [, good] = (await wired.token()).split('.')
      const body = { ...JSON.parse(Buffer.from(good ?? '', 'base64url').toString()), ...claims }
      const bad = `${head}.${Buffer.from(JSON.stringify(body)).toString('base64url')}.AAAA`
      for (let i = 0; i < FAILURE_BOUNDS.address + 5; i++)
        assert.equal((await ask(bad, ann)).status, 401)
      assert.equal((await ask(await wired.token(), ann)).status, 200)
    })
})

describe('somebody whose tokens do not verify, where there is no proxy', () => {
  before(() => open([]))
  after(close)
  it('is held back by the address he connects from, whatever he writes', async () => {
    const bad = await forged()
    for (let i = 0; i < FAILURE_BOUNDS.address; i++)
      assert.equal((await ask(bad, by(`198.51.100.${i}`))).status, 401)
    assert.equal((await ask(bad, by('198.51.100.200'))).status, 429)
  })
})

describe('somebody whose tokens do not verify, behind a proxy nobody has named', () => {
  before(() => open())
  after(close)
  it('locks out none of those who share its address', async () => {
    const bad = await forged()
    for (let i = 0; i < FAILURE_BOUNDS.address + 5; i++)
      assert.equal((await ask(bad, by('203.0.113.7'))).status, 401)
    assert.equal((await ask(await wired.token(), by('203.0.113.7'))).status, 200)
  })
})
