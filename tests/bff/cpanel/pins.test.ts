import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { z } from 'zod'
import type { Pin } from '../../../bff/contract/resources.ts'
import { guardedLookup } from '../../../bff/providers/cpanel/lookup.ts'
import { testConnection } from '../../../bff/providers/cpanel/test-connection.ts'
import { presentedCertificate } from '../../../bff/providers/cpanel/tls-pin.ts'
import { WhmClient } from '../../../bff/providers/cpanel/whm-client.ts'
import { startBare } from './broken-servers.ts'
import { type Made, makeCertificate } from './certificates.ts'
import { type HttpsServer, startHttps } from './https-server.ts'

const ACCEPTED = 'done'
const REFUSED = 'unsent tls_failed'
const DAY = 86_400_000

let server: HttpsServer
let own: Made
let renewed: Made
let otherKey: Made
let authority: Made
let issued: Made
const open: WhmClient[] = []

before(async () => {
  server = await startHttps()
  own = await makeCertificate()
  renewed = await makeCertificate({ keyOf: own })
  otherKey = await makeCertificate()
  authority = await makeCertificate({ name: 'Our Authority', isAuthority: true })
  issued = await makeCertificate({ by: authority })
})
after(() => server.close())
beforeEach(() => server.present(own))
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
  server.asked.length = 0
})

function clientWith(pin: Pin | undefined, host = 'localhost'): WhmClient {
  const client = new WhmClient(
    {
      host,
      port: server.port,
      user: 'root',
      token: 'UWU28DCA23NKY76CN17MDPKM3O7EFQY8',
      ...(pin === undefined ? {} : { pin }),
    },
    ['localhost', '127.0.0.1'],
  )
  open.push(client)
  return client
}

async function outcomeOf(client: WhmClient): Promise<string> {
  const outcome = await client.call('passwd', { password: 'hunter2' }, z.unknown(), {
    timeout: 5000,
  })
  return outcome.kind === 'done' ? 'done' : `${outcome.kind} ${outcome.cause}`
}
const outcomeWith = (pin: Pin | undefined, host?: string) => outcomeOf(clientWith(pin, host))
const nothingSent = () => server.asked.length === 0

describe('a server whose key is pinned', () => {
  it('is talked to', async () => assert.equal(await outcomeWith({ spki: own.spki }), ACCEPTED))
  it('is talked to after its certificate was renewed with that key', async () => {
    server.present(renewed)
    assert.equal(await outcomeWith({ spki: own.spki }), ACCEPTED)
  })
  it('is talked to when that happens while connections are open', async () => {
    const client = clientWith({ spki: own.spki })
    const first = await outcomeOf(client)
    server.present(renewed)
    assert.deepEqual([first, await outcomeOf(client)], [ACCEPTED, ACCEPTED])
  })
  it('is talked to when the new certificate comes from an authority nobody knows', async () => {
    server.present(await makeCertificate({ keyOf: own, by: authority }))
    assert.equal(await outcomeWith({ spki: own.spki }), ACCEPTED)
  })
  it('is talked to whatever name its certificate is for: the key says who it is', async () => {
    server.present(await makeCertificate({ keyOf: own, name: 'whm.example' }))
    assert.equal(await outcomeWith({ spki: own.spki }), ACCEPTED)
  })
  it('is talked to at an address as well', async () =>
    assert.equal(await outcomeWith({ spki: own.spki }, '127.0.0.1'), ACCEPTED))
  it('with another key is sent nothing', async () => {
    server.present(otherKey)
    assert.deepEqual([await outcomeWith({ spki: own.spki }), nothingSent()], [REFUSED, true])
  })
  it('that gets another key while connections are open is sent nothing more', async () => {
    const client = clientWith({ spki: own.spki })
    await outcomeOf(client)
    server.asked.length = 0
    server.present(otherKey)
    assert.deepEqual([await outcomeOf(client), nothingSent()], [REFUSED, true])
  })
  it('with another key from a pinned-looking name is sent nothing', async () => {
    server.present(await makeCertificate({ by: own, name: 'localhost' }))
    assert.deepEqual([await outcomeWith({ spki: own.spki }), nothingSent()], [REFUSED, true])
  })
  it('with a certificate that has run out is sent nothing', async () => {
    const valid = [new Date(Date.now() - 9 * DAY), new Date(Date.now() - 2 * DAY)] as const
    server.present(await makeCertificate({ keyOf: own, valid }))
    assert.deepEqual([await outcomeWith({ spki: own.spki }), nothingSent()], [REFUSED, true])
  })
  it('with a certificate that does not count yet is sent nothing', async () => {
    const valid = [new Date(Date.now() + 2 * DAY), new Date(Date.now() + 9 * DAY)] as const
    server.present(await makeCertificate({ keyOf: own, valid }))
    assert.deepEqual([await outcomeWith({ spki: own.spki }), nothingSent()], [REFUSED, true])
  })
})

describe('a server whose certificate is pinned', () => {
  it('is talked to, though it is no authority', async () =>
    assert.equal(await outcomeWith({ fingerprint: own.fingerprint }), ACCEPTED))
  it('is sent nothing after a renewal, even with the same key', async () => {
    server.present(renewed)
    assert.deepEqual(
      [await outcomeWith({ fingerprint: own.fingerprint }), nothingSent()],
      [REFUSED, true],
    )
  })
  it('is sent nothing more when that happens while connections are open', async () => {
    const client = clientWith({ fingerprint: own.fingerprint })
    await outcomeOf(client)
    server.asked.length = 0
    server.present(renewed)
    assert.deepEqual([await outcomeOf(client), nothingSent()], [REFUSED, true])
  })
  it('with one that has run out is sent nothing', async () => {
    const valid = [new Date(Date.now() - 9 * DAY), new Date(Date.now() - 2 * DAY)] as const
    const old = await makeCertificate({ valid })
    server.present(old)
    assert.deepEqual(
      [await outcomeWith({ fingerprint: old.fingerprint }), nothingSent()],
      [REFUSED, true],
    )
  })
})

describe('a server whose authority is pinned', () => {
  it('is talked to with a certificate of that authority', async () => {
    server.present(issued)
    assert.equal(await outcomeWith({ ca: authority.cert }), ACCEPTED)
  })
  it('is talked to when several authorities are named', async () => {
    server.present(issued)
    assert.equal(await outcomeWith({ ca: `${otherKey.cert}\n${authority.cert}` }), ACCEPTED)
  })
  it('is sent nothing with a certificate of another', async () =>
    assert.deepEqual([await outcomeWith({ ca: authority.cert }), nothingSent()], [REFUSED, true]))
  it('is sent nothing with a certificate for another name', async () => {
    server.present(await makeCertificate({ by: authority, name: 'whm.example' }))
    assert.deepEqual([await outcomeWith({ ca: authority.cert }), nothingSent()], [REFUSED, true])
  })
})

describe('a server that shakes hands a byte at a time', () => {
  it('is given up in time, however busy it looks', async () => {
    const slow = await startBare((socket) => {
      // The head of a record that will never be whole.
      socket.write(Buffer.from([0x16, 0x03, 0x03, 0x3f, 0xff]))
      const drip = setInterval(() => socket.write(Buffer.alloc(1)), 20)
      socket.once('close', () => clearInterval(drip))
    })
    const shown = presentedCertificate('localhost', slow.port, 400, guardedLookup(['localhost']))
    await assert.rejects(shown, { code: 'HANDSHAKE_TIMEOUT' })
    await slow.close()
  })
})

describe('a server nobody has pinned', () => {
  it('is sent nothing with a certificate of its own', async () =>
    assert.deepEqual([await outcomeWith(undefined), nothingSent()], [REFUSED, true]))
  it('shows its certificate and its key to compare and pin', async () => {
    const target = { host: 'localhost', port: server.port }
    const { cause, certificate } = await testConnection(clientWith(undefined), target, [
      'localhost',
    ])
    assert.deepEqual(
      [cause, certificate?.fingerprint, certificate?.spki],
      ['certificate', own.fingerprint, own.spki],
    )
  })
})
