import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, afterEach, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { z } from 'zod'
import type { Pin } from '../../../bff/contract/resources.ts'
import { PRODUCTION_BREAKER } from '../../../bff/providers/breaker.ts'
import { type Parameters, WhmClient } from '../../../bff/providers/cpanel/whm-client.ts'
import { ServerLine } from '../../../bff/providers/server-line.ts'
import { type BrokenServer, startBare } from './broken-servers.ts'
import { type HttpsServer, startHttps, yes } from './https-server.ts'

let server: HttpsServer
const open: WhmClient[] = []

before(async () => {
  server = await startHttps()
})
after(() => server.close())
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
  server.asked.length = 0
  server.answer = (response) => response.end(yes())
})

function clientOf(
  more: {
    port?: number
    host?: string
    pin?: Pin | null
    allowed?: string[]
    line?: ServerLine
  } = {},
): WhmClient {
  const pin = more.pin === undefined ? { ca: server.ca } : more.pin
  const target = {
    host: more.host ?? 'localhost',
    port: more.port ?? server.port,
    user: 'root',
    token: 'UWU28DCA23NKY76CN17MDPKM3O7EFQY8',
    ...(pin === null ? {} : { pin }),
  }
  const client = new WhmClient(target, more.allowed ?? ['localhost'], undefined, more.line)
  open.push(client)
  return client
}

const call = (parameters: Parameters = {}, client = clientOf(), timeout = 5000) =>
  client.call('passwd', parameters, z.unknown(), { timeout })

describe('a call', () => {
  it('is a POST', async () => {
    await call()
    assert.equal(server.asked[0]?.method, 'POST')
  })
  it('has nothing in its address but the function', async () => {
    await call({ user: 'bob', password: 'hunter2' })
    assert.equal(server.asked[0]?.url, '/json-api/passwd')
  })
  it('names user and token in the header', async () => {
    await call()
    assert.equal(
      server.asked[0]?.headers.authorization,
      'whm root:UWU28DCA23NKY76CN17MDPKM3O7EFQY8',
    )
  })
  it('asks for version 1 first', async () => {
    await call({ user: 'bob' })
    assert.equal(server.asked[0]?.body, 'api.version=1&user=bob')
  })
  it('says yes and no as 1 and 0', async () => {
    await call({ a: true, b: false })
    assert.equal(server.asked[0]?.body, 'api.version=1&a=1&b=0')
  })
  it('repeats a parameter that has several values', async () => {
    await call({ command: ['a', 'b'] })
    assert.equal(server.asked[0]?.body, 'api.version=1&command=a&command=b')
  })
  it('brings every password over whole', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        async (password) => {
          await call({ password })
          assert.equal(new URLSearchParams(server.asked.at(-1)?.body).get('password'), password)
        },
      ),
      { numRuns: 25 },
    ))
  it('brings every printable ASCII character over', async () => {
    const password = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
    await call({ password })
    assert.equal(new URLSearchParams(server.asked[0]?.body).get('password'), password)
  })
})

describe('what comes back', () => {
  const outcomes: readonly [string, HttpsServer['answer'], string][] = [
    ['a confirmation', (response) => response.end(yes()), 'done'],
    [
      'a confirmation as text/plain',
      (response) => response.setHeader('content-type', 'text/plain').end(yes()),
      'done',
    ],
    [
      'a literal refusal',
      (response) =>
        response.end('{"metadata":{"result":0,"reason":"System user x does not exist!"}}'),
      'refused account_not_found',
    ],
    [
      'a refusal nobody knows',
      (response) => response.end('{"metadata":{"result":0,"reason":"Oops"}}'),
      'uncertain server_refused',
    ],
    [
      'the 403 of a wrong token',
      (response) => {
        response.writeHead(403, 'Forbidden Access denied', { connection: 'close' })
        response.end('{"cpanelresult":{"error":"Access denied"}}')
      },
      'refused access_denied',
    ],
    ['a 500', (response) => response.writeHead(500).end('<html>'), 'uncertain server_fault'],
    ['a 524 of a proxy', (response) => response.writeHead(524).end('<html>'), 'uncertain timeout'],
    ['a page', (response) => response.end('<html>'), 'uncertain answer_unusable'],
    [
      'a redirect',
      (response) => response.writeHead(302, { location: 'https://localhost/' }).end(),
      'uncertain answer_unusable',
    ],
    ['half a body', (response) => response.end(yes().slice(0, 20)), 'uncertain answer_unusable'],
    [
      'a connection cut after the request',
      (_, socket) => socket.destroy(),
      'uncertain connection_lost',
    ],
    [
      'more than 4 MiB',
      (response) => response.end('x'.repeat(5 * 1024 * 1024)),
      'uncertain answer_too_large',
    ],
  ]
  for (const [what, answer, expected] of outcomes) {
    it(`${what} is ${expected}`, async () => {
      server.answer = answer
      const outcome = await call()
      assert.equal(outcome.kind === 'done' ? 'done' : `${outcome.kind} ${outcome.code}`, expected)
    })
  }
  it('nothing in time is uncertain', async () => {
    server.answer = () => undefined
    const outcome = await call({}, clientOf(), 300)
    assert.deepEqual(outcome, { kind: 'uncertain', code: 'timeout', cause: 'timeout' })
  })
  it('is asked for once, whatever it is', async () => {
    server.answer = (_, socket) => socket.destroy()
    await call()
    assert.equal(server.asked.length, 1)
  })
})

describe('a proxy that the environment names', () => {
  const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']
  let proxy: BrokenServer
  before(async () => {
    proxy = await startBare((socket) => socket.destroy())
    for (const name of names) process.env[name] = `http://localhost:${proxy.port}`
  })
  after(async () => {
    for (const name of names) delete process.env[name]
    await proxy.close()
  })
  it('is not asked: it would look the name up by itself', async () => {
    assert.deepEqual(
      [(await call()).kind, server.asked.length, proxy.connections()],
      ['done', 1, 0],
    )
  })
})

describe('a server that would lead us elsewhere', () => {
  for (const status of [301, 302, 303, 307, 308])
    it(`by a ${status} is not followed: nobody else is shown the token`, async () => {
      const other = await startHttps()
      server.answer = (response) =>
        response
          .writeHead(status, { location: `https://localhost:${other.port}/json-api/passwd` })
          .end()
      const { kind } = await call()
      const { length } = other.asked
      await other.close()
      assert.deepEqual([kind, server.asked.length, length], ['uncertain', 1, 0])
    })
  it('by a page that asks the browser to is not followed either', async () => {
    server.answer = (response) =>
      response
        .setHeader('refresh', '0; url=https://evil.example/')
        .end('<meta http-equiv="refresh" content="0; url=https://evil.example/">')
    assert.deepEqual([(await call()).kind, server.asked.length], ['uncertain', 1])
  })
})

describe('an answer that is made to be too much', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'x'))
  it('by being packed is not unpacked', async () => {
    server.answer = (response) => response.setHeader('content-encoding', 'gzip').end(bomb)
    const outcome = await call()
    assert.equal(outcome.kind === 'uncertain' && outcome.cause, 'invalid_json')
  })
  it('by never ending is cut off at its limit', async () => {
    server.answer = (response) => {
      const more = () => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536, 'x'), more)
      }
      more()
    }
    const outcome = await call()
    assert.equal(outcome.kind === 'uncertain' && outcome.code, 'answer_too_large')
  })
  it('by its headers is not read', async () => {
    server.answer = (response) =>
      response.writeHead(200, { 'x-much': 'x'.repeat(200_000) }).end(yes())
    assert.equal((await call()).kind, 'uncertain')
  })
  it('by coming a byte at a time is given up in time', async () => {
    server.answer = (response) => {
      const drip = setInterval(() => response.write(' '), 20)
      response.once('close', () => clearInterval(drip))
    }
    const outcome = await call({}, clientOf(), 400)
    assert.deepEqual(outcome, { kind: 'uncertain', code: 'timeout', cause: 'timeout' })
  })
})

describe('a server that cannot be reached', () => {
  it('refuses without a byte sent', async () => {
    const gone = await startHttps()
    await gone.close()
    const outcome = await call({}, clientOf({ port: gone.port }))
    assert.deepEqual(outcome, {
      kind: 'unsent',
      code: 'connection_refused',
      cause: 'connection_refused',
    })
  })
  it('has no name', async () => {
    const outcome = await call({}, clientOf({ host: 'nobody.invalid', pin: null }))
    assert.deepEqual(outcome, { kind: 'unsent', code: 'name_not_found', cause: 'name_not_found' })
  })
})

describe('the certificate', () => {
  const fingerprint = () => new X509Certificate(server.ca).fingerprint256

  it('of nobody we know is refused before anything is sent', async () => {
    const outcome = await call({ password: 'hunter2' }, clientOf({ pin: null }))
    assert.deepEqual(
      [outcome, server.asked.length],
      [{ kind: 'unsent', code: 'certificate', cause: 'tls_failed' }, 0],
    )
  })
  it('of a pinned CA is accepted', async () => assert.equal((await call()).kind, 'done'))
  it('of a pinned CA for another name is refused', async () => {
    const other = await startHttps(['whm.example'])
    const outcome = await call({}, clientOf({ port: other.port, pin: { ca: other.ca } }))
    await other.close()
    assert.deepEqual(outcome, { kind: 'unsent', code: 'certificate', cause: 'tls_failed' })
  })
  it('that was pinned is accepted, whatever name it is for', async () => {
    const other = await startHttps(['whm.example'])
    const pin = { fingerprint: new X509Certificate(other.ca).fingerprint256 }
    const outcome = await call({}, clientOf({ port: other.port, pin }))
    await other.close()
    assert.equal(outcome.kind, 'done')
  })
  it('other than the pinned one is refused before anything is sent', async () => {
    const other = await startHttps()
    const outcome = await call(
      { password: 'hunter2' },
      clientOf({ port: other.port, pin: { fingerprint: fingerprint() } }),
    )
    const { length } = other.asked
    await other.close()
    assert.deepEqual(
      [outcome, length],
      [{ kind: 'unsent', code: 'certificate', cause: 'tls_failed' }, 0],
    )
  })
})

/** A line that never gives a server up. */
const patient = () =>
  new ServerLine({ now: () => 0 }, { ...PRODUCTION_BREAKER, failures: Number.POSITIVE_INFINITY })

describe('a server that fails time after time', () => {
  const frozen = { time: 0, now: () => frozen.time }
  const silent = async (answer: HttpsServer['answer']) => {
    frozen.time = 0
    const line = new ServerLine(frozen)
    server.answer = answer
    const client = clientOf({ line })
    for (let time = 0; time < 8; time++) await call({}, client)
    server.asked.length = 0
    server.answer = (response) => response.end(yes())
    return { line, client }
  }
  const broken: HttpsServer['answer'] = (response) => response.writeHead(502).end()
  const left = {
    kind: 'unsent',
    code: 'server_unreachable',
    cause: 'left_alone',
    until: 10_000,
  }

  it('is sent no change', async () => {
    const { client } = await silent(broken)
    assert.deepEqual([await call({}, client), server.asked.length], [left, 0])
  })
  it('is not read from', async () => {
    const { client } = await silent((_, socket) => socket.destroy())
    const outcome = await client.ask('accountsummary', {}, z.unknown())
    assert.deepEqual([outcome, server.asked.length], [left, 0])
  })
  it('is left alone by another token too', async () => {
    const { line } = await silent(broken)
    assert.deepEqual(await call({}, clientOf({ line })), left)
  })
  it('is asked once its pause is over', async () => {
    const { client } = await silent(broken)
    frozen.time = 10_000
    assert.equal((await call({}, client)).kind, 'done')
  })
  it('is asked all the same by a person’s test', async () => {
    const { client } = await silent(broken)
    const outcome = await client.call('version', {}, z.unknown(), { always: true })
    assert.equal(outcome.kind, 'done')
  })
  it('is none that refuses the token', async () => {
    const { client } = await silent((response) => response.writeHead(403).end())
    assert.equal((await call({}, client)).kind, 'done')
  })
  it('is none that says no', async () => {
    const { client } = await silent((response) =>
      response.end('{"metadata":{"result":0,"reason":"Oops"}}'),
    )
    assert.equal((await call({}, client)).kind, 'done')
  })
  it('is none whose certificate one configuration has pinned wrongly', async () => {
    const { line, client } = await silent((response) => response.end(yes()))
    for (let time = 0; time < 8; time++) await call({}, clientOf({ line, pin: null }))
    assert.equal((await call({}, client)).kind, 'done')
  })
})

describe('a read', () => {
  const ask = (client = clientOf()) => client.ask('accountsummary', {}, z.unknown())
  const failing = (times: number, status = 503): HttpsServer['answer'] => {
    return (response) =>
      server.asked.length > times ? response.end(yes()) : response.writeHead(status).end('<html>')
  }

  it('is asked again when the server had a fault', async () => {
    server.answer = failing(2)
    assert.equal((await ask()).kind, 'done')
  })
  it('is asked again when the connection broke', async () => {
    server.answer = (response, socket) =>
      server.asked.length > 1 ? response.end(yes()) : socket.destroy()
    assert.equal((await ask()).kind, 'done')
  })
  it('is asked three times at most', async () => {
    server.answer = failing(99)
    assert.deepEqual(
      [await ask(), server.asked.length],
      [{ kind: 'uncertain', code: 'server_fault', cause: 'server_error' }, 3],
    )
  })
  it('of one connection leaves fewer retries to the others of its server', async () => {
    server.answer = failing(999)
    const line = patient()
    for (let time = 0; time < 5; time++) await ask(clientOf({ line }))
    server.asked.length = 0
    await ask(clientOf({ line }))
    assert.equal(server.asked.length, 1)
  })
  it('waits as long as the server asks for', async () => {
    server.answer = (response) =>
      server.asked.length > 1
        ? response.end(yes())
        : response.writeHead(503, { 'retry-after': '1' }).end()
    const began = performance.now()
    await ask()
    assert.deepEqual([performance.now() - began >= 1000, server.asked.length], [true, 2])
  })
  it('is not asked again when the server asks for more time than a reader has', async () => {
    server.answer = (response) => response.writeHead(503, { 'retry-after': '120' }).end()
    await ask()
    assert.equal(server.asked.length, 1)
  })
  it('is not asked again when it was refused', async () => {
    server.answer = failing(99, 403)
    await ask()
    assert.equal(server.asked.length, 1)
  })
  it('is asked once each when a server fails every time', async () => {
    server.answer = failing(999)
    const client = clientOf({ line: patient() })
    for (let time = 0; time < 5; time++) await ask(client)
    server.asked.length = 0
    await ask(client)
    assert.equal(server.asked.length, 1)
  })
})

describe('a name that leads into the operator’s own network', () => {
  const forbidden = {
    kind: 'unsent',
    code: 'address_forbidden',
    cause: 'address_forbidden',
  }

  it('is not connected to', async () => {
    const outcome = await call({}, clientOf({ allowed: [] }))
    assert.deepEqual([outcome, server.asked.length], [forbidden, 0])
  })
  it('is not connected to as an address either', async () => {
    assert.deepEqual(await call({}, clientOf({ host: '127.0.0.1', allowed: [] })), forbidden)
  })
  it('is not even asked for its certificate', async () => {
    const pin = { fingerprint: new X509Certificate(server.ca).fingerprint256 }
    assert.deepEqual(await call({}, clientOf({ allowed: [], pin })), forbidden)
  })
  it('is connected to when the operator allows its address', async () => {
    assert.equal((await call({}, clientOf({ allowed: ['127.0.0.0/8', '::1'] }))).kind, 'done')
  })
  it('is never connected to when it is a cloud’s metadata', async () => {
    const outcome = await call({}, clientOf({ host: '169.254.169.254', allowed: ['0.0.0.0/0'] }))
    assert.deepEqual(outcome, forbidden)
  })
})
