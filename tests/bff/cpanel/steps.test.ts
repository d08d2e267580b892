import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import type { CpanelPanel } from '../../../bff/providers/cpanel/cpanel-panel.ts'
import type { BeforeVerdict, ProofVerdict, StepContext } from '../../../bff/providers/provider.ts'
import { type ScriptedWhm, startScripted, summaryOf } from './scripted-whm.ts'
import { AT_LEISURE, contextOf, NOW, situationOf, step } from './situations.ts'

let whm: ScriptedWhm
let panel: CpanelPanel
before(async () => {
  whm = await startScripted()
  panel = whm.panel()
})
after(() => whm.close())
beforeEach(() => {
  whm.calls.length = 0
  whm.says = {}
  is({})
})

/** Bob's account, as the server has it now. */
const is = (more: object) => {
  whm.says.accountsummary = { yes: { acct: [summaryOf('bob', more)] } }
}
const isGone = () => {
  whm.says.accountsummary = { no: 'Account does not exist' }
}
const resellers = (...names: string[]) => {
  whm.says.listresellers = { yes: { reseller: names } }
}
const limited = (limit: number | null, diskquota = 0, bandwidthlimit = 0) => {
  whm.says.acctcounts = { yes: { reseller: { active: 0, suspended: 0, limit } } }
  whm.says.resellerstats = {
    yes: { reseller: { diskquota, diskused: 0, bandwidthlimit, totalbwused: '0' } },
  }
}
const brief = (verdict: BeforeVerdict | ProofVerdict) => {
  if ('code' in verdict) return `${verdict.kind} ${verdict.code}`
  return 'fault' in verdict ? `${verdict.kind} ${verdict.fault.code}` : verdict.kind
}
const guard = async (name: string, context: StepContext = contextOf(name)) =>
  brief(await step(name).before(panel, context))
const prove = async (name: string, context: StepContext = contextOf(name)) =>
  brief(await step(name).prove(panel, context))
const send = (name: string, context: StepContext, over = panel) =>
  step(name).send(over, context, AT_LEISURE)
const sent = () => whm.calls.at(-1)?.parameters ?? {}

const PARAMS: Readonly<Record<string, StepContext['step']['params']>> = {
  'make-reseller': {},
  'set-acls': { acl: 'safe' },
  'set-limits': { limits: { accounts: 5 } },
  'revoke-reseller': {},
  'change-password': {},
  'change-package': { package: 'large' },
  'change-domain': { domain: 'new.example' },
  suspend: { reason: 'Abuse' },
  unsuspend: {},
  delete: {},
}

describe('before any change of an account', () => {
  for (const [name, params] of Object.entries(PARAMS)) {
    it(`${name} stops at another account of its name`, async () => {
      is({ unix_startdate: 1_800_000_000 })
      assert.equal(await guard(name, contextOf(name, params)), 'stop identity_changed')
    })
    it(`${name} stops at another uid`, async () => {
      is({ uid: 2002 })
      assert.equal(await guard(name, contextOf(name, params)), 'stop identity_changed')
    })
    it(`${name} stops at a protected user`, async () => {
      const context = contextOf(name, params, { account: 'root' })
      assert.equal(await guard(name, context), 'stop protected_account')
    })
    it(`${name} does not go on while the server cannot be asked`, async () => {
      whm.says.accountsummary = { status: 500 }
      assert.equal(await guard(name, contextOf(name, params)), 'unavailable server_fault')
    })
    it(`${name} stops when nobody said which account is meant`, async () => {
      assert.equal(
        await guard(name, contextOf(name, { ...params, expect: {} })),
        'stop identity_changed',
      )
    })
    it(`${name} changes nothing by looking`, async () => {
      await guard(name, contextOf(name, params))
      assert.deepEqual(whm.changes(), [])
    })
    it(`${name} is never called done of another account of its name`, async () => {
      is({ unix_startdate: 1_800_000_000, suspended: 1, plan: 'large', domain: 'new.example' })
      resellers('bob')
      limited(5)
      const verdict = await prove(name, contextOf(name, params))
      assert.ok(['foreign identity_changed', 'unknown not_told'].includes(verdict), verdict)
    })
    it(`${name} is not known to be done while the server cannot be asked`, async () => {
      whm.says = {}
      whm.says.accountsummary = 'cut'
      assert.match(await prove(name, contextOf(name, params)), /^unknown /)
    })
  }
  for (const name of Object.keys(PARAMS).filter((one) => one !== 'delete')) {
    it(`${name} stops when the account is gone`, async () => {
      isGone()
      assert.equal(await guard(name, contextOf(name, PARAMS[name])), 'stop account_not_found')
    })
  }
})

describe('a process that was held up before a call could leave', () => {
  for (const [name, params] of [['create', {}] as const, ...Object.entries(PARAMS)]) {
    const held = { ...AT_LEISURE, mayLeave: () => false }
    const secrets = { password: 'hunter-two' }
    it(`${name} is not sent, and says so`, async () => {
      const context = { ...contextOf(name, params), secrets }
      assert.deepEqual(await step(name).send(panel, context, held), {
        kind: 'unsent',
        code: 'held_up',
      })
    })
    it(`${name} does not reach the server`, async () => {
      await step(name).send(panel, { ...contextOf(name, params), secrets }, held)
      assert.deepEqual(whm.changes(), [])
    })
  }
})

describe('creating an account', () => {
  const params = { domain: 'bob.example', package: 'small' }
  const context = (more = {}, secrets: Record<string, string> = { password: 'p4ssword' }) =>
    contextOf('create', { ...params, ...more }, { secrets, sent_at: NOW })

  it('goes on where there is none', async () => {
    isGone()
    assert.equal(await guard('create', context()), 'go')
  })
  it('stops where there is one', async () => {
    assert.equal(await guard('create', context()), 'stop account_conflict')
  })
  it('never lets the server write the password into its log', async () => {
    whm.says.createacct = { yes: {} }
    await send('create', context())
    assert.equal(sent().showpass, 'n')
  })
  it('sends what was ordered', async () => {
    whm.says.createacct = { yes: {} }
    await send('create', context({ email: 'a@b.example', owner: 'shop', ip: '192.0.2.9' }))
    assert.deepEqual(sent(), {
      'api.version': '1',
      username: 'bob',
      domain: 'bob.example',
      plan: 'small',
      password: 'p4ssword',
      showpass: 'n',
      contactemail: 'a@b.example',
      owner: 'shop',
      customip: '192.0.2.9',
    })
  })
  it('lets it own itself, and nobody else then', async () => {
    whm.says.createacct = { yes: {} }
    await send('create', context({ owner: 'shop', owner_self: true }))
    assert.deepEqual([sent().ownerself, sent().owner], ['1', undefined])
  })
  it('says when nobody knows the password', async () => {
    whm.says.createacct = { yes: {} }
    assert.deepEqual(await send('create', context({}, { password: 'x', random: 'yes' })), {
      kind: 'done',
      warnings: [{ code: 'warning.password_random' }],
    })
  })
  it('passes the server’s warnings on', async () => {
    whm.says.createacct = { yes: {}, warnings: ['No <b>DNS</b> cluster'] }
    assert.deepEqual(await send('create', context()), {
      kind: 'done',
      warnings: [{ code: 'warning.server', params: { text: 'No DNS cluster' } }],
    })
  })
  it('is refused with the server’s reason', async () => {
    whm.says.createacct = {
      no: '(XID ct5qpd) The domain “bob.example” already exists in the Apache configuration.',
    }
    assert.deepEqual(await send('create', context()), { kind: 'refused', code: 'domain_taken' })
  })
  it('is uncertain when the answer is lost', async () => {
    whm.says.createacct = 'cut'
    assert.deepEqual(await send('create', context()), {
      kind: 'uncertain',
      code: 'connection_lost',
    })
  })
  it('is proven by an account with our domain that began after it was sent', async () => {
    is({ unix_startdate: NOW / 1000 + 20 })
    assert.equal(await prove('create', context()), 'done')
  })
  it('allows the server’s clock to lag', async () => {
    is({ unix_startdate: NOW / 1000 - 300 })
    assert.equal(await prove('create', context()), 'done')
  })
  it('is not proven by an older account', async () => {
    is({ unix_startdate: NOW / 1000 - 3600 })
    assert.equal(await prove('create', context()), 'changed')
  })
  it('is not proven by an account with another package', async () => {
    is({ unix_startdate: NOW / 1000 + 20, plan: 'large' })
    assert.equal(await prove('create', context()), 'changed')
  })
  it('leaves an account that is there to the read-back when it was sent before', async () => {
    const again = contextOf('create', params, { attempt: 1, sent_at: NOW })
    assert.equal(await guard('create', again), 'skip')
  })
  it('is not proven by an account with another domain', async () => {
    is({ unix_startdate: NOW / 1000, domain: 'other.example' })
    assert.equal(await prove('create', context()), 'foreign account_conflict')
  })
  it('did not happen where there is none', async () => {
    isGone()
    assert.equal(await prove('create', context()), 'absent')
  })
  it('brings every password over whole', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        async (password) => {
          whm.says.createacct = { yes: {} }
          await send('create', context({}, { password }))
          assert.equal(sent().password, password)
        },
      ),
      { numRuns: 15 },
    ))
})

describe('changing a password', () => {
  const context = (params = {}) =>
    contextOf('change-password', params, { secrets: { password: 'n3w' } })

  it('is never proven by reading', () => assert.equal(step('change-password').proof, 'never'))
  it('stops while the account is suspended', async () => {
    is({ suspended: 1 })
    assert.equal(await guard('change-password', context()), 'stop suspended')
  })
  it('tells the server whether the database password follows', async () => {
    whm.says.passwd = { yes: { app: [] } }
    await send('change-password', context({ database_password: false }))
    assert.deepEqual(sent(), {
      'api.version': '1',
      user: 'bob',
      password: 'n3w',
      db_pass_update: '0',
    })
  })
  it('is refused when it is too weak', async () => {
    whm.says.passwd = {
      no: 'Sorry, the password you selected cannot be used because it is too weak and would be too easy to guess. Please select a password with strength rating of 65 or higher.',
    }
    assert.deepEqual(await send('change-password', context()), {
      kind: 'refused',
      code: 'password_weak',
    })
  })
})

describe('changing a package', () => {
  const context = (before: string | null = 'small') =>
    contextOf('change-package', { package: 'large' }, { before })

  it('has nothing to do where the plan is so', async () => {
    is({ plan: 'large' })
    assert.equal(await guard('change-package', context()), 'already_so')
  })
  it('remembers the plan before', async () => {
    assert.deepEqual(await step('change-package').before(panel, context()), {
      kind: 'go',
      before: 'small',
    })
  })
  it('is proven by the plan, which was another before', async () => {
    is({ plan: 'large' })
    assert.equal(await prove('change-package', context()), 'done')
  })
  it('is proven by a reseller’s own package of that name', async () => {
    is({ plan: 'root_large' })
    assert.equal(await prove('change-package', context()), 'done')
  })
  it('is not proven by what was there before', async () => {
    is({ plan: 'large' })
    assert.equal(await prove('change-package', context('large')), 'absent')
  })
  it('did not happen under the package of before', async () =>
    assert.equal(await prove('change-package', context()), 'absent'))
  it('is somebody else’s where it is a third one', async () => {
    is({ plan: 'medium' })
    assert.equal(await prove('change-package', context()), 'changed')
  })
  it('sends nothing but the package', async () => {
    whm.says.changepackage = { yes: undefined }
    await send('change-package', context())
    assert.deepEqual(sent(), { 'api.version': '1', user: 'bob', pkg: 'large' })
  })
})

describe('changing the primary domain', () => {
  const context = contextOf('change-domain', { domain: 'new.example' }, { before: 'bob.example' })

  it('has nothing to do where it is so', async () => {
    is({ domain: 'NEW.example' })
    assert.equal(await guard('change-domain', context), 'already_so')
  })
  it('sends nothing but the domain', async () => {
    whm.says.modifyacct = { yes: {} }
    await send('change-domain', context)
    assert.deepEqual(sent(), { 'api.version': '1', user: 'bob', domain: 'new.example' })
  })
  it('is proven by the domain', async () => {
    is({ domain: 'new.example' })
    assert.equal(await prove('change-domain', context), 'done')
  })
  it('did not happen under the old one', async () =>
    assert.equal(await prove('change-domain', context), 'absent'))
  it('is somebody else’s under a third one', async () => {
    is({ domain: 'third.example' })
    assert.equal(await prove('change-domain', context), 'changed')
  })
})

describe('making a reseller', () => {
  it('goes on for one who is none', async () => {
    resellers('eve')
    assert.equal(await guard('make-reseller'), 'go')
  })
  it('has nothing to do for one who is', async () => {
    resellers('bob')
    assert.equal(await guard('make-reseller'), 'already_so')
  })
  it('goes on to the rights of one who is', async () => {
    resellers('bob')
    assert.equal(await guard('make-reseller', contextOf('make-reseller', { alone: false })), 'skip')
  })
  it('is proven by the list of resellers', async () => {
    resellers('bob')
    assert.equal(await prove('make-reseller'), 'done')
  })
  it('is proven only when it owns itself too, if asked', async () => {
    resellers('bob')
    const context = contextOf('make-reseller', { owner_self: true }, { before: 'root' })
    const half = await prove('make-reseller', context)
    is({ owner: 'bob' })
    assert.deepEqual([half, await prove('make-reseller', context)], ['changed', 'done'])
  })
  it('did not happen to one who is none', async () => {
    resellers('eve')
    const context = contextOf('make-reseller', {}, { before: 'root' })
    assert.equal(await prove('make-reseller', context), 'absent')
  })
  it('is somebody else’s when the account was given away meanwhile', async () => {
    resellers('eve')
    is({ owner: 'eve' })
    const context = contextOf('make-reseller', {}, { before: 'root' })
    assert.equal(await prove('make-reseller', context), 'changed')
  })
  it('takes nobody’s ownership unasked', async () => {
    whm.says.setupreseller = { yes: undefined }
    await send('make-reseller', contextOf('make-reseller'))
    assert.equal(sent().makeowner, '0')
  })
})

describe('giving rights', () => {
  const context = contextOf('set-acls', { acl: 'safe' })
  const lists = (privileges: unknown) => {
    whm.says.listacls = { yes: { acl: [{ name: 'safe', privileges }] } }
  }

  it('goes on with a list that can be read', async () => {
    lists({ 'list-accts': 1, all: 0 })
    assert.equal(await guard('set-acls', context), 'go')
  })
  for (const [what, privileges] of [
    ['makes a second root', { all: 1 }],
    ['makes a second root, in words of another age', { all: '1' }],
    ['cannot be read', 'all'],
    ['is not told', undefined],
  ] as const) {
    it(`stops at a list that ${what}`, async () => {
      lists(privileges)
      assert.equal(await guard('set-acls', context), 'stop acl_too_wide')
    })
  }
  it('stops at a list that is not there', async () => {
    whm.says.listacls = { yes: { acl: [] } }
    assert.equal(await guard('set-acls', context), 'stop acl_not_found')
  })
  it('names the list, and no single right', async () => {
    whm.says.setacls = { yes: { acl: [] } }
    await send('set-acls', context)
    assert.deepEqual(sent(), { 'api.version': '1', reseller: 'bob', acllist: 'safe' })
  })
  it('is proven by nothing, and may be repeated', async () =>
    assert.deepEqual(
      [step('set-acls').proof, await prove('set-acls', context)],
      ['by_repeating', 'absent'],
    ))
  for (const [attempt, kind] of [
    [1, 'unsent'],
    [2, 'uncertain'],
  ] as const) {
    it(`that never left on attempt ${attempt} is ${kind}`, async () => {
      const far = whm.panel({ allowed: [] })
      const outcome = await send(
        'set-acls',
        contextOf('set-acls', { acl: 'safe' }, { attempt }),
        far,
      )
      assert.equal(outcome.kind, kind)
    })
  }
})

describe('limiting a reseller', () => {
  const MB = 1024 * 1024
  const context = (limits: Record<string, number | null>, before = {}) =>
    contextOf(
      'set-limits',
      { limits },
      {
        before: {
          accounts: null,
          disk: null,
          bandwidth: null,
          oversells: { disk: false, bandwidth: false },
          ...before,
        },
      },
    )

  it('has nothing to do where it is so', async () => {
    limited(5)
    assert.equal(await guard('set-limits', context({ accounts: 5 })), 'skip')
  })
  it('keeps the limits nobody asked to change', async () => {
    limited(5, 100, 0)
    const verdict = await step('set-limits').before(panel, context({ accounts: 7 }))
    whm.says.setresellerlimits = { yes: undefined }
    await send(
      'set-limits',
      context({ accounts: 7 }, verdict.kind === 'go' ? (verdict.before ?? {}) : {}),
    )
    assert.deepEqual(sent(), {
      'api.version': '1',
      user: 'bob',
      enable_account_limit: '1',
      account_limit: '7',
      enable_resource_limits: '1',
      diskspace_limit: '100',
      bandwidth_limit: '99999999',
    })
  })
  it('leaves what may be sold beyond them', async () => {
    whm.says.setresellerlimits = { yes: undefined }
    await send(
      'set-limits',
      context({ accounts: 7 }, { oversells: { disk: true, bandwidth: false } }),
    )
    const { enable_overselling, enable_overselling_diskspace, enable_overselling_bandwidth } =
      sent()
    assert.deepEqual(
      [enable_overselling, enable_overselling_diskspace, enable_overselling_bandwidth],
      ['1', '1', '0'],
    )
  })
  it('lifts all of them', async () => {
    whm.says.setresellerlimits = { yes: undefined }
    await send(
      'set-limits',
      context({ accounts: null, disk: null, bandwidth: null }, { accounts: 3, disk: MB }),
    )
    assert.deepEqual(sent(), {
      'api.version': '1',
      user: 'bob',
      enable_account_limit: '0',
      enable_resource_limits: '0',
    })
  })
  it('is proven by the numbers', async () => {
    limited(7, 200)
    assert.equal(await prove('set-limits', context({ accounts: 7, disk: 200 * MB })), 'done')
  })
  it('did not happen under the numbers of before', async () => {
    limited(3, 100)
    const before = { accounts: 3, disk: 100 * MB }
    assert.equal(await prove('set-limits', context({ accounts: 7 }, before)), 'absent')
  })
  it('is somebody else’s, or half done, under other numbers', async () => {
    limited(7, 100)
    assert.equal(await prove('set-limits', context({ accounts: 7, disk: 200 * MB })), 'changed')
  })
  it('of an unreachable number is none', async () => {
    limited(7, 99_999_999)
    assert.equal(await prove('set-limits', context({ accounts: 7, disk: null })), 'done')
  })
})

describe('revoking a reseller', () => {
  it('has nothing to do for one who is none', async () => {
    resellers()
    assert.equal(await guard('revoke-reseller'), 'already_so')
  })
  it('is proven by the list of resellers', async () => {
    resellers('eve')
    assert.equal(await prove('revoke-reseller'), 'done')
  })
  it('did not happen while it is listed', async () => {
    resellers('bob')
    assert.equal(await prove('revoke-reseller'), 'absent')
  })
})

describe('suspending', () => {
  const context = (params = {}) =>
    contextOf('suspend', { reason: 'Abuse: spam', ...params }, { sent_at: NOW })

  it('has nothing to do where it is so', async () => {
    is({ suspended: 1 })
    assert.equal(await guard('suspend', context()), 'already_so')
  })
  it('goes on to the next of several', async () => {
    is({ suspended: 1 })
    assert.equal(await guard('suspend', context({ alone: false })), 'skip')
  })
  it('stops at an account that was given to somebody else', async () => {
    is({ owner: 'eve' })
    const expect = { started_at: 1_700_000_000, uid: 1001, owner: 'shop' }
    assert.equal(await guard('suspend', context({ expect })), 'stop account_foreign')
  })
  it('sends reason, lock and whether FTP stays', async () => {
    whm.says.suspendacct = { yes: undefined }
    await send('suspend', context({ lock: true, keep_ftp: true }))
    assert.deepEqual(sent(), {
      'api.version': '1',
      user: 'bob',
      reason: 'Abuse: spam',
      disallowun: '1',
      'leave-ftp-accts-enabled': '1',
    })
  })
  for (const [account, verdict] of [
    [{ suspended: 1, suspendreason: 'Abuse: spam', is_locked: 0 }, 'done'],
    [{ suspended: '1', suspendreason: ' Abuse:  spam\n', is_locked: '0' }, 'done'],
    [
      { suspended: 1, suspendreason: 'Abuse: spam', is_locked: 0, suspendtime: NOW / 1000 + 2 },
      'done',
    ],
    [
      { suspended: 1, suspendreason: 'Abuse: spam', is_locked: 0, suspendtime: NOW / 1000 - 3600 },
      'changed',
    ],
    [{ suspended: 1, suspendreason: 'Unknown', is_locked: 0 }, 'changed'],
    [{ suspended: 1, suspendreason: 'Abuse: spam', is_locked: 1 }, 'changed'],
    [{ suspended: 0, suspendreason: 'not suspended' }, 'absent'],
  ] as const) {
    it(`is ${verdict} when the server says ${JSON.stringify(account)}`, async () => {
      is({ suspendtime: null, ...account })
      assert.equal(await prove('suspend', context()), verdict)
    })
  }
})

describe('unsuspending', () => {
  it('has nothing to do where it is so', async () =>
    assert.equal(await guard('unsuspend'), 'already_so'))
  it('goes on for root, locked or not', async () => {
    is({ suspended: 1, is_locked: 1 })
    assert.equal(await guard('unsuspend'), 'go')
  })
  it('stops at a lock only root can lift', async () => {
    is({ suspended: 1, is_locked: 1 })
    const situation = situationOf({ rights: { all: false, privileges: [] } })
    const verdict = await step('unsuspend').before(
      whm.panel({ user: 'shop' }),
      contextOf('unsuspend', {}, {}, situation),
    )
    assert.equal(brief(verdict), 'stop locked')
  })
  it('is proven by an account that is not suspended', async () =>
    assert.equal(await prove('unsuspend'), 'done'))
  for (const [what, now, verdict] of [
    ['the same suspension', { suspendtime: 1_780_000_000, suspendreason: 'Abuse' }, 'absent'],
    ['a new one', { suspendtime: 1_790_000_000, suspendreason: 'Abuse' }, 'changed'],
    ['one for another reason', { suspendtime: 1_780_000_000, suspendreason: 'Law' }, 'changed'],
  ] as const) {
    it(`is ${verdict} under ${what}`, async () => {
      is({ suspended: 1, suspendtime: 1_780_000_000, suspendreason: 'Abuse' })
      const began = await step('unsuspend').before(panel, contextOf('unsuspend'))
      is({ suspended: 1, ...now })
      const before = began.kind === 'go' ? began.before : null
      assert.equal(await prove('unsuspend', contextOf('unsuspend', {}, { before })), verdict)
    })
  }
})

describe('deleting', () => {
  const ofReseller = situationOf({ rights: { all: false, privileges: [] } })

  it('goes on for an account that owns nothing', async () => {
    resellers()
    whm.says.listaccts = { yes: { acct: [summaryOf('bob', { owner: 'bob' })] } }
    assert.equal(await guard('delete'), 'go')
  })
  it('has nothing to do where it is gone', async () => {
    isGone()
    assert.equal(await guard('delete'), 'already_so')
  })
  it('stops at an account that still owns one nobody listed', async () => {
    resellers()
    whm.says.listaccts = { yes: { acct: [summaryOf('late', { owner: 'bob' })] } }
    assert.equal(
      await guard('delete', contextOf('delete', { reseller: true })),
      'stop accounts_left',
    )
  })
  it('stops at an account that became a reseller and owns one', async () => {
    resellers('bob')
    whm.says.listaccts = { yes: { acct: [summaryOf('late', { owner: 'bob' })] } }
    assert.equal(await guard('delete'), 'stop accounts_left')
  })
  it('stops at an account that was a reseller and still owns one', async () => {
    resellers()
    whm.says.listaccts = { yes: { acct: [summaryOf('late', { owner: 'bob' })] } }
    assert.equal(await guard('delete'), 'stop accounts_left')
  })
  it('goes on for a simple account where accounts may not be listed', async () => {
    resellers()
    whm.says.listaccts = { status: 403 }
    assert.equal(await guard('delete'), 'go')
  })
  it('stops at a reseller where accounts may not be listed', async () => {
    whm.says.listaccts = { status: 403 }
    const context = contextOf('delete', { reseller: true })
    assert.equal(await guard('delete', context), 'stop owned_unknown')
  })
  it('stops where nobody tells whether it is a reseller', async () => {
    whm.says.listresellers = { status: 403 }
    whm.says.acctcounts = { status: 403 }
    assert.equal(await guard('delete'), 'stop reseller_unknown')
  })
  it('stops at an account whose domain is not our record’s', async () => {
    const expect = { started_at: 1_700_000_000, uid: 1001, domain: 'old.example' }
    assert.equal(await guard('delete', contextOf('delete', { expect })), 'stop identity_changed')
  })
  it('says whether the zone is kept', async () => {
    whm.says.removeacct = { yes: undefined }
    await send('delete', contextOf('delete', { keep_dns: true }))
    assert.deepEqual(sent(), { 'api.version': '1', username: 'bob', keepdns: '1' })
  })
  it('is proven to root by an account that is not there', async () => {
    isGone()
    assert.equal(await prove('delete'), 'done')
  })
  it('is not proven to a part of root’s rights by an account it does not see', async () => {
    isGone()
    whm.says.verify_new_username = { no: 'This system already has an account named “bob”.' }
    const context = contextOf('delete', {}, {}, ofReseller)
    assert.equal(await prove('delete', context), 'unknown account_forbidden')
  })
  it('is not proven by an answer about somebody else', async () => {
    whm.says.accountsummary = { yes: { acct: [summaryOf('bobby')] } }
    assert.equal(await prove('delete'), 'unknown answer_unusable')
  })
  it('did not happen while it is there', async () => assert.equal(await prove('delete'), 'absent'))
  it('is a matter for people when another account has its name', async () => {
    is({ unix_startdate: 1_800_000_000 })
    assert.equal(await prove('delete'), 'foreign identity_changed')
  })
  for (const [said, verdict] of [
    [{ yes: undefined }, 'done'],
    [{ no: 'This system already has an account named “bob”.' }, 'unknown account_forbidden'],
    [{ status: 403 }, 'unknown access_denied'],
  ] as const) {
    it(`is ${verdict} to a reseller’s token when the name is ${JSON.stringify(said)}`, async () => {
      isGone()
      whm.says.verify_new_username = said
      const proof = await step('delete').prove(
        whm.panel({ user: 'shop' }),
        contextOf('delete', {}, {}, ofReseller),
      )
      assert.equal(brief(proof), verdict)
    })
  }
})
