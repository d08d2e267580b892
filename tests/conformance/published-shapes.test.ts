import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { functions } from '../../bff/demo/whm/catalogue.ts'
import { fields, jsonOf, list, metadata, STRONG, server } from './asking.ts'
import { lacks, mismatches } from './wire-schema.ts'

const published = fields(
  jsonOf(readFileSync(new URL('./fixtures/whm-responses.json', import.meta.url), 'utf8')),
)
const schemas = fields(published.schemas)
const examples = fields(published.examples)

type Step = readonly [name: string, params?: Readonly<Record<string, string>>]

// In this order: later calls work on what earlier ones made.
const CALLS: readonly Step[] = [
  ['version'],
  ['gethostname'],
  ['systemloadavg'],
  ['applist'],
  ['myprivs'],
  ['getdiskusage'],
  ['get_nameserver_config'],
  ['get_shared_ip'],
  ['get_current_users_count'],
  ['get_maximum_users'],
  ['quota_enabled'],
  ['get_disk_usage'],
  ['getminimumpasswordstrengths'],
  ['get_password_strength', { password: STRONG }],
  ['verify_new_username', { user: 'meadow' }],
  [
    'createacct',
    { username: 'meadow', domain: 'meadow.example', password: STRONG, plan: 'starter' },
  ],
  ['accountsummary', { user: 'lakeside' }],
  ['accountsummary', { user: 'northpine' }],
  ['listaccts'],
  ['list_users'],
  ['listpkgs'],
  ['getpkginfo', { pkg: 'starter' }],
  ['matchpkgs', { QUOTA: '5120' }],
  ['addpkg', { name: 'tiny', quota: '100' }],
  ['changepackage', { user: 'meadow', pkg: 'tiny' }],
  ['killpkg', { pkgname: 'tiny' }],
  ['modifyacct', { user: 'meadow', domain: 'meadow-farm.example', QUOTA: '700' }],
  ['domainuserdata', { domain: 'olive-tree.example' }],
  ['getdomainowner', { domain: 'olive-tree.example' }],
  ['get_domain_info'],
  ['showbw'],
  ['showbw', { search: '^bigcat$', searchtype: 'user' }],
  ['limitbw', { user: 'meadow', bwlimit: '500' }],
  ['editquota', { user: 'meadow', quota: '500' }],
  ['passwd', { user: 'meadow', password: `${STRONG}!` }],
  ['forcepasswordchange', { users_json: '{"meadow":1}' }],
  ['create_user_session', { user: 'meadow', service: 'cpaneld' }],
  ['suspendacct', { user: 'meadow', reason: 'test' }],
  ['listsuspended'],
  ['listlockedaccounts'],
  ['unsuspendacct', { user: 'meadow' }],
  ['setupreseller', { user: 'meadow', makeowner: '1' }],
  ['setacls', { reseller: 'meadow', acllist: 'basic_reseller' }],
  ['setresellerlimits', { user: 'meadow', enable_account_limit: '1', account_limit: '3' }],
  ['setresellerpackagelimit', { user: 'meadow', package: 'starter', number: '2' }],
  ['listresellers'],
  ['acctcounts', { user: 'meadow' }],
  ['acctcounts'],
  ['resellerstats', { user: 'harbour' }],
  ['suspendreseller', { user: 'meadow' }],
  ['unsuspendreseller', { user: 'meadow' }],
  ['unsetupreseller', { user: 'meadow' }],
  ['saveacllist', { acllist: 'tiny', 'acl-list-accts': '1' }],
  ['listacls'],
  ['api_token_create', { token_name: 'other', 'acl-0': 'list-accts' }],
  ['api_token_list'],
  ['api_token_update', { token_name: 'other', new_name: 'another' }],
  ['api_token_get_details', { token: 'DEMOROOT2K7QX4M9TZ81BV6NWC5HJ3PL' }],
  ['api_token_revoke', { token_name: 'another' }],
  ['batch', { command: 'accountsummary?user=olive' }],
  [
    'uapi_cpanel',
    { 'cpanel.user': 'olive', 'cpanel.module': 'Quota', 'cpanel.function': 'get_quota_info' },
  ],
  ['removeacct', { username: 'meadow' }],
  ['terminatereseller', { user: 'harbour', terminatereseller: '1' }],
]

// Where recordings of real servers and the published types differ, the recordings win.
const RECORDED_OTHERWISE: readonly RegExp[] = [
  /^\$\.data\.(?:one|five|fifteen): is string, not number$/,
  /^\$\.data\.acct\[\d+\]\.suspendtime: is number, not string$/,
  /^\$\.data\.acct\[\d+\]\.mailbox_format: .*/,
]

describe('an answer of API 1', () => {
  const whm = server()
  for (const [name, params] of CALLS) {
    it(`of ${name}${params === undefined ? '' : ` (${Object.keys(params).join(', ')})`} is as published`, async () => {
      const { json } = await whm.call(name, params)
      const wrong = mismatches(schemas[name], json).filter(
        (each) => !RECORDED_OTHERWISE.some((known) => known.test(each)),
      )
      assert.deepEqual([fields(fields(json).metadata).result, wrong], [1, []])
    })
  }

  it('is compared for every function but the proxy that has no envelope', () => {
    const compared = new Set(CALLS.map(([name]) => name))
    const left = functions.filter((each) => each.only !== 0 && !compared.has(each.name))
    assert.deepEqual(
      left.map((each) => each.name),
      ['cpanel'],
    )
  })
})

// What is an example's own: names of accounts and tokens, what was asked for, and null where there is no limit.
const OWN_NAMES =
  /^\$\.data\.(?:tokens|cpuser|privileges|uapi|result)|whitelist_ips|expires_at|blocks_limit|reseller\.limit/

describe('an example of the published description', () => {
  const whm = server()
  for (const [name, params] of CALLS.filter(([name]) => Object.hasOwn(examples, name))) {
    it(`for ${name}${params === undefined ? '' : ` (${Object.keys(params).join(', ')})`} has no key that the answer lacks`, async () => {
      const { json } = await whm.call(name, params)
      const missing = lacks(dataOf(examples[name]), dataOf(json)).filter(
        (each) => !OWN_NAMES.test(each),
      )
      assert.deepEqual(missing, [])
    })
  }
})

function dataOf(envelope: unknown): Record<string, unknown> {
  const { data } = fields(envelope)
  return data === undefined ? {} : { data }
}

describe('a function of an account’s own API', () => {
  const whm = server()
  const uapi = fields(published.uapi)
  const calls: readonly [string, string, Record<string, string>?][] = [
    ['StatsBar', 'get_stats', { display: 'bandwidthusage|diskusage|addondomains|emailaccounts' }],
    ['Quota', 'get_quota_info'],
    ['Quota', 'get_local_quota_info'],
    ['ResourceUsage', 'get_usages'],
  ]
  for (const [module, name, more] of calls) {
    it(`answers ${module}::${name} as published`, async () => {
      const answer = await whm.data('uapi_cpanel', {
        'cpanel.user': 'bigcat',
        'cpanel.module': module,
        'cpanel.function': name,
        ...more,
      })
      assert.deepEqual(mismatches(uapi[`${module}/${name}`], answer.uapi), [])
    })
  }

  // The published schema has an object at every level, and so no place for the bytes.
  it('counts bandwidth by domain and month', async () => {
    const answer = await whm.data('uapi_cpanel', {
      'cpanel.user': 'bigcat',
      'cpanel.module': 'Bandwidth',
      'cpanel.function': 'query',
      grouping: 'domain|year_month',
    })
    const months = fields(fields(fields(answer.uapi).data)['bigcat-photo.example'])
    assert.equal(Object.values(months).filter((bytes) => Number(bytes) > 0).length, 6)
  })

  it('fails in its own layer for a function that does not exist', async () => {
    const answer = await whm.call('uapi_cpanel', {
      'cpanel.user': 'bigcat',
      'cpanel.module': 'Quota',
      'cpanel.function': 'nothing',
    })
    const { uapi: inner } = fields(fields(answer.json).data)
    assert.deepEqual([metadata(answer).result, fields(inner).status], [1, 0])
  })

  it('answers the older proxy without an envelope', async () => {
    const { json } = await whm.call('cpanel', {
      cpanel_jsonapi_user: 'bigcat',
      cpanel_jsonapi_module: 'Email',
      cpanel_jsonapi_func: 'list_pops',
      cpanel_jsonapi_apiversion: '3',
    })
    const { module, func, apiversion, result } = fields(json)
    assert.deepEqual(
      [module, func, apiversion, fields(result).status],
      ['Email', 'list_pops', 3, 1],
    )
  })

  it('answers the older proxy in the shape of API 2 by default', async () => {
    const { json } = await whm.call('cpanel', {
      cpanel_jsonapi_user: 'bigcat',
      cpanel_jsonapi_module: 'Quota',
      cpanel_jsonapi_func: 'get_quota_info',
    })
    assert.equal(list(fields(fields(json).cpanelresult).data).length, 1)
  })

  it('refuses a user in capital letters in the recorded words', async () => {
    const text = 'User parameter is invalid or was not supplied'
    const { json } = await whm.call('cpanel', { cpanel_jsonapi_user: 'Bigcat' })
    assert.deepEqual(json, { data: { reason: text, result: '0' }, type: 'text', error: text })
  })
})
