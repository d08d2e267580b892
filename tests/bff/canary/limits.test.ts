import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { leaks } from '../../secret-search.ts'
import { type ScriptedWhm, startScripted } from '../cpanel/scripted-whm.ts'
import { Talkative } from './talkative.ts'

const WHM_TOKEN = 'CANARY5DCA23NKY76CN17MDPKM3O8RRR'
const PASSWORD = 'canary/limits+Pass&word=8%'
/** What a person looks for may be anything; no log of the process is to have it. */
const SOUGHT = 'CanarySoughtInTheLog66'
/** Units a token has: enough for what is done before it is to be refused. */
const UNITS = 40

describe('a BFF that logs all it can, and whose every limit is reached', () => {
  let whm: ScriptedWhm
  let bff: Talkative
  let files = ''
  /** Codes of the refusals, by what was asked too often. */
  const refused: Record<string, string> = {}

  /** Asks with one token until that is refused. */
  async function untilRefused(
    what: string,
    method: string,
    path: string,
    more: { body?: unknown; raw?: string; key?: string } = {},
  ): Promise<void> {
    const authorization = `Bearer ${await bff.token()}`
    for (let i = 0; i <= UNITS; i++) {
      const { status, text } = await bff.ask(method, path, { authorization, ...more })
      if (status !== 429) continue
      refused[what] = JSON.parse(text).code
      return
    }
  }

  async function order(service: string): Promise<string> {
    const authorization = `Bearer ${await bff.token()}`
    const { text } = await bff.ask('POST', '/v1/configurations', {
      authorization,
      body: {
        label: `For ${service}`,
        host: 'localhost',
        port: whm.http.port,
        user: 'root',
        token: WHM_TOKEN,
        pin: { ca: whm.http.ca },
      },
    })
    await bff.ask('PUT', `/v1/services/${service}`, {
      authorization,
      body: { configuration: JSON.parse(text).id, domain: `${service}.example` },
    })
    return `/v1/services/${service}`
  }

  before(async () => {
    whm = await startScripted()
    whm.says = {
      version: { yes: { version: '11.138.0.6' } },
      myprivs: { yes: { privileges: [{ all: 1 }] } },
      listresellers: { yes: { reseller: [] } },
    }
    bff = await Talkative.prepare(21_780, undefined, {
      token: UNITS,
      service: 1_000_000,
      tenant: 1_000_000,
      creates: 0,
      deletes: 0,
    })
    Object.assign(bff.secrets, { WHM_TOKEN, PASSWORD, SOUGHT })
    assert.ok(await bff.start({ PROVISION_VAULT_KEYS: bff.vaultKey('k1') }), bff.saying)
    const service = await order('one')
    const create = `${service}/actions/create`
    const authorization = `Bearer ${await bff.token()}`
    const created = await bff.ask('POST', create, {
      authorization,
      body: {
        input: {
          username: 'newbody',
          domain: 'one.example',
          package: 'small',
          email: 'ann@brand.example',
          password: PASSWORD,
        },
      },
      key: 'gesture-of-a-day',
    })
    refused['a day of creating'] = JSON.parse(created.text).code
    await untilRefused('a password', 'POST', `${service}/actions/change-password`, {
      body: { input: { password: PASSWORD } },
      key: `gesture-${PASSWORD.slice(-8)}`,
    })
    await untilRefused('a body that is none', 'POST', create, {
      raw: `{"input":{"password":"${PASSWORD}"`,
      key: 'gesture-of-nonsense',
    })
    await untilRefused('a token of a server', 'POST', '/v1/configurations', {
      body: { label: 'x', host: 'not a host', user: 'root', token: WHM_TOKEN },
    })
    await untilRefused('a search', 'GET', `${service}/logs?q=${SOUGHT}`)
    await untilRefused('an export', 'GET', `${service}/logs/export?q=${SOUGHT}`)
    await untilRefused('a service nobody knows', 'GET', '/v1/services/nobody/actions')
    refused['the live feed'] = await bff.crowd(`${service}/events`, UNITS)
    await bff.stop()
    files = bff.files()
  })
  after(async () => {
    await bff.end()
    await whm.close()
  })

  it('has refused at each of them', () =>
    assert.deepEqual(refused, {
      'a day of creating': 'daily_cap',
      'a password': 'rate_limited',
      'a body that is none': 'rate_limited',
      'a token of a server': 'rate_limited',
      'a search': 'rate_limited',
      'an export': 'rate_limited',
      'a service nobody knows': 'rate_limited',
      'the live feed': 'too_many_streams',
    }))
  it('has changed nothing', () => assert.deepEqual(whm.changes(), []))
  it('has logged what it refused', () => {
    const lines = bff.said.split('\n').filter((line) => line.includes('"status":429'))
    assert.ok(lines.length >= Object.keys(refused).length - 1, bff.said)
  })
  it('has no secret in its log', () => assert.deepEqual(leaks(bff.said, bff.secrets), []))
  it('has no secret in an answer', () => assert.deepEqual(leaks(bff.answers, bff.secrets), []))
  it('has no secret in a file', () => assert.deepEqual(leaks(files, bff.secrets), []))
})
