import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { bytesOf, limitOf, sizeLimitOf } from '../../../bff/providers/cpanel/quantities.ts'
import { exactly } from '../../../bff/providers/cpanel/usage.ts'
import { type ScriptedWhm, startScripted, summaryOf } from './scripted-whm.ts'

let whm: ScriptedWhm
before(async () => {
  whm = await startScripted()
})
after(() => whm.close())
beforeEach(() => {
  whm.calls.length = 0
  whm.says = {
    accountsummary: { yes: { acct: [summaryOf('bob')] } },
    listresellers: { yes: { reseller: [] } },
    get_nameserver_config: { yes: { nameservers: ['ns1.host.example'] } },
  }
})

const value = async <T>(
  answer: Promise<{ ok: true; value: T } | { ok: false; fault: unknown }>,
): Promise<T> => {
  const given = await answer
  assert.ok(given.ok, JSON.stringify(given))
  return given.value
}

describe('an account', () => {
  it('is read with its identity', async () => {
    const account = await value(whm.panel().account('bob'))
    assert.deepEqual(
      [account?.username, account?.started_at, account?.uid],
      ['bob', 1_700_000_000, 1001],
    )
  })
  it('has no reason while it is not suspended', async () => {
    assert.equal((await value(whm.panel().account('bob')))?.suspend_reason, null)
  })
  it('has its limits in bytes and numbers, without those it cannot use', async () => {
    assert.deepEqual((await value(whm.panel().account('bob')))?.limits, {
      disk: 10 * 1024 ** 3,
      parked_domains: 0,
      subdomains: null,
      databases: null,
      email_accounts: 5,
      ftp_accounts: null,
      mailing_lists: 0,
    })
  })
  it('is nobody else’s, even if the server answers with somebody else', async () => {
    whm.says.accountsummary = { yes: { acct: [summaryOf('bobby')] } }
    assert.deepEqual(await whm.panel().account('bob'), {
      ok: false,
      fault: { code: 'answer_unusable', transport: true, lasting: true },
    })
  })
  for (const no of [
    'Account does not exist',
    'You do not have access to an account named “bob”.',
    'API failure: (XID 3y67mz) You do not have a user named “bob”.',
  ]) {
    it(`is not there when the server says «${no}»`, async () => {
      whm.says.accountsummary = { no }
      assert.equal(await value(whm.panel().account('bob')), null)
    })
  }
  it('is unknown, not gone, when the server is broken', async () => {
    whm.says.accountsummary = { status: 500 }
    assert.deepEqual(await whm.panel().account('bob'), {
      ok: false,
      fault: { code: 'server_fault', transport: true },
    })
  })
  it('is unknown, and the way is fine, when the server refuses in its own words', async () => {
    whm.says.accountsummary = { no: 'The moon is full' }
    assert.deepEqual(await whm.panel().account('bob'), {
      ok: false,
      fault: { code: 'server_refused', transport: false },
    })
  })
  it('is read without name servers where they may not be asked', async () => {
    whm.says.get_nameserver_config = { status: 403 }
    assert.equal((await value(whm.panel().account('bob')))?.nameservers, null)
  })
})

describe('whether an account is a reseller', () => {
  it('is told by the list of them', async () => {
    whm.says.listresellers = { yes: { reseller: ['bob'] } }
    whm.says.listaccts = { yes: { acct: [] } }
    assert.equal((await value(whm.panel().account('bob')))?.reseller, true)
  })
  it('is told by its counts where the list may not be seen', async () => {
    whm.says.listresellers = { status: 403 }
    whm.says.acctcounts = { no: 'Specified user is not a reseller.' }
    assert.equal((await value(whm.panel().account('bob')))?.reseller, false)
  })
  it('is unknown where neither may be asked', async () => {
    whm.says.listresellers = { status: 403 }
    whm.says.acctcounts = { status: 403 }
    assert.equal((await value(whm.panel().account('bob')))?.reseller, null)
  })
  it('brings the accounts that are exactly its own', async () => {
    whm.says.listresellers = { yes: { reseller: ['bob'] } }
    whm.says.listaccts = {
      yes: {
        acct: [
          summaryOf('bob', { owner: 'bob' }),
          summaryOf('one', { owner: 'bob' }),
          summaryOf('two', { owner: 'bobby' }),
        ],
      },
    }
    const account = await value(whm.panel().account('bob'))
    assert.deepEqual(
      account?.owned?.map(({ username }) => username),
      ['one'],
    )
  })
})

describe('rights', () => {
  for (const [what, granted, rights] of [
    ['of root', { all: 1, 'kill-acct': 1 }, { all: true, privileges: ['all', 'kill-acct'] }],
    [
      'of a reseller',
      { all: 0, 'list-accts': '1', passwd: '', 'kill-acct': 0 },
      { all: false, privileges: ['list-accts'] },
    ],
  ] as const) {
    it(`${what} are read in its own notation`, async () => {
      whm.says.myprivs = { yes: { privileges: [granted] } }
      assert.deepEqual(await value(whm.panel().rights()), rights)
    })
  }
})

describe('usage', () => {
  const parts = async (more: object = {}) => {
    const account = await value(whm.panel().account('bob'))
    assert.ok(account)
    return whm.panel().usage({ ...account, ...more }, '2026-11')
  }
  it('searches bandwidth for exactly this account', async () => {
    whm.says.showbw = { yes: { acct: [] } }
    await parts()
    const { parameters } = whm.calls.find(({ name }) => name === 'showbw') ?? {}
    assert.deepEqual(parameters, {
      'api.version': '1',
      searchtype: 'user',
      search: '^bob$',
      year: '2026',
      month: '11',
    })
  })
  it('never takes somebody else’s bandwidth', async () => {
    whm.says.showbw = {
      yes: {
        acct: [
          { user: 'bobby', totalbytes: 999, limit: 5 },
          { user: 'bob', totalbytes: '7', limit: '0' },
        ],
      },
    }
    assert.deepEqual(
      (await parts()).find(({ key }) => key === 'bandwidth'),
      { key: 'bandwidth', label: 'usage.bandwidth', used: 7, limit: null, unit: 'bytes' },
    )
  })
  it('fails in parts', async () => {
    whm.says.showbw = { status: 403 }
    assert.deepEqual(
      (await parts()).map(({ key, error }) => [key, error?.code]),
      [
        ['disk', undefined],
        ['bandwidth', 'error.access_denied'],
        ['inodes', undefined],
      ],
    )
  })
  it('asks the account’s own quota for what the summary leaves out', async () => {
    whm.says.accountsummary = { yes: { acct: [summaryOf('bob', { inodesused: undefined })] } }
    whm.says.uapi_cpanel = {
      yes: {
        uapi: {
          status: 1,
          data: { byte_limit: 0, bytes_used: 5, inode_limit: 0, inodes_used: 12 },
        },
      },
    }
    assert.deepEqual(
      (await parts()).find(({ key }) => key === 'inodes'),
      { key: 'inodes', label: 'usage.inodes', used: 12, limit: null, unit: 'count' },
    )
  })
  it('of a reseller adds what its accounts use together', async () => {
    whm.says.acctcounts = { yes: { reseller: { active: 2, suspended: '1', limit: 25 } } }
    whm.says.resellerstats = {
      yes: { reseller: { diskquota: 0, diskused: 5.5, bandwidthlimit: '100', totalbwused: '2' } },
    }
    assert.deepEqual(
      (await parts({ reseller: true })).slice(3).map(({ key, used, limit }) => [key, used, limit]),
      [
        ['accounts', 3, 25],
        ['reseller_disk', 5.5 * 1024 ** 2, null],
        ['reseller_bandwidth', 2 * 1024 ** 2, 100 * 1024 ** 2],
      ],
    )
  })
})

describe('an account without an e-mail address', () => {
  it('has none, whatever word the server has for that', async () => {
    whm.says.accountsummary = { yes: { acct: [summaryOf('bob', { email: '*unknown*' })] } }
    assert.equal((await value(whm.panel().account('bob')))?.email, null)
  })
})

describe('choices', () => {
  it('of packages show their limits', async () => {
    whm.says.listpkgs = {
      yes: { pkg: [{ name: 'gold', QUOTA: '10240', BWLIMIT: 'unlimited', MAXPOP: 5 }] },
    }
    assert.deepEqual((await value(whm.panel().choices('packages'))).choices, [
      {
        value: 'gold',
        label: 'gold',
        facts: [
          { code: 'choice.disk', params: { size: 10 * 1024 ** 3 } },
          { code: 'choice.bandwidth', params: { size: null } },
          { code: 'choice.email_accounts', params: { number: 5 } },
        ],
        disabled: false,
      },
    ])
  })
  it('of rights offer no list that makes a second root, nor one that cannot be read', async () => {
    whm.says.listacls = {
      yes: {
        acl: [
          { name: 'safe', privileges: { 'list-accts': 1, all: 0 } },
          { name: 'root', privileges: { all: '1' } },
          { name: 'odd', privileges: 'list-accts' },
        ],
      },
    }
    assert.deepEqual(
      (await value(whm.panel().choices('acls'))).choices.map(({ value: name, disabled }) => [
        name,
        disabled,
      ]),
      [
        ['safe', false],
        ['root', true],
        ['odd', true],
      ],
    )
  })
  it('of addresses are those known to serve', async () => {
    whm.says.get_shared_ip = { yes: { ip: '192.0.2.10' } }
    whm.says.listaccts = { yes: { acct: [{ user: 'bob', domain: 'b.example', ip: '192.0.2.7' }] } }
    assert.deepEqual(
      (await value(whm.panel().choices('ips'))).choices.map(({ value: ip }) => ip),
      ['192.0.2.10', '192.0.2.7'],
    )
  })
  it('of accounts leave out the token’s own', async () => {
    whm.says.listaccts = {
      yes: { acct: [summaryOf('shop'), summaryOf('bob')] },
    }
    assert.deepEqual(
      (await value(whm.panel({ user: 'shop' }).choices('accounts'))).choices.map((one) => [
        one.value,
        one.disabled,
      ]),
      [
        ['bob', false],
        ['shop', true],
      ],
    )
  })
  it('are a fault where the server does not let them be listed', async () => {
    whm.says.listacls = { status: 403 }
    assert.deepEqual(await whm.panel().choices('acls'), {
      ok: false,
      fault: { code: 'access_denied', transport: false },
    })
  })
})

describe('the password policy', () => {
  it('is what the server asks for', async () => {
    whm.says.getminimumpasswordstrengths = { yes: { createacct: 50, passwd: '65' } }
    assert.deepEqual(await value(whm.panel().passwordPolicy()), { create: 50, change: 65 })
  })
  it('is not known where it may not be asked', async () => {
    whm.says.getminimumpasswordstrengths = { status: 403 }
    assert.deepEqual(await value(whm.panel().passwordPolicy()), { create: null, change: null })
  })
})

describe('quantities', () => {
  it('in any text never break the reader', () =>
    fc.assert(
      fc.property(fc.option(fc.string()), (text) => {
        for (const read of [bytesOf, limitOf, sizeLimitOf]) {
          const number = read(text)
          assert.ok(number === undefined || number === null || number >= 0)
        }
      }),
    ))
  it('of megabytes are exact', () =>
    fc.assert(
      fc.property(fc.nat(10_000_000), (megabytes) => {
        assert.equal(bytesOf(`${megabytes}M`), megabytes * 1024 ** 2)
      }),
    ))
  it('a search finds its own name and no longer one', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (name, more) => {
        const found = new RegExp(exactly(name), 's')
        assert.deepEqual(
          [found.test(name), found.test(name + more), found.test(more + name)],
          [true, false, false],
        )
      }),
    ))
})
