import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Input } from '../../../bff/contract/dialect.ts'
import type { CpanelPanel } from '../../../bff/providers/cpanel/cpanel-panel.ts'
import type { Consequences, Situation } from '../../../bff/providers/provider.ts'
import { en } from '../../../bff/texts/en.ts'
import { type ScriptedWhm, startScripted, summaryOf } from './scripted-whm.ts'
import { change, orderedSituation, read, situationOf, told } from './situations.ts'

let whm: ScriptedWhm
let panel: CpanelPanel
before(async () => {
  whm = await startScripted()
  panel = whm.panel()
})
after(() => whm.close())
beforeEach(() => {
  whm.calls.length = 0
  whm.says = {
    accountsummary: ({ user = '' }) => ({ yes: { acct: [summaryOf(user)] } }),
    get_nameserver_config: { yes: { nameservers: ['ns1.host.example'] } },
    listresellers: { yes: { reseller: [] } },
    listaccts: { yes: { acct: [] } },
    listpkgs: {
      yes: {
        pkg: [
          { name: 'small', QUOTA: '10240', MAXPOP: '5' },
          { name: 'large', QUOTA: 'unlimited', MAXPOP: '50' },
          { name: 'tiny', QUOTA: '10', MAXPOP: '5' },
          { name: 'root_own', QUOTA: '10' },
        ],
      },
    },
    listacls: {
      yes: {
        acl: [
          { name: 'safe', privileges: { 'list-accts': 1, passwd: 1 } },
          { name: 'root', privileges: { all: 1 } },
        ],
      },
    },
    verify_new_username: { yes: undefined },
  }
})

/** bob owns one and two. */
const bobOwns = (...more: object[]) => {
  whm.says.listresellers = { yes: { reseller: ['bob'] } }
  whm.says.listaccts = ({ search }) => ({
    yes: {
      acct:
        search === 'bob'
          ? [summaryOf('one', { owner: 'bob' }), summaryOf('two', { owner: 'bob' }), ...more]
          : [],
    },
  })
}
const reseller = situationOf({ snapshot: { reseller: true, owned: [] } })

async function preview(
  name: string,
  input: Input = {},
  situation: Situation = situationOf(),
): Promise<Consequences> {
  const answer = await change(name).preview(panel, situation, input)
  assert.ok(answer.ok, JSON.stringify(answer))
  const { effects, irreversible } = answer.value
  for (const { code } of [...effects, ...irreversible]) assert.ok(Object.hasOwn(en, code), code)
  return answer.value
}
const refused = async (name: string, input: Input = {}, situation: Situation = situationOf()) =>
  told(await change(name).preview(panel, situation, input))
const prepared = async (input: Input, secrets = {}, situation = orderedSituation()) => {
  const answer = await change('create').prepare?.(panel, situation, input, secrets)
  assert.ok(answer)
  return answer
}
const named = ({ accounts }: Consequences) => accounts.map(({ username }) => username)
const codes = ({ effects }: Consequences) => effects.map(({ code }) => code)

describe('logging in', () => {
  const open = (url: string, app = 'home', situation = situationOf()) => {
    whm.says.create_user_session = { yes: { url, session: 'x', expires: 1 } }
    return read('login').run(panel, situation, { app })
  }
  const good = 'https://localhost:2083/cpsess1/login/?session=bob%3aX'

  it('opens the server’s own address', async () => {
    const answer = await open(good)
    assert.equal(answer.ok && answer.value.open, good)
  })
  it('shows and tells nothing of it', async () => {
    const answer = await open(good)
    assert.deepEqual(answer.ok && [answer.value.show, answer.value.warnings], [[], []])
  })
  it('asks for the host we know', async () => {
    await open(good, 'files')
    assert.deepEqual(whm.calls.at(-1)?.parameters, {
      'api.version': '1',
      user: 'bob',
      service: 'cpaneld',
      preferred_domain: 'localhost',
      app: 'FileManager_Home',
    })
  })
  it('opens no address elsewhere', async () => {
    assert.equal(told(await open('https://evil.example:2083/')), 'login_url_unsafe')
  })
  it('lets nobody into the account of another', async () => {
    whm.says.accountsummary = { yes: { acct: [summaryOf('bob', { uid: 7 })] } }
    assert.equal(told(await open(good)), 'identity_changed')
  })
  it('opens the resellers’ pages to resellers only', async () => {
    assert.equal(told(await open(good, 'whm', reseller)), 'not_a_reseller')
  })
})

describe('showing an account', () => {
  const shown = async (situation = situationOf()) => {
    const answer = await read('get-info').run(panel, situation, {})
    assert.ok(answer.ok)
    return Object.fromEntries(answer.value.show.map((one) => [one.key, one]))
  }

  it('has words for all it shows', async () => {
    bobOwns()
    const labels = Object.values(await shown()).map(({ label }) => label)
    assert.deepEqual(
      labels.filter((label) => !Object.hasOwn(en, label)),
      [],
    )
  })
  it('tells which part the server does not tell', async () => {
    whm.says.get_nameserver_config = { status: 403 }
    assert.equal((await shown()).nameservers?.error?.code, 'error.not_told')
  })
  it('keeps the owner from clients', async () => {
    const staff = await shown()
    const client = await shown({ ...situationOf(), role: 'client' })
    assert.deepEqual([staff.owner?.value, client.owner], ['root', undefined])
  })
  it('fails when the account is gone', async () => {
    whm.says.accountsummary = { no: 'Account does not exist' }
    assert.equal(told(await read('get-info').run(panel, situationOf(), {})), 'account_not_found')
  })
})

describe('showing usage', () => {
  it('takes no month to come', () =>
    assert.deepEqual(
      read('get-usage')
        .check?.(situationOf(), { month: '2026-12' })
        .map(({ pointer }) => pointer),
      ['/input/month'],
    ))
  it('shows what is used and allowed, and what failed', async () => {
    const answer = await read('get-usage').run(panel, situationOf(), { month: '2026-10' })
    assert.deepEqual(
      answer.ok && answer.value.show.map(({ key, value, error }) => [key, value, error?.code]),
      [
        ['disk', 14 * 1024 ** 2, undefined],
        ['disk_limit', 10 * 1024 ** 3, undefined],
        ['bandwidth', null, 'error.function_unknown'],
        ['inodes', 340, undefined],
        ['inodes_limit', null, undefined],
      ],
    )
  })
})

describe('before an account is created', () => {
  const input = async (typed: Input) => {
    const answer = await prepared(typed)
    return answer.ok ? answer.value.input : answer.fault.code
  }

  it('its username is made of its domain and verified', async () => {
    assert.deepEqual(await input({ package: 'small' }), {
      domain: 'new-shop.example',
      package: 'small',
      username: 'newshope',
    })
  })
  it('a taken username gives way to the next', async () => {
    whm.says.verify_new_username = ({ user }) =>
      user === 'newshope'
        ? { no: 'This system already has an account named “newshope”.' }
        : { yes: undefined }
    const settled = await input({})
    assert.equal(typeof settled === 'object' && settled.username, 'newshop1')
  })
  it('no free username is said', async () => {
    whm.says.verify_new_username = { no: '“x” is a reserved username on this system.' }
    assert.equal(await input({}), 'username_underivable')
  })
  it('a server too old to verify is no obstacle', async () => {
    delete whm.says.verify_new_username
    const settled = await input({})
    assert.equal(typeof settled === 'object' && settled.username, 'newshope')
  })
  it('a typed username is taken in lower case', async () => {
    const settled = await input({ username: 'Shop' })
    assert.equal(typeof settled === 'object' && settled.username, 'shop')
  })
  it('a typed username that is taken is said', async () => {
    whm.says.verify_new_username = { no: 'This system already has an account named “shop”.' }
    assert.equal(await input({ username: 'shop' }), 'username_taken')
  })
  it('an account that is there with our domain is left to the step’s guard', async () => {
    whm.says.verify_new_username = { no: 'This system already has an account named “shop”.' }
    whm.says.accountsummary = {
      yes: { acct: [summaryOf('shop', { domain: 'new-shop.example' })] },
    }
    const settled = await input({ username: 'shop' })
    assert.equal(typeof settled === 'object' && settled.username, 'shop')
  })
  it('no system user becomes an account', async () => {
    assert.equal(await input({ username: 'mysql' }), 'username_reserved')
  })
  it('a package nobody has is said', async () => {
    assert.equal(await input({ package: 'gold' }), 'package_not_found')
  })
  it('a package of the token’s own is found by its short name', async () => {
    const settled = await input({ package: 'own' })
    assert.equal(typeof settled === 'object' && settled.package, 'root_own')
  })
  it('packages that may not be listed are no obstacle', async () => {
    whm.says.listpkgs = { status: 403 }
    const settled = await input({ package: 'gold' })
    assert.equal(typeof settled === 'object' && settled.package, 'gold')
  })
  it('a list of all rights is refused', async () => {
    assert.equal(await input({ reseller: true, acl: 'root' }), 'acl_too_wide')
  })
  it('a password is made when none was typed', async () => {
    const answer = await prepared({})
    assert.match((answer.ok && answer.value.secrets.password) || '', /^\S{32}$/)
  })
  it('a typed password is kept', async () => {
    const answer = await prepared({}, { password: 'typed' })
    assert.deepEqual(answer.ok && answer.value.secrets, { password: 'typed' })
  })
  it('the rest of a half-done creation asks for nothing again', async () => {
    whm.says.verify_new_username = { no: 'This system already has an account named “bob”.' }
    const answer = await prepared({ username: 'bob' }, {}, situationOf())
    assert.equal(answer.ok && answer.value.input.username, 'bob')
  })
  it('nothing is changed', async () => {
    await prepared({ reseller: true, acl: 'safe' })
    assert.deepEqual(whm.changes(), [])
  })
})

describe('the preview', () => {
  it('of a package shows the limits that change', async () => {
    assert.deepEqual((await preview('change-package', { package: 'large' })).limits, [
      { key: 'disk', before: 10 * 1024 ** 3, after: null },
      { key: 'email_accounts', before: 5, after: 50 },
    ])
  })
  it('of a package says when it is too small', async () => {
    assert.ok(
      codes(await preview('change-package', { package: 'tiny' })).includes(
        'effect.over_new_limits',
      ),
    )
  })
  it('of a package nobody has is refused', async () => {
    assert.equal(await refused('change-package', { package: 'gold' }), 'package_not_found')
  })
  it('of a new domain says what stops', async () => {
    assert.deepEqual(codes(await preview('change-domain', { domain: 'new.example' })), [
      'effect.domain_changes',
      'effect.old_domain_stops',
      'effect.certificate_needed',
    ])
  })
  it('of a new reseller names the rights it gets', async () => {
    const { effects } = await preview('make-reseller', { acl: 'safe', owner_self: true })
    assert.deepEqual(
      effects.map(({ code, params }) => params?.rights ?? code),
      ['effect.becomes_reseller', 'list-accts, passwd', 'effect.owns_itself'],
    )
  })
  it('of new limits shows the present ones', async () => {
    bobOwns()
    whm.says.acctcounts = { yes: { reseller: { active: 2, suspended: 0, limit: 25 } } }
    whm.says.resellerstats = {
      yes: { reseller: { diskquota: 0, diskused: 0, bandwidthlimit: 0, totalbwused: '0' } },
    }
    assert.deepEqual(
      (await preview('make-reseller', { account_limit: 10, disk_limit: 5 }, reseller)).limits,
      [
        { key: 'accounts', before: 25, after: 10 },
        { key: 'disk', before: null, after: 5 * 1024 ** 2 },
      ],
    )
  })
  it('of all rights is refused', async () => {
    assert.equal(await refused('make-reseller', { acl: 'root' }), 'acl_too_wide')
  })
  it('of revoking names the accounts that stay', async () => {
    bobOwns()
    assert.deepEqual(named(await preview('revoke-reseller', {}, reseller)), ['bob', 'one', 'two'])
  })
  it('of suspending a reseller alone names nobody else', async () => {
    bobOwns()
    const consequences = await preview('suspend', { reason: 'abuse' }, reseller)
    assert.deepEqual(
      [named(consequences), codes(consequences).includes('effect.reseller_alone')],
      [['bob'], true],
    )
  })
  it('of suspending with its accounts names each', async () => {
    bobOwns()
    assert.deepEqual(
      named(await preview('suspend', { reason: 'abuse', scope: 'with_accounts' }, reseller)),
      ['one', 'two', 'bob'],
    )
  })
  it('of deleting a reseller names each account', async () => {
    bobOwns()
    assert.deepEqual(named(await preview('delete', {}, reseller)), ['one', 'two', 'bob'])
  })
  it('of deleting stops at a reseller among the accounts, with accounts of its own', async () => {
    whm.says.listresellers = { yes: { reseller: ['bob', 'one'] } }
    whm.says.listaccts = ({ search = '' }) => ({
      yes: {
        acct: [summaryOf(search === 'bob' ? 'one' : 'deep', { owner: search })],
      },
    })
    assert.equal(await refused('delete', {}, reseller), 'owned_reseller')
  })
  it('of deleting stops where accounts keep its name from when it was a reseller', async () => {
    whm.says.listaccts = { yes: { acct: [summaryOf('late', { owner: 'bob' })] } }
    assert.equal(await refused('delete'), 'accounts_left')
  })
  it('of deleting stops where the domain is another', async () => {
    whm.says.accountsummary = { yes: { acct: [summaryOf('bob', { domain: 'other.example' })] } }
    assert.equal(await refused('delete'), 'domain_differs')
  })
  it('of deleting on a date says what happens now, what on the day, and that it can be called off', async () => {
    const { effects } = await preview('delete', { when: 'on_date', date: '2026-12-03' })
    assert.deepEqual(
      effects.map(({ code }) => code),
      [
        'effect.deleted_on',
        'effect.site_stops',
        'effect.mail_stops',
        'effect.login_stops',
        'effect.dns_removed_then',
        'effect.deletion_cancellable',
      ],
    )
  })
  it('of deleting says what cannot be undone', async () => {
    assert.deepEqual(
      (await preview('delete', { keep_dns: true })).irreversible.map(({ code }) => code),
      [
        'irreversible.account_deleted',
        'irreversible.mail_deleted',
        'irreversible.databases_deleted',
        'irreversible.no_backup',
      ],
    )
  })
  it('of linking shows what differs from our record', async () => {
    const consequences = await preview('link', { username: 'bob' }, orderedSituation())
    assert.deepEqual(codes(consequences), ['effect.linked', 'effect.record_domain_changes'])
  })
  for (const [what, username, code] of [
    ['root', 'root', 'protected_account'],
    ['a system user', 'nobody', 'protected_account'],
    ['a reseller', 'bob', 'reseller_refused'],
  ] as const) {
    it(`of linking ${what} is refused`, async () => {
      bobOwns()
      assert.equal(await refused('link', { username }, orderedSituation()), code)
    })
  }
  it('of linking is refused where nobody tells whether it is a reseller', async () => {
    whm.says.listresellers = { status: 403 }
    whm.says.acctcounts = { status: 403 }
    assert.equal(await refused('link', { username: 'bob' }, orderedSituation()), 'reseller_unknown')
  })
  it('of unlinking asks no server', async () => {
    await preview('unlink')
    assert.deepEqual(whm.calls, [])
  })
  for (const name of ['change-domain', 'change-package', 'delete', 'make-reseller', 'suspend']) {
    it(`of ${name} stops when another account has the name`, async () => {
      whm.says.accountsummary = { yes: { acct: [summaryOf('bob', { unix_startdate: 5 })] } }
      assert.equal(
        await refused(name, { domain: 'n.example', package: 'large', reason: 'abuse' }),
        'identity_changed',
      )
    })
  }
  it('of anything changes nothing', async () => {
    bobOwns()
    await preview('create', { package: 'small' }, orderedSituation())
    await preview('delete', {}, reseller)
    await preview('suspend', { reason: 'abuse' }, reseller)
    await preview('unsuspend', {}, reseller)
    assert.deepEqual(whm.changes(), [])
  })
})
