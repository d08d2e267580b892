import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { inputSchemaSchema } from '../../../bff/contract/dialect.ts'
import { DEFAULT_CLIENT_ACTIONS } from '../../../bff/contract/scopes.ts'
import { cpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { safeLoginUrl } from '../../../bff/providers/cpanel/login-url.ts'
import { warningsOf } from '../../../bff/providers/cpanel/outcome.ts'
import { candidatesOf } from '../../../bff/providers/cpanel/username.ts'
import type { Situation } from '../../../bff/providers/provider.ts'
import { en } from '../../../bff/texts/en.ts'
import { OPENED, OPENED_BY_NOBODY, SOMEWHERE_ELSE } from '../../corpora/login-addresses.ts'
import { change, orderedSituation, read, situationOf } from './situations.ts'

const { actions, steps } = cpanelProvider
const owned = [
  { username: 'one', domain: 'one.example', owner: 'bob', started_at: 5, uid: 1002 },
  { username: 'two', domain: 'two.example', owner: 'bob', started_at: 6, uid: 1003 },
]
const reseller = situationOf({ snapshot: { reseller: true, owned } })
const SITUATIONS: readonly Situation[] = [
  situationOf(),
  orderedSituation(),
  orderedSituation({ domain: null, package: null }),
  reseller,
  situationOf({ snapshot: { reseller: null, owned: null } }),
  situationOf({ service: { state: 'suspended' }, snapshot: { suspended: true } }),
]

describe('the catalogue', () => {
  it('has the eleven actions and three more', () =>
    assert.deepEqual(actions.map(({ name }) => name).sort(), [
      'change-domain',
      'change-package',
      'change-password',
      'create',
      'delete',
      'get-info',
      'get-usage',
      'link',
      'login',
      'make-reseller',
      'revoke-reseller',
      'suspend',
      'unlink',
      'unsuspend',
    ]))
  it('has what clients may do by default', () =>
    assert.deepEqual(
      DEFAULT_CLIENT_ACTIONS.filter((name) => !actions.some((action) => action.name === name)),
      [],
    ))
  it('has a preview for every danger', () =>
    assert.deepEqual(
      actions.filter(({ danger, confirmation }) => (danger !== 'none') !== confirmation.preview),
      [],
    ))
  it('writes every form in the dialect', () => {
    for (const action of actions)
      for (const situation of SITUATIONS) inputSchemaSchema.parse(action.form(situation))
  })
  it('has words for every form, step and group', () => {
    const codes = [
      ...actions.flatMap(({ name, group }) => [`action.${name}.label`, `group.${group}`]),
      ...Object.values(steps).map(({ label }) => label),
      ...actions
        .flatMap((action) => SITUATIONS.map((situation) => action.form(situation)))
        .flatMap(({ properties }) => Object.values(properties))
        .flatMap((property) => {
          const { help, labels = [] } = property['x-provision'] ?? {}
          return [property.title, ...(help === undefined ? [] : [help]), ...labels]
        }),
    ]
    assert.deepEqual(
      [...new Set(codes)].filter((code) => !Object.hasOwn(en, code)),
      [],
    )
  })
  it('keeps passwords secret', () => {
    const open = actions.flatMap((action) =>
      Object.entries(action.form(situationOf()).properties).filter(
        ([name, property]) => name === 'password' && property['x-provision']?.secret !== true,
      ),
    )
    assert.deepEqual(open, [])
  })
  it('blocks with reasons and remedies that have words', () => {
    const said = actions
      .flatMap((action) => SITUATIONS.map((situation) => action.judge(situation)))
      .flatMap((verdict) => (verdict.kind === 'blocked' ? verdict.reasons : []))
      .flatMap(({ code, remedy }) => (remedy === undefined ? [code] : [code, remedy]))
    assert.deepEqual(
      said.filter((code) => !Object.hasOwn(en, code)),
      [],
    )
  })
})

describe('who is never acted upon', () => {
  for (const [username, is] of [
    ['root', true],
    ['ROOT', true],
    ['shop', true],
    ['nobody', true],
    ['mysql', true],
    ['cpanelroundcube', true],
    ['bob', false],
    ['rooty', false],
  ] as const) {
    it(`${username} ${is ? 'is' : 'is not'} protected`, () =>
      assert.equal(cpanelProvider.isProtected(username, 'shop'), is))
  }
})

const kinds = (situation: Situation) =>
  Object.fromEntries(
    actions.map((action) => {
      const verdict = action.judge(situation)
      return [
        action.name,
        verdict.kind === 'blocked' ? verdict.reasons.map(({ code }) => code).join() : verdict.kind,
      ]
    }),
  )
const offered = (situation: Situation) =>
  Object.entries(kinds(situation))
    .filter(([, kind]) => kind === 'available')
    .map(([name]) => name)
    .sort()

describe('what is offered', () => {
  it('to an active account', () =>
    assert.deepEqual(offered(situationOf()), [
      'change-domain',
      'change-package',
      'change-password',
      'delete',
      'get-info',
      'get-usage',
      'login',
      'make-reseller',
      'suspend',
      'unlink',
    ]))
  it('to an ordered service', () =>
    assert.deepEqual(offered(orderedSituation()), ['create', 'link']))
  it('to a suspended account leaves out what would fail', () =>
    assert.deepEqual(
      offered(situationOf({ service: { state: 'suspended' }, snapshot: { suspended: true } })),
      [
        'change-domain',
        'change-package',
        'delete',
        'get-info',
        'get-usage',
        'make-reseller',
        'unlink',
        'unsuspend',
      ],
    ))
  it('to an account deleted elsewhere is letting go of it', () =>
    assert.deepEqual(offered(situationOf({ service: { state: 'deleted' } })), ['unlink']))
  it('to an account that is another one now is nothing that changes it', () =>
    assert.deepEqual(offered(situationOf({ snapshot: { started_at: 9 } })), [
      'get-info',
      'get-usage',
      'unlink',
    ]))
  it('to a locked account with a reseller’s token is not to unsuspend', () =>
    assert.equal(
      kinds(
        situationOf({
          service: { state: 'suspended' },
          snapshot: { suspended: true, locked: true },
          api_user: 'shop',
          rights: { all: false, privileges: [] },
        }),
      ).unsuspend,
      'reason.locked',
    ))
  it('is no deletion while the server knows another domain', () =>
    assert.equal(
      kinds(situationOf({ snapshot: { domain: 'other.example' } })).delete,
      'reason.domain_differs',
    ))
  it('is no deletion while the server knows another owner', () =>
    assert.equal(kinds(situationOf({ snapshot: { owner: 'eve' } })).delete, 'reason.owner_differs'))
  it('is no deletion where nobody tells whether it is a reseller', () =>
    assert.equal(
      kinds(situationOf({ snapshot: { reseller: null, owned: null } })).delete,
      'reason.reseller_unknown',
    ))
  it('is no deletion where nobody tells what a reseller owns', () =>
    assert.equal(
      kinds(situationOf({ snapshot: { reseller: true, owned: null } })).delete,
      'reason.owned_unknown',
    ))
  it('is suspending, even where nobody tells whether it is a reseller', () =>
    assert.equal(
      kinds(situationOf({ snapshot: { reseller: null, owned: null } })).suspend,
      'available',
    ))
  it('is making resellers only with a token that may', () => {
    const { properties } = change('create').form({
      ...orderedSituation(),
      rights: { all: false, privileges: ['create-acct'] },
    })
    assert.deepEqual(Object.keys(properties), [
      'domain',
      'package',
      'username',
      'email',
      'password',
      'ip',
    ])
  })
  it('is the reseller’s login only to resellers', () => {
    const apps = (situation: Situation) => {
      const { app } = read('login').form(situation).properties
      return app?.type === 'string' && app.enum?.includes('whm')
    }
    assert.deepEqual([apps(reseller), apps(situationOf())], [true, false])
  })
})

describe('the name of making a reseller', () => {
  const { label } = change('make-reseller')
  it('says so for an account that is none', () =>
    assert.equal(label?.(situationOf()), 'action.make-reseller.label'))
  it('speaks of rights for one that is', () =>
    assert.equal(label?.(reseller), 'action.edit-reseller.label'))
})

describe('a goal already true', () => {
  for (const [name, input, situation, is] of [
    ['create', {}, situationOf(), true],
    ['create', {}, orderedSituation(), false],
    ['change-package', { package: 'small' }, situationOf(), true],
    ['change-package', { package: 'large' }, situationOf(), false],
    ['change-domain', { domain: 'BOB.example.' }, situationOf(), true],
    ['change-password', { password: 'x' }, situationOf(), false],
    ['make-reseller', {}, reseller, true],
    ['make-reseller', { acl: 'safe' }, reseller, false],
    ['make-reseller', { account_limit: null }, reseller, false],
    ['revoke-reseller', {}, situationOf(), true],
    ['revoke-reseller', {}, reseller, false],
    ['unsuspend', {}, situationOf(), true],
    ['suspend', {}, situationOf({ service: { state: 'suspended' } }), true],
    ['unlink', {}, orderedSituation(), true],
  ] as const) {
    it(`${name} ${JSON.stringify(input)} ${is ? 'is' : 'is not'} so already`, () =>
      assert.equal(change(name).alreadySo(situation, input), is))
  }
})

const planned = (name: string, situation: Situation, input = {}, accounts = [...owned]) =>
  change(name)
    .plan(situation, input, {
      accounts: [...accounts, { ...owned[0], username: 'bob', domain: 'bob.example' }].map(
        (one) => ({ started_at: 0, uid: null, owner: 'root', ...one }),
      ),
      limits: [],
      effects: [],
      irreversible: [],
    })
    .map((one) => `${one.name} ${one.account}`)

describe('a reseller with accounts', () => {
  it('is suspended alone unless asked otherwise', () =>
    assert.deepEqual(planned('suspend', reseller, { reason: 'abuse' }), ['suspend bob']))
  it('is suspended after each account listed', () =>
    assert.deepEqual(planned('suspend', reseller, { reason: 'abuse', scope: 'with_accounts' }), [
      'suspend one',
      'suspend two',
      'suspend bob',
    ]))
  it('reaches others only when asked', () =>
    assert.deepEqual(
      ['alone', 'with_accounts'].map((scope) => change('suspend').cascades?.(reseller, { scope })),
      [false, true],
    ))
  it('is deleted after what it owns, and after it was no reseller any more', () =>
    assert.deepEqual(planned('delete', reseller), [
      'delete one',
      'delete two',
      'revoke-reseller bob',
      'delete bob',
    ]))
  it('has its accounts bound to their identity and owner', () =>
    assert.deepEqual(
      change('delete')
        .plan(reseller, {}, { accounts: owned, limits: [], effects: [], irreversible: [] })
        .map(({ params }) => params.expect)[0],
      { started_at: 5, uid: 1002, domain: 'one.example', owner: 'bob' },
    ))
  it('is unsuspended with those the suspension reached, and no others', () =>
    assert.deepEqual(
      planned('unsuspend', {
        ...reseller,
        service: { ...reseller.service, state: 'suspended' },
        last_suspend: { client_text: null, reason: 'Abuse', accounts: ['two', 'bob', 'sold'] },
      }),
      ['unsuspend bob', 'unsuspend two'],
    ))
  it('gets other rights without becoming one again', () =>
    assert.deepEqual(planned('make-reseller', reseller, { acl: 'safe', disk_limit: 5 }), [
      'set-acls bob',
      'set-limits bob',
    ]))
  it('cannot be made to own itself later', () =>
    assert.deepEqual(change('make-reseller').check?.(reseller, { owner_self: true }), [
      { pointer: '/input/owner_self', code: 'const', params: {} },
    ]))
})

describe('a plan', () => {
  it('makes a reseller in three calls', () =>
    assert.deepEqual(
      planned('create', orderedSituation(), {
        username: 'newshop',
        domain: 'new-shop.example',
        package: 'small',
        reseller: true,
        acl: 'safe',
        account_limit: 5,
      }),
      ['create newshop', 'make-reseller newshop', 'set-acls newshop', 'set-limits newshop'],
    ))
  it('gives no rights to somebody who is no reseller', () =>
    assert.deepEqual(planned('create', orderedSituation(), { username: 'newshop', acl: 'safe' }), [
      'create newshop',
    ]))
  it('touches no server to unlink', () => assert.deepEqual(planned('unlink', situationOf()), []))
  it('keeps the note of staff to ourselves', () =>
    assert.doesNotMatch(
      JSON.stringify(
        change('suspend').plan(
          situationOf(),
          { reason: 'abuse', staff_note: 'phoned twice', client_text: 'Please call us' },
          undefined,
        ),
      ),
      /phoned/,
    ))
  it('never names a call that chooses its own victims', () =>
    assert.doesNotMatch(Object.keys(steps).join(), /terminate|suspendreseller/))
})

describe('a deletion that is put off', () => {
  const ON_DATE = { when: 'on_date', date: '2026-12-03', keep_dns: true }
  const fieldsFor = (privileges: readonly string[]) =>
    Object.keys(
      change('delete').form(situationOf({ rights: { all: false, privileges } })).properties,
    )

  it('may be for tomorrow at the earliest, and a year from now at the latest', () => {
    const { date } = change('delete').form(situationOf()).properties
    assert.deepEqual(date?.type === 'string' && [date.format, date.minimum, date.maximum], [
      'date',
      '2026-11-26',
      '2027-11-25',
    ])
  })
  it('is not offered where the token may not suspend meanwhile', () =>
    assert.deepEqual(
      [fieldsFor(['kill-acct']), fieldsFor(['kill-acct', 'suspend-acct'])],
      [['keep_dns'], ['when', 'date', 'keep_dns']],
    ))
  it('is due when that day begins in UTC, and is then an ordinary one', () =>
    assert.deepEqual(change('delete').schedule?.(ON_DATE), {
      due_at: Date.UTC(2026, 11, 3),
      input: { when: 'now', keep_dns: true },
      meanwhile: 'suspend',
    }))
  it('is none without a date, or now', () =>
    assert.deepEqual(
      [{}, { when: 'now', date: '2026-12-03' }, { when: 'on_date' }].map((input) =>
        change('delete').schedule?.(input),
      ),
      [undefined, undefined, undefined],
    ))
  it('suspends each account listed, its own last', () =>
    assert.deepEqual(planned('delete', reseller, ON_DATE), [
      'suspend one',
      'suspend two',
      'suspend bob',
    ]))
  it('goes on where the account is suspended already: that is not its goal', () =>
    assert.deepEqual(
      change('delete')
        .plan(situationOf(), ON_DATE, undefined)
        .map(({ params }) => params.alone),
      [false],
    ))
  it('is bound to identity, domain and owner of each', () =>
    assert.deepEqual(
      change('delete')
        .plan(reseller, ON_DATE, { accounts: owned, limits: [], effects: [], irreversible: [] })
        .map(({ params }) => params.expect),
      [
        { started_at: 5, uid: 1002, domain: 'one.example', owner: 'bob' },
        { started_at: 6, uid: 1003, domain: 'two.example', owner: 'bob' },
        { started_at: 1_700_000_000, uid: 1001, domain: 'bob.example', owner: 'root' },
      ],
    ))
  it('leaves a suspended account behind until then', () =>
    assert.deepEqual(change('delete').settle(situationOf(), ON_DATE, null).change, {
      state: 'suspended',
      suspend_reason: 'Suspended before its deletion',
    }))
  it('says when in the result', () =>
    assert.equal(
      change('delete').settle(situationOf(), ON_DATE, null).result.show[0]?.value,
      '2026-12-03T00:00:00.000Z',
    ))
})

describe('what becomes of the record', () => {
  const after = situationOf().snapshot ?? null
  it('after a creation is bound to the account’s identity', () =>
    assert.deepEqual(change('create').settle(orderedSituation(), {}, after).change.bind, {
      username: 'bob',
      started_at: 1_700_000_000,
      uid: 1001,
      domain: 'bob.example',
      owner: 'root',
    }))
  it('after a deletion is let go of', () =>
    assert.deepEqual(change('delete').settle(situationOf(), {}, null).change, {
      state: 'deleted',
      unbind: true,
    }))
  it('after half a deletion stays', () =>
    assert.deepEqual(change('delete').settle(situationOf(), {}, after).change, {}))
  it('after half a cascade is not suspended', () =>
    assert.equal(change('suspend').settle(situationOf(), {}, after).change.state, 'active'))
  it('is not bound to an account that is gone', () =>
    assert.deepEqual(change('link').settle(orderedSituation(), {}, null).change, {}))
  it('is not bound to a reseller', () =>
    assert.deepEqual(
      change('link').settle(orderedSituation(), {}, reseller.snapshot ?? null).change,
      {},
    ))
})

describe('a username made of a domain', () => {
  for (const [domain, first] of [
    ['new-shop.example', 'newshope'],
    ['www.shop.example', 'shopexam'],
    ['123go.example', 'goexampl'],
    ['test-site.example', 'siteexam'],
    ['a.b', 'ab'],
    ['root.', 'root1'],
  ] as const) {
    it(`of ${domain} is ${first}`, () => assert.equal(candidatesOf(domain)[0], first))
  }
  it('of a domain without letters is none', () => assert.deepEqual(candidatesOf('12.34'), []))
  it('is always one servers take', () =>
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        for (const name of candidatesOf(domain)) assert.match(name, /^(?!test)[a-z][a-z0-9]{1,7}$/)
      }),
    ))
  it('is never tried twice', () =>
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const names = candidatesOf(domain)
        assert.equal(new Set(names).size, names.length)
      }),
    ))
})

describe('a login address', () => {
  const target = { host: 'whm.example', port: 2087 }
  for (const url of [...OPENED_BY_NOBODY, ...SOMEWHERE_ELSE])
    it(`${JSON.stringify(url.slice(0, 100))} is not opened`, () =>
      assert.equal(safeLoginUrl(url, 'cpaneld', target), undefined))
  for (const url of OPENED)
    it(`${url} is opened`, () => {
      const { protocol, host } = new URL(safeLoginUrl(url, 'cpaneld', target) ?? 'about:blank')
      assert.deepEqual([protocol, host], ['https:', 'whm.example:2083'])
    })
  it('on the service’s port is opened', () => {
    const url = 'https://whm.example:2083/cpsess1234567890/login/?session=bob%3aXYZ'
    assert.equal(safeLoginUrl(url, 'cpaneld', target), url)
  })
  it('on the configuration’s own port is opened', () => {
    const url = 'https://whm.example:44301/cpsess1/login/'
    assert.equal(safeLoginUrl(url, 'webmaild', { host: 'whm.example', port: 44301 }), url)
  })
  it('of any text never breaks the reader', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (url) => {
        assert.equal(safeLoginUrl(url, 'cpaneld', target), undefined)
      }),
    ))
})

describe('a warning of the server', () => {
  const said = (lines: string[], secrets = {}) =>
    warningsOf(lines, secrets).map(({ params }) => params?.text)
  it('is shown without its markup', () =>
    assert.deepEqual(said(['<b>The zone</b>\u202e was <script>x</script>kept']), [
      'The zone was x kept',
    ]))
  it('that repeats the password is not', () =>
    assert.deepEqual(said(['Password hunter2 set', 'Done'], { password: 'hunter2' }), ['Done']))
  it('without end is looked at as far as a warning goes', () =>
    assert.doesNotMatch(String(said([`${'<'.repeat(4000)}> the end`])[0]), /end/))
  it('is never longer than a person reads', () =>
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => {
        const texts = said(lines)
        assert.ok(texts.length <= 5 && texts.every((text) => String(text).length <= 300))
      }),
    ))
})
