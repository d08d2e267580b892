import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Bff, composeBff } from '../../bff/compose.ts'
import type { Config } from '../../bff/config.ts'
import { readWidgetFiles } from '../../bff/http/widget-files.ts'
import { ServerInMemory } from './panel-in-memory.ts'

let folder: string
let config: Config
let bff: Bff
let base: string
let token: string
const reports: string[] = []
const answered: { path: string; status: number }[] = []

function overSocket(method: string, path: string, body?: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: config.socket, method, path }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'compose-'))
  writeFileSync(join(folder, 'provision.js'), 'export {}')
  // What a process that was killed leaves behind.
  const killed = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', killed, join(folder, 'provision.socket')])
  config = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'https://panel.example.com',
    database: { url: `file:${join(folder, 'provision.db')}` },
    vaultKeys: `k1:${randomBytes(32).toString('base64')}`,
    allowedHosts: [],
    socket: join(folder, 'provision.socket'),
    logLevel: 'silent',
  }
  bff = await composeBff(config, {
    provider: new ServerInMemory().provider,
    report: (error, about) => reports.push(`${about}: ${error}`),
    answered: ({ path, status }) => answered.push({ path, status }),
    widgets: readWidgetFiles(folder),
  })
  const { port } = await bff.listen()
  base = `http://127.0.0.1:${port}`
  const pair = await generateKeyPair('ES256')
  await overSocket('POST', '/tenants', {
    label: 'Brand',
    issuer: 'https://brand.example',
    origins: ['https://admin.brand.example'],
    jwks: { keys: [await exportJWK(pair.publicKey)] },
  })
  token = await new SignJWT({
    client_id: 'admin',
    scope: 'configurations:read services:write services:read',
    role: 'staff',
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer('https://brand.example')
    .setAudience('https://panel.example.com')
    .setSubject('ann')
    .setJti('j1')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(pair.privateKey)
})
after(async () => {
  await bff.close()
  rmSync(folder, { recursive: true })
})

describe('a BFF that was put together and listens', () => {
  it('is alive', async () => {
    assert.equal((await fetch(`${base}/livez`)).status, 200)
  })
  it('is ready', async () => {
    assert.equal((await fetch(`${base}/readyz`)).status, 200)
  })
  it('serves the elements', async () => {
    assert.equal(await (await fetch(`${base}/widgets/provision.js`)).text(), 'export {}')
  })
  it('takes the token of a tenant the operator added over the socket', async () => {
    const response = await fetch(`${base}/v1/configurations`, {
      headers: { authorization: `Bearer ${token}` },
    })
    assert.deepEqual([response.status, await response.json()], [200, { configurations: [] }])
  })
  it('answers a preflight of that tenant’s page', async () => {
    const response = await fetch(`${base}/v1/configurations`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://admin.brand.example',
        'access-control-request-method': 'GET',
      },
    })
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://admin.brand.example')
  })
  it('lets nobody but its own user open the operator’s socket', () => {
    assert.equal(statSync(config.socket ?? '').mode & 0o777, 0o600)
  })
  it('keeps the operator’s door closed to the network', async () => {
    assert.equal((await fetch(`${base}/tenants`)).status, 404)
  })
  it('tells of its answers without their query', async () => {
    await fetch(`${base}/v1/openapi.json?search=canary`)
    assert.deepEqual(answered.at(-1), { path: '/v1/openapi.json', status: 200 })
  })
  it('has nothing to complain of', () => {
    assert.deepEqual(reports, [])
  })
})

describe('a file of somebody’s where the socket should be', () => {
  it('is left as it is', async () => {
    const own = mkdtempSync(join(tmpdir(), 'compose-'))
    const socket = join(own, 'letters.txt')
    writeFileSync(socket, 'years of work')
    const other = await composeBff(
      { ...config, socket, database: { url: `file:${join(own, 'provision.db')}` } },
      { provider: new ServerInMemory().provider, report: () => undefined },
    )
    const refused = await other.listen().then(
      () => undefined,
      (error: unknown) => error,
    )
    await other.close()
    const text = readFileSync(socket, 'utf8')
    rmSync(own, { recursive: true })
    assert.deepEqual([refused instanceof Error, text], [true, 'years of work'])
  })
})

describe('a second BFF on the same database file', () => {
  it('does not start', async () => {
    await assert.rejects(
      composeBff(config, { provider: new ServerInMemory().provider, report: () => undefined }),
      { name: 'DatabaseOwned' },
    )
  })
})
