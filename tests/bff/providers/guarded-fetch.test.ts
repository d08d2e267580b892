import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { generate } from 'selfsigned'
import { KeysUnavailable, RemoteKeys } from '../../../bff/auth/key-source.ts'
import { guardedFetch } from '../../../bff/providers/guarded-fetch.ts'
import { makeKey } from '../auth/brand.ts'

const key = makeKey('ES256', 'k1')
let server: Server
let port: number
let ca: string
let asked: string[]

before(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  ca = made.cert
  asked = []
  server = createServer({ key: made.private, cert: made.cert }, (request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/moved') response.writeHead(302, { location: '/keys' }).end()
    else if (request.url === '/silent') return
    else response.end(JSON.stringify({ keys: [key.jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address with one.
  port = (server.address() as AddressInfo).port
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const keysAt = async (path: string, allowed: readonly string[], authority?: string) => {
  const remote = new RemoteKeys({
    clock: { now: () => 1_000_000 },
    fetch: guardedFetch(allowed, authority),
    timeout: 500,
  })
  return remote.source(`https://localhost:${port}${path}`)(
    { alg: 'ES256', kid: 'k1' },
    {
      payload: '',
      signature: '',
    },
  )
}

describe('keys on a real HTTPS server', () => {
  it('are had from a private host the operator allows', async () =>
    assert.ok(await keysAt('/keys', ['localhost'], ca)))
  it('are not had from a private host nobody allows, and it is not even asked', async () => {
    asked = []
    await assert.rejects(keysAt('/keys', [], ca), KeysUnavailable)
    assert.deepEqual(asked, [])
  })
  it('are not had from a host whose certificate nobody vouches for', async () => {
    asked = []
    await assert.rejects(keysAt('/keys', ['localhost']), KeysUnavailable)
    assert.deepEqual(asked, [])
  })
  it('are not looked for where the server points', async () => {
    asked = []
    await assert.rejects(keysAt('/moved', ['localhost'], ca), KeysUnavailable)
    assert.deepEqual(asked, ['/moved'])
  })
  it('are not waited for longer than told', async () =>
    assert.rejects(keysAt('/silent', ['localhost'], ca), KeysUnavailable))
})

describe('an address that is no name', () => {
  for (const host of [
    '127.0.0.1',
    '[::1]',
    '2130706433',
    '0x7f.1',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
    '10.0.0.1',
  ])
    it(`is judged before it is called: ${host}`, async () =>
      assert.rejects(
        guardedFetch([])(`https://${host}/keys`, {
          redirect: 'error',
          headers: {},
          signal: AbortSignal.timeout(500),
        }),
        { code: 'ADDRESS_FORBIDDEN' },
      ))
})
