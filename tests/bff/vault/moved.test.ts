import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Bff, composeBff } from '../../../bff/compose.ts'
import { ROOT_TOKEN } from '../../../bff/demo/whm/sample.ts'
import { startWhm, type Whm } from '../../../bff/demo/whm/server.ts'
import { operatorApp } from '../../../bff/http/operator/operator.ts'
import { createCpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'

const AUDIENCE = 'https://panel.example.com'
const OTHER_TOKEN = 'CANARYTOKENOFTHEOTHERSERVER00001'
const folder = mkdtempSync(join(tmpdir(), 'moved-'))
const reports: string[] = []
/** Runs ahead of the machine's, so that no reading of a moment ago is good enough. */
const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
let whm: Whm
let bff: Bff
let sign: (issuer: string, role: string) => Promise<string>
/** Configurations: the first of one tenant, the second of the same, the third of another. */
let mine: string
let second: string
let foreign: string
/** What stood in `configuration.token` at first. */
let sealed: Map<string, string>

async function ask(method: string, path: string, body?: unknown, role = 'staff') {
  const response = await bff.fetch(
    new Request(`http://localhost/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await sign('https://one.example', role)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'idempotency-key': crypto.randomUUID(),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
  return { status: response.status, text: await response.text() }
}

const write = (sql: string, args: string[]) => bff.rooms.db.write([{ sql, args }])
/** Puts a sealed value where another one stood; open connections must not hide it. */
const put = (configuration: string, value: string) =>
  write('UPDATE configuration SET token = ?, version = version + 1 WHERE id = ?', [
    value,
    configuration,
  ])

before(async () => {
  whm = await startWhm()
  bff = await composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: AUDIENCE,
      database: { url: `file:${join(folder, 'provision.db')}` },
      vaultKeys: `k1:${randomBytes(32).toString('base64')}`,
      allowedHosts: ['localhost', '127.0.0.1'],
      socket: undefined,
      logLevel: 'silent',
    },
    {
      provider: createCpanelProvider({ allowedHosts: ['localhost', '127.0.0.1'] }),
      report: (error, about) => reports.push(`${about}: ${String(error)}`),
      automatic: false,
      clock,
    },
  )
  const pair = await generateKeyPair('ES256')
  const jwk = await exportJWK(pair.publicKey)
  sign = (issuer, role) =>
    new SignJWT({
      client_id: 'x',
      role,
      scope:
        'services:read services:write configurations:read configurations:write actions:get-info actions:suspend',
      ...(role === 'client' ? { service: 's1' } : {}),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setSubject('ann')
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(pair.privateKey)
  const door = operatorApp(
    { ...bff.rooms.configurations, vault: bff.rooms.vault },
    { changed: () => bff.rooms.tenants.forget(), report: () => undefined },
  )
  const made = async (path: string, body: unknown): Promise<string> => {
    const response = await door.request(path, { method: 'POST', body: JSON.stringify(body) })
    const answer = (await response.json()) as { id?: string }
    assert.ok(answer.id, JSON.stringify(answer))
    return answer.id
  }
  for (const name of ['one', 'two'])
    await made('/tenants', {
      label: name,
      issuer: `https://${name}.example`,
      origins: [`https://admin.${name}.example`],
      jwks: { keys: [jwk] },
    })
  const server = (tenant: string, label: string, token: string) =>
    made('/configurations', {
      tenant: `https://${tenant}.example`,
      label,
      host: 'localhost',
      port: whm.port,
      user: 'root',
      token,
      pin: { ca: whm.ca },
    })
  mine = await server('one', 'Mine', ROOT_TOKEN)
  second = await server('one', 'Second', OTHER_TOKEN)
  foreign = await server('two', 'Foreign', OTHER_TOKEN)
  const [rows] = await bff.rooms.db.write([{ sql: 'SELECT id, token FROM configuration' }])
  sealed = new Map((rows?.rows ?? []).map((row) => [String(row.id), String(row.token)]))
  const [account] = Object.values(whm.world().accounts)
  await ask('PUT', '/services/s1', {
    configuration: mine,
    username: account?.user,
    domain: account?.domain,
  })
})
after(async () => {
  await bff.close()
  await whm.close()
  rmSync(folder, { recursive: true })
})
/** How many calls the server has received, as it tells itself. */
async function calls(): Promise<number> {
  const answer = await fetch(`${whm.controlUrl}/journal`)
  const journal: unknown = await answer.json()
  assert.ok(Array.isArray(journal))
  return journal.length
}
const sealedOf = (id: string) => sealed.get(id) ?? ''
beforeEach(async () => {
  for (const [id, value] of sealed) await put(id, value)
  reports.length = 0
  clock.ahead += 6000
})

describe('a service whose server can be asked', () => {
  it('has actions', async () => {
    const { status, text } = await ask('GET', '/services/s1/actions')
    assert.deepEqual([status, /"state":"available"/.test(text)], [200, true], text)
  })
})

describe('a sealed token that was put somewhere else in the database', () => {
  const moves: [what: string, move: () => Promise<unknown>][] = [
    ['from another configuration of the tenant', () => put(mine, sealedOf(second))],
    ['from another tenant', () => put(mine, sealedOf(foreign))],
    [
      'in exchange with another',
      () => Promise.all([put(mine, sealedOf(second)), put(second, sealedOf(mine))]),
    ],
    [
      'from another column',
      async () =>
        put(
          mine,
          await bff.rooms.engine.seal(
            { tenant: 'any', table: 'operation', row: mine, column: 'secrets' },
            OTHER_TOKEN,
          ),
        ),
    ],
    ['as a text that was never sealed', () => put(mine, OTHER_TOKEN)],
    ['cut in half', () => put(mine, sealedOf(mine).slice(0, 100))],
  ]
  for (const [what, move] of moves)
    describe(what, () => {
      beforeEach(() => move())

      it('blocks what needs the server, with the reason and what to do', async () => {
        const { status, text } = await ask('GET', '/services/s1/actions')
        assert.equal(status, 200)
        assert.match(text, /reason\.configuration_unreadable/)
        assert.match(text, /"remedy":"Type its token again/)
        assert.doesNotMatch(text, /"state":"available"/)
      })
      it('tells a client nothing but that it is not available', async () => {
        const { status, text } = await ask('GET', '/services/s1/actions', undefined, 'client')
        assert.deepEqual(
          [status, /token|vault|sealed|remedy/i.test(text.replaceAll(/"code":"[^"]*"/g, ''))],
          [200, false],
          text,
        )
      })
      it('is a calm problem where something is asked of the server', async () => {
        const { status, text } = await ask('POST', '/services/s1/actions/get-info', { input: {} })
        assert.ok(status === 409 || status === 503, `${status} ${text}`)
      })
      it('is a calm problem where it is tested', async () => {
        const { status, text } = await ask('POST', `/configurations/${mine}/test`, {})
        assert.deepEqual([status, /cannot be opened/.test(text)], [409, true], text)
      })
      it('asks no server with it', async () => {
        const before = await calls()
        await ask('POST', '/services/s1/actions/get-info', { input: {} })
        assert.equal(await calls(), before)
      })
      it('is reported with its place, without what it holds', async () => {
        await ask('POST', '/services/s1/actions/get-info', { input: {} })
        const told = reports.join('\n')
        assert.ok(told.includes(mine), told)
        assert.ok(!told.includes(OTHER_TOKEN) && !told.includes(ROOT_TOKEN))
      })
      it('can be replaced by a good one', async () => {
        const { status } = await ask('PATCH', `/configurations/${mine}`, { token: ROOT_TOKEN })
        const tested = await ask('POST', `/configurations/${mine}/test`, {})
        assert.deepEqual([status, /"cause":"ok"/.test(tested.text)], [200, true], tested.text)
      })
      it('does not keep the same server from being added anew', async () => {
        const { status, text } = await ask('POST', '/configurations', {
          label: 'Mine',
          host: 'localhost',
          port: whm.port,
          user: 'root',
          token: ROOT_TOKEN,
          pin: { ca: whm.ca },
        })
        const { id } = JSON.parse(text)
        await write('DELETE FROM configuration WHERE id = ?', [id])
        assert.ok(status === 200 || status === 201, text)
      })
    })
})
