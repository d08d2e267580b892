import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { packageNamed } from '../../bff/demo/whm/packages.ts'
import { newReseller } from '../../bff/demo/whm/resellers.ts'
import { sampleWorld } from '../../bff/demo/whm/sample.ts'
import type { Account, World } from '../../bff/demo/whm/world.ts'
import { fields, HARBOUR, jsonOf, list, ROOT, STRONG, server } from './asking.ts'
import { lacks } from './wire-schema.ts'

const recordings = list(
  fields(jsonOf(readFileSync(new URL('./fixtures/recordings.json', import.meta.url), 'utf8')))
    .recordings,
).map(fields)

/** The world in which the recordings were made, as far as they show it. */
function recordedWorld(): World {
  const world = sampleWorld(Date.UTC(2011, 4, 20))
  const like = world.accounts.lakeside
  assert.ok(like)
  const account = (user: string, more: Partial<Account>): Account => ({
    ...structuredClone(like),
    user,
    domain: `${user}.example`,
    ...more,
  })
  world.accounts.summary = account('summary', { domain: 'summary.com', quota: 0 })
  world.accounts.changeme = account('changeme', {})
  world.accounts.bob = account('bob', {})
  world.resellers.bob = newReseller('bob', [])
  world.packages.default = packageNamed('default', 'root')
  world.settings.password_strength = { create: 0, passwd: 0 }
  for (const [user, months] of Object.entries(world.bandwidth)) {
    world.bandwidth[user] = Object.fromEntries(
      Object.keys(months).map((month) => [month, { '1': 0 }]),
    )
  }
  // The recorded list begins with a reseller without a limit.
  const { harbour } = world.accounts
  assert.ok(harbour)
  world.accounts = { ...world.accounts, aaa: account('aaa', { bandwidth_limit: 0 }) }
  world.resellers.aaa = newReseller('aaa', [])
  return world
}

describe('a request that was recorded', () => {
  const whm = server({ world: recordedWorld, clock: () => Date.UTC(2011, 4, 20) })
  for (const { request, body } of recordings) {
    it(`gets every recorded key with its type: ${String(request)}`, async () => {
      const { json } = await whm.send(String(request), { headers: { authorization: ROOT } })
      assert.deepEqual(lacks(body, json), [])
    })
  }

  const refused = recordings.filter(({ body }) => /"status":0|"error"/.test(JSON.stringify(body)))
  for (const { request, body } of refused) {
    it(`is refused to the letter: ${String(request)}`, async () => {
      const { json } = await whm.send(String(request), { headers: { authorization: ROOT } })
      assert.deepEqual(json, body)
    })
  }
})

describe('API 0', () => {
  const whm = server()
  const shapes: readonly (readonly [string, Record<string, string>, unknown])[] = [
    [
      'createacct',
      { username: 'meadow', domain: 'meadow.example', password: STRONG },
      {
        result: [
          {
            status: 1,
            statusmsg: 'Account Creation Ok',
            rawout: '',
            options: {
              ip: '',
              nameserver: '',
              nameserver2: '',
              nameserver3: null,
              nameservera: null,
              nameserverentry: null,
              package: '',
            },
          },
        ],
      },
    ],
    [
      'createacct',
      { username: 'lakeside', domain: 'x.example' },
      { result: [{ status: 0, statusmsg: '', rawout: null, options: null }] },
    ],
    [
      'changepackage',
      { user: 'meadow', pkg: 'starter' },
      { result: [{ status: 1, statusmsg: '', rawout: '' }] },
    ],
    ['suspendacct', { user: 'meadow' }, { result: [{ status: 1, statusmsg: '' }] }],
    [
      'listsuspended',
      {},
      {
        status: 1,
        statusmsg: 'Ok',
        accts: [{ reason: '', unixtime: '', owner: '', user: '', time: '' }],
      },
    ],
    ['unsuspendacct', { user: 'meadow' }, { result: [{ status: 1, statusmsg: '' }] }],
    ['setupreseller', { user: 'meadow' }, { result: [{ status: 1, statusmsg: null }] }],
    [
      'setacls',
      { reseller: 'meadow', 'acl-add-pkg': '1' },
      { result: [{ status: 1, statusmsg: '', acls: [''] }] },
    ],
    [
      'suspendreseller',
      { reseller: 'meadow' },
      { result: [{ status: 1, statusmsg: '' }], output: '' },
    ],
    [
      'unsuspendreseller',
      { reseller: 'meadow' },
      { result: [{ status: 1, statusmsg: '' }], output: '' },
    ],
    [
      'resellerstats',
      { reseller: 'harbour' },
      {
        result: { status: 1, statusmsg: '', accts: [{ user: '' }], totalbwused: '', reseller: '' },
      },
    ],
    ['unsetupreseller', { user: 'meadow' }, { result: [{ status: 1, statusmsg: null }] }],
    [
      'editquota',
      { user: 'meadow', quota: '200' },
      { result: [{ status: 1, statusmsg: '' }], output: '' },
    ],
    [
      'modifyacct',
      { user: 'meadow', QUOTA: '100' },
      { result: [{ newcfg: {}, status: 1, statusmsg: '', warnings: [], messages: [] }] },
    ],
    [
      'saveacllist',
      { acllist: 'x', 'acl-list-accts': '1' },
      { results: [{ status: 1, statusmsg: '' }] },
    ],
    ['listacls', {}, { acls: { x: { 'kill-dns': '' } } }],
    ['myprivs', {}, { privs: { all: 1 } }],
    ['listresellers', {}, { reseller: [''] }],
    ['listpkgs', {}, { package: [{ name: '', QUOTA: '' }] }],
    ['version', {}, { version: '' }],
    ['gethostname', {}, { hostname: '' }],
    ['applist', {}, { app: [''] }],
    ['loadavg', {}, { one: '', five: '', fifteen: '' }],
    ['listaccts', {}, { status: 1, statusmsg: 'Ok', acct: [{ unix_startdate: '' }] }],
    ['domainuserdata', { domain: 'olive-tree.example' }, { userdata: { port: '', hascgi: '' } }],
    [
      'terminatereseller',
      {
        reseller: 'harbour',
        terminatereseller: '1',
        verify:
          'I understand this will irrevocably remove all the accounts owned by the reseller harbour',
      },
      {
        result: [
          {
            status: 1,
            privdelete: 1,
            statusmsg: '',
            accts: { quayside: { status: 1, statusmsg: '', rawout: '' } },
          },
        ],
      },
    ],
    ['removeacct', { user: 'meadow' }, { result: [{ status: 1, statusmsg: '', rawout: '' }] }],
  ]
  for (const [name, params, shape] of shapes) {
    it(`answers ${name} (${Object.keys(params).join(', ')}) in its own shape`, async () => {
      assert.deepEqual(lacks(shape, (await whm.call0(name, params)).json), [])
    })
  }

  it('does not end a reseller’s accounts without the sentence', async () => {
    const { json } = await whm.call0('terminatereseller', { reseller: 'olive', verify: 'yes' })
    assert.equal(fields(list(fields(json).result)[0]).status, 0)
  })

  it('puts the log of a suspension where the sentence should be, script and all', async () => {
    const { json } = await whm.call0('suspendacct', { user: 'olive' })
    assert.match(String(fields(list(fields(json).result)[0]).statusmsg), /^<script>if \(self/)
  })
})

describe('the privileges of a caller', () => {
  const whm = server()

  it('are numbers for root, in a list of one object', async () => {
    const { privileges } = await whm.data('myprivs')
    assert.equal(fields(list(privileges)[0])['list-accts'], 1)
  })

  it('are texts for a reseller, empty where she lacks one', async () => {
    const mine = fields(list((await whm.data('myprivs', {}, HARBOUR)).privileges)[0])
    assert.deepEqual([mine['list-accts'], mine['add-pkg'], mine.all], ['1', '', 0])
  })
})
