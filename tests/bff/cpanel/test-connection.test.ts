import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { CpanelPanel } from '../../../bff/providers/cpanel/cpanel-panel.ts'
import { isTooOld } from '../../../bff/providers/cpanel/test-connection.ts'
import { type Saying, type ScriptedWhm, startScripted } from './scripted-whm.ts'

let whm: ScriptedWhm
before(async () => {
  whm = await startScripted()
})
after(() => whm.close())
beforeEach(() => {
  whm.says = { version: { yes: { version: '11.138.0.6' } } }
})

async function testOf(host: string, port: number, allowed = ['localhost']) {
  const panel = new CpanelPanel({ host, port, user: 'root', token: 'x'.repeat(32) }, allowed)
  const outcome = await panel.test()
  await panel.close()
  return outcome
}

describe('a connection is tested', () => {
  it('and works, with the server’s version', async () => {
    assert.deepEqual(await whm.panel().test(), { cause: 'ok', version: '11.138.0.6' })
  })
  it('and works for a token that may not ask for the version', async () => {
    whm.says = { version: { status: 403 }, myprivs: { yes: { privileges: [{}] } } }
    assert.deepEqual(await whm.panel().test(), { cause: 'ok' })
  })
  it('and shows the certificate to compare and pin', async () => {
    const outcome = await whm.panel({ pinned: false }).test()
    assert.deepEqual(
      [outcome.cause, outcome.certificate?.fingerprint],
      ['certificate', new X509Certificate(whm.http.ca).fingerprint256],
    )
  })
  for (const [what, said, cause] of [
    ['too old', { yes: { version: '11.44.1.2' } }, 'too_old'],
    ['refused', { status: 403 }, 'token_refused'],
    ['something else', { status: 404 }, 'not_whm'],
    ['cut', 'cut', 'refused'],
    ['behind a proxy that gave up', { status: 504 }, 'timeout'],
  ] as const satisfies readonly (readonly [string, Saying, string])[]) {
    it(`and is ${what}`, async () => {
      whm.says = { version: said }
      if (said !== 'cut' && 'status' in said) whm.says.myprivs = said
      assert.equal((await whm.panel().test()).cause, cause)
    })
  }
  it('and has no name', async () => {
    assert.equal((await testOf('nobody.invalid', 2087)).cause, 'name_not_found')
  })
  it('and leads to a forbidden address', async () => {
    assert.equal((await testOf('localhost', whm.http.port, [])).cause, 'address_forbidden')
  })
  it('and speaks no TLS', async () => {
    const plain = createServer((_, response) => response.end('hello'))
    await new Promise<void>((resolve) => plain.listen(0, 'localhost', resolve))
    // A server that listens on TCP has an address with a port.
    const { cause } = await testOf('localhost', (plain.address() as AddressInfo).port)
    plain.closeAllConnections()
    await new Promise((resolve) => plain.close(resolve))
    assert.equal(cause, 'not_whm')
  })
})

describe('a version', () => {
  for (const [version, old] of [
    ['11.138.0.6', false],
    ['138.0 (build 6)', false],
    ['11.68.0.1', false],
    ['11.66.0.1', true],
    ['11.28.64', true],
    ['', false],
    ['next', false],
  ] as const) {
    it(`${JSON.stringify(version)} is ${old ? 'too old' : 'good'}`, () =>
      assert.equal(isTooOld(version), old))
  }
})
