import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { leaks } from '../../secret-search.ts'
import { type Sqld, startSqld } from '../../sqld.ts'
import { type ScriptedWhm, startScripted, summaryOf } from '../cpanel/scripted-whm.ts'
import { Talkative } from './talkative.ts'

/** A server's token as WHM makes them. */
const WHM_TOKEN = 'CANARY5DCA23NKY76CN17MDPKM3O7QQ'
const SESSION = 'CanarySessionOfALogin77'

/** Ways a server can give back what it was told, none of which anybody may read. */
const ECHOES: Readonly<
  Record<string, (response: ServerResponse, socket: Socket, told: string) => void>
> = {
  refuses: (response, _socket, told) =>
    void response.end(
      JSON.stringify({
        metadata: { version: 1, command: 'passwd', result: 0, reason: `Sorry: ${told}` },
      }),
    ),
  warns: (response, _socket, told) =>
    void response.end(
      JSON.stringify({
        data: { app: [told] },
        metadata: {
          version: 1,
          command: 'passwd',
          result: 1,
          reason: `OK ${told}`,
          output: { raw: told, warnings: [told], messages: [told] },
        },
      }),
    ),
  page: (response, _socket, told) =>
    void response.writeHead(500, { 'content-type': 'text/html' }).end(`<h1>${told}</h1>`),
  junk: (response, _socket, told) => void response.end(`${told} is no JSON`),
  shape: (response, _socket, told) => void response.end(JSON.stringify({ [told]: { told } })),
  away: (response, _socket, told) =>
    void response.writeHead(302, { location: `https://localhost/?${told}` }).end(),
  header: (response, _socket, told) =>
    void response.writeHead(403, { 'x-told': encodeURIComponent(told) }).end(told),
  cut: (_response, socket) => void socket.destroy(),
  half: (response, socket, told) => {
    response.writeHead(200, { 'content-length': '99999' })
    response.write(`{"data":"${told}`, () => socket.destroy())
  },
}

const passwordOf = (name: string) => `canary/${name}+Pass&word=7%`

async function startEcho(): Promise<ScriptedWhm> {
  const whm = await startScripted()
  const usual = whm.http.answer
  whm.says = {
    version: { yes: { version: '11.138.0.6' } },
    myprivs: { yes: { privileges: [{ all: 1 }] } },
    accountsummary: ({ user = '' }) => ({ yes: { acct: [summaryOf(user)] } }),
    listresellers: { yes: { reseller: [] } },
    get_nameserver_config: { yes: { nameservers: ['ns1.host.example'] } },
    create_user_session: { yes: { url: `https://localhost:${whm.http.port}/x?s=${SESSION}` } },
  }
  whm.http.answer = (response, socket) => {
    const asked = whm.http.asked.at(-1)
    const name = asked?.url?.split('/').at(-1)
    const parameters = new URLSearchParams(asked?.body)
    const echo = ECHOES[parameters.get('user') ?? '']
    if (echo === undefined || (name !== 'passwd' && name !== 'create_user_session'))
      return usual(response, socket)
    echo(
      response,
      socket,
      `${asked?.headers.authorization} ${parameters.get('password')} ${SESSION}`,
    )
  }
  return whm
}

/** A server takes no more calls while too many of its answers are unknown: so there are several. */
const SERVERS = [
  ['refuses', 'warns', 'page', 'junk'],
  ['shape', 'away', 'header', 'fine'],
  ['cut', 'half'],
] as const

describe('a BFF that logs all it can, and has met every error it knows', () => {
  let servers: ScriptedWhm[] = []
  let bff: Talkative
  let files = ''
  let handed = ''

  async function meet(whm: ScriptedWhm, names: readonly string[]): Promise<void> {
    const authorization = `Bearer ${await bff.token()}`
    const made = await bff.ask('POST', '/v1/configurations', {
      authorization,
      body: {
        label: `With ${names[0]}`,
        host: 'localhost',
        port: whm.http.port,
        user: 'root',
        token: WHM_TOKEN,
        pin: { ca: whm.http.ca },
      },
    })
    const { id } = JSON.parse(made.text)
    await bff.ask('POST', `/v1/configurations/${id}/test`, { authorization, body: {} })
    for (const list of ['packages', 'acls', 'ips', 'accounts', 'password-policy'])
      await bff.ask('GET', `/v1/configurations/${id}/${list}`, { authorization })
    for (const name of names) {
      const service = `/v1/services/${name}`
      bff.secrets[`the password of ${name}`] = passwordOf(name)
      await bff.ask('PUT', service, {
        authorization,
        body: { configuration: id, username: name, domain: `${name}.example` },
      })
      await bff.sees(`${service}/actions`, (text) => text.includes('"state":"active"'))
      const login = await bff.ask('POST', `${service}/actions/login`, {
        authorization,
        body: { input: {} },
        isTheirs: name === 'fine',
      })
      if (name === 'fine') handed = login.text
      await bff.ask('POST', `${service}/actions/change-password`, {
        authorization,
        body: { input: { password: passwordOf(name) } },
        key: `gesture-of-${name}`,
      })
      await bff.sees(`${service}/operations`, (text) =>
        /"state":"(succeeded|failed|attention|checking)"/.test(text),
      )
      for (const what of ['logs', 'fields', 'operations', 'usage', 'actions', 'logs/export'])
        await bff.ask('GET', `${service}/${what}`, { authorization })
    }
    await bff.ask('GET', '/v1/configurations', { authorization })
  }

  async function sendNonsense(): Promise<void> {
    const good = await bff.token()
    const [header = '', payload = '', signature = ''] = good.split('.')
    const now = Math.floor(Date.now() / 1000)
    for (const authorization of [
      `Bearer ${await bff.token({ iat: now - 900, exp: now - 300 })}`,
      `Bearer ${await bff.token({ aud: 'https://another.example' })}`,
      `Bearer ${await bff.token({ iss: 'https://nobody.example' })}`,
      `Bearer ${await bff.token({ role: 'client' })}`,
      `Bearer ${await bff.token({ service: { id: 'refuses', configuration: 'cfg_x' } })}`,
      `Bearer ${header}.${payload}.${signature.split('').reverse().join('')}`,
      `Bearer ${header}.${payload}.`,
      `Bearer ${payload}`,
      `Basic ${Buffer.from(`ann:${passwordOf('refuses')}`).toString('base64')}`,
      `Digest ${good}`,
      `Bearer ${good}, Bearer ${good}`,
      good,
    ])
      await bff.ask('GET', '/v1/services/refuses', { authorization })
    const authorization = `Bearer ${good}`
    const password = passwordOf('refuses')
    await bff.ask('GET', `/v1/services/refuses?access_token=${good}`, { authorization })
    await bff.ask('GET', `/v1/services/refuses?access_token=${good}`)
    const path = '/v1/services/refuses/actions/change-password'
    for (const raw of [
      `{"input":{"password":"${password}"`,
      `{"input":{"password":"${password}"},"input":{"password":"${password}"}}`,
      `"${password}"`,
      `{"input":{"${password}":1}}`,
      `{"input":{"password":["${password}"]}}`,
      `{"input":{"password":"${password}","database_password":"${password}"}}`,
      `{"input":{"password":"${password}"},"confirmation":{"digest":"${password}"}}`,
      `{"password":"${password}"}`,
      password.repeat(4000),
    ])
      await bff.ask('POST', path, { authorization, raw, key: 'gesture-of-nonsense' })
    for (const body of [
      { label: 'x', host: 'not a host', user: 'root', token: WHM_TOKEN },
      { label: 'x', host: '169.254.169.254', user: 'root', token: WHM_TOKEN },
      { label: 'x', host: 'localhost', port: 'x', user: 'root', token: WHM_TOKEN },
      { label: 'x', host: 'localhost', user: 'root', token: [WHM_TOKEN] },
      { label: 'x', host: 'localhost', port: 1, user: 'root', token: WHM_TOKEN },
      { label: 'x', host: 'name.invalid', user: 'root', token: WHM_TOKEN },
    ]) {
      const { text } = await bff.ask('POST', '/v1/configurations', { authorization, body })
      const { id } = JSON.parse(text)
      if (id !== undefined)
        await bff.ask('POST', `/v1/configurations/${id}/test`, { authorization, body: {} })
    }
  }

  before(async () => {
    servers = await Promise.all(SERVERS.map(() => startEcho()))
    bff = await Talkative.prepare(21_740)
    Object.assign(bff.secrets, { WHM_TOKEN, SESSION })
    const first = bff.vaultKey('k1')
    assert.ok(await bff.start({ PROVISION_VAULT_KEYS: first }), bff.saying)
    for (const [at, names] of SERVERS.entries()) {
      const whm = servers[at]
      if (whm !== undefined) await meet(whm, names)
    }
    await sendNonsense()
    await bff.stop()
    // With a key that opens nothing: it says so, be it at its start or when a server is asked.
    if (await bff.start({ PROVISION_VAULT_KEYS: bff.vaultKey('k2') })) {
      const authorization = `Bearer ${await bff.token()}`
      for (const what of ['actions', 'usage', 'choices/packages'])
        await bff.ask('GET', `/v1/services/refuses/${what}`, { authorization })
    }
    await bff.stop()
    files = bff.files()
  })
  after(async () => {
    await bff.end()
    await Promise.all(servers.map((whm) => whm.close()))
  })

  it('has told its servers every secret there is to tell', () => {
    const told = servers
      .flatMap(({ http }) => http.asked)
      .map(({ body, headers }) => `${headers.authorization} ${body}`)
    const missing = Object.keys(ECHOES).filter(
      (name) =>
        !told.some((one) =>
          one.includes(new URLSearchParams({ p: passwordOf(name) }).toString().slice(2)),
        ),
    )
    assert.deepEqual([missing, told.every((one) => one.includes(WHM_TOKEN))], [[], true])
  })
  it('has handed the address of a login to whoever asked', () =>
    assert.ok(handed.includes(SESSION), handed))
  it('has logged much', () => assert.ok(bff.said.split('\n').length > 100, bff.said))
  it('has no secret in its log', () => assert.deepEqual(leaks(bff.said, bff.secrets), []))
  it('has no secret in an answer', () => assert.deepEqual(leaks(bff.answers, bff.secrets), []))
  it('has no secret in a file', () => assert.deepEqual(leaks(files, bff.secrets), []))
})

describe('a BFF whose database goes away', () => {
  const DATABASE_TOKEN = 'CanaryTokenOfTheDatabase9'
  let sqld: Sqld
  let bff: Talkative
  let status = 0

  before(async () => {
    sqld = await startSqld()
    bff = await Talkative.prepare(21_760, sqld.url)
    Object.assign(bff.secrets, { DATABASE_TOKEN, WHM_TOKEN })
    const env = {
      PROVISION_VAULT_KEYS: bff.vaultKey('k1'),
      PROVISION_DATABASE_TOKEN: DATABASE_TOKEN,
    }
    assert.ok(await bff.start(env), bff.saying)
    const authorization = `Bearer ${await bff.token()}`
    await bff.ask('PUT', '/v1/services/bob', { authorization, body: { domain: 'bob.example' } })
    await sqld.kill()
    ;({ status } = await bff.ask('POST', '/v1/configurations', {
      authorization,
      body: { label: 'x', host: 'whm.example.com', user: 'root', token: WHM_TOKEN },
    }))
    await bff.ask('GET', '/v1/services/bob', { authorization })
    await bff.ask('GET', '/readyz')
    await bff.stop()
    // It cannot start either, and says why.
    await bff.start(env)
    await bff.stop()
  })
  after(async () => {
    await bff.end()
    await sqld.stop()
  })

  it('says that it is ours', () => assert.equal(status, 503))
  it('has logged what happened', () => assert.match(bff.said, /database|connect|fetch/i))
  it('has no secret in its log', () => assert.deepEqual(leaks(bff.said, bff.secrets), []))
  it('has no secret in an answer', () => assert.deepEqual(leaks(bff.answers, bff.secrets), []))
})
