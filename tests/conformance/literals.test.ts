import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fields, HARBOUR, metadata, ROOT, STRONG, server } from './asking.ts'

const XID = /\(XID [a-z0-9]{6}\) /

type Refusal = readonly [
  text: string,
  name: string,
  params: Readonly<Record<string, string>>,
  caller?: string,
]

const good = { password: STRONG, plan: 'starter' }
const weak = (least: number) =>
  `Sorry, the password you selected cannot be used because it is too weak and would be too easy to guess. Please select a password with strength rating of ${least} or higher.`
const eight =
  'The name of another account on this server has the same initial 8 characters as the given username (lakesideinn). Each username’s first 8 characters must be unique.'

/** Thrown and caught: with a transaction id in front. */
const CAUGHT: readonly Refusal[] = [
  [
    'This system already has an account named “lakeside”.',
    'createacct',
    { ...good, username: 'lakeside', domain: 'x.example' },
  ],
  [
    'This system already has a group named “wheel”.',
    'createacct',
    { ...good, username: 'wheel', domain: 'x.example' },
  ],
  [
    '“testhost” is a reserved username on this system.',
    'createacct',
    { ...good, username: 'testhost', domain: 'x.example' },
  ],
  [
    '“mysql” is a reserved username on this system.',
    'createacct',
    { ...good, username: 'mysql', domain: 'x.example' },
  ],
  [
    'The domain “lakeside-bakery.example” already exists in the Apache configuration.',
    'createacct',
    { ...good, username: 'meadow', domain: 'lakeside-bakery.example' },
  ],
  [
    'The domain “leftover.example” already exists in the userdata.',
    'createacct',
    { ...good, username: 'meadow', domain: 'leftover.example' },
  ],
]

/** As they are. */
const BARE: readonly Refusal[] = [
  [eight, 'createacct', { ...good, username: 'lakesideinn', domain: 'x.example' }],
  [eight, 'verify_new_username', { user: 'lakesideinn' }],
  [
    'This system already has an account named “lakeside”.',
    'verify_new_username',
    { user: 'lakeside' },
  ],
  [
    '9lives is not a valid username on this system.',
    'createacct',
    { ...good, username: '9lives', domain: 'x.example' },
  ],
  [
    'averyveryverylongname is not a valid username on this system.',
    'verify_new_username',
    { user: 'averyveryverylongname' },
  ],
  [
    "Sorry, that's an invalid domain\n",
    'createacct',
    { ...good, username: 'meadow', domain: 'nodots' },
  ],
  [
    weak(50),
    'createacct',
    { plan: 'starter', username: 'meadow', domain: 'x.example', password: 'rainrain' },
  ],
  [weak(50), 'passwd', { user: 'olive', password: 'rainrain' }],
  [
    'Sorry, passwords must be at least 5 characters long.',
    'passwd',
    { user: 'olive', password: 'a1B!' },
  ],
  [
    'Sorry, the password may not contain the username for security reasons.',
    'passwd',
    { user: 'olive', password: `${STRONG}olive` },
  ],
  ['Specified package gone does not exist.', 'changepackage', { user: 'olive', pkg: 'gone' }],
  ['Specified package gone does not exist.', 'getpkginfo', { pkg: 'gone' }],
  ['Account does not exist', 'accountsummary', { user: 'nobodyhere' }],
  [
    'Sorry the user nobodyhere does not exist',
    'changepackage',
    { user: 'nobodyhere', pkg: 'starter' },
  ],
  [
    'Sorry, the user nobodyhere does not exist.',
    'passwd',
    { user: 'nobodyhere', password: STRONG },
  ],
  ['System user nobodyhere does not exist!', 'removeacct', { username: 'nobodyhere' }],
  [
    '_suspendacct called for a user that does not exist. (nobodyhere)',
    'suspendacct',
    { user: 'nobodyhere' },
  ],
  [
    '_unsuspendacct called for a user that does not exist. (nobodyhere)',
    'unsuspendacct',
    { user: 'nobodyhere' },
  ],
  [
    '_setupreseller called for a user that does not exist. (nobodyhere)',
    'setupreseller',
    { user: 'nobodyhere' },
  ],
  [
    '_unsetupreseller called for a user that does not exist. (nobodyhere)',
    'unsetupreseller',
    { user: 'nobodyhere' },
  ],
  [
    '_setupreseller tried to make a reseller out of a reseller when a normal user was expected. (harbour)',
    'setupreseller',
    { user: 'harbour' },
  ],
  ['Unable to fetch the cPanel user file for nobodyhere', 'modifyacct', { user: 'nobodyhere' }],
  ['Invalid user. Cannot set quota.', 'editquota', { user: 'nobodyhere', quota: '100' }],
  ['Failed to set quota for user.', 'editquota', { user: 'olive', quota: '-1' }],
  ['Root user may not be suspended.', 'suspendacct', { user: 'root' }],
  ['Specified user is not a reseller.', 'setresellerlimits', { user: 'olive' }],
  ['Specified user is not a reseller.', 'acctcounts', { user: 'olive' }],
  ['Specified user is not a reseller.', 'suspendreseller', { user: 'olive' }],
  ['Specified user is not a reseller.', 'unsuspendreseller', { user: 'olive' }],
  ['Not a reseller.', 'setacls', { reseller: 'olive' }],
  ['Reseller Does Not Exist', 'resellerstats', { user: 'olive' }],
  ['Reseller olive Does not exist', 'terminatereseller', { user: 'olive', terminatereseller: '1' }],
  [
    'Owner does not exist: olive',
    'createacct',
    { ...good, username: 'meadow', domain: 'x.example', owner: 'olive' },
  ],
  ['Unable to determine account owner for domain.', 'domainuserdata', { domain: 'x.example' }],
  [
    'You do not have access to an account named “lakeside”.',
    'removeacct',
    { username: 'lakeside' },
    HARBOUR,
  ],
  [
    'You do not have access to an account named “lakeside”.',
    'suspendacct',
    { user: 'lakeside' },
    HARBOUR,
  ],
  ['Unknown app (“sing”) requested for this version (1) of the API.', 'sing', {}],
]

const UNCAUGHT: readonly Refusal[] = [
  [
    'You do not have a user named “nobodyhere”.',
    'create_user_session',
    { user: 'nobodyhere', service: 'cpaneld' },
  ],
  [
    'You do not have a user named “lakeside”.',
    'create_user_session',
    { user: 'lakeside', service: 'cpaneld' },
    HARBOUR,
  ],
  [
    'You do not have a user named “nobodyhere”.',
    'uapi_cpanel',
    { 'cpanel.user': 'nobodyhere', 'cpanel.module': 'Quota', 'cpanel.function': 'get_quota_info' },
  ],
]

function title([text, name, params]: Refusal): string {
  return `of ${name} (${Object.keys(params).join(', ')}) says: ${text.trim()}`
}

describe('a refusal', () => {
  const whm = server()
  for (const each of BARE) {
    const [text, name, params, caller] = each
    it(title(each), async () => {
      const { result, reason } = metadata(await whm.call(name, params, caller ?? ROOT))
      assert.deepEqual([result, reason], [0, text])
    })
  }
})

describe('a refusal that was thrown and caught', () => {
  const whm = server()
  for (const each of CAUGHT) {
    const [text, name, params] = each
    it(title(each), async () => {
      const reason = await whm.reason(name, params)
      assert.match(reason, new RegExp(`^${XID.source}`))
      assert.equal(reason.replace(XID, ''), text)
    })
  }

  it('has another transaction id each time', async () => {
    const wish = { ...good, username: 'lakeside', domain: 'x.example' }
    const reasons = [await whm.reason('createacct', wish), await whm.reason('createacct', wish)]
    assert.notEqual(reasons[0], reasons[1])
  })
})

describe('a refusal that nobody caught', () => {
  const whm = server()
  for (const each of UNCAUGHT) {
    const [text, name, params, caller] = each
    it(title(each), async () => {
      const reason = await whm.reason(name, params, caller ?? ROOT)
      assert.match(reason, new RegExp(`^API failure: ${XID.source}`))
      assert.equal(reason.replace(XID, ''), `API failure: ${text}`)
    })
  }
})

describe('a server that speaks as older ones did', () => {
  const whm = server()
  const texts: readonly (readonly [RegExp, string, Record<string, string>])[] = [
    [
      /^\(XID \w{6}\) This system already has an account named “olive”\. at \S+ line \d+\.$/,
      'createacct',
      { ...good, username: 'olive', domain: 'x.example' },
    ],
    [
      /^Sorry, a group for that username already exists\.$/,
      'createacct',
      { ...good, username: 'wheel', domain: 'x.example' },
    ],
    [/^Specified package does not exist\.$/, 'changepackage', { user: 'olive', pkg: 'gone' }],
    [
      /^Warning!\.\. system user nobodyhere does not exist!\n$/,
      'removeacct',
      { user: 'nobodyhere' },
    ],
  ]
  for (const [text, name, params] of texts) {
    it(`says ${text.source}`, async () => {
      await whm.control('PATCH /settings', { texts: 'older' })
      assert.match(await whm.reason(name, params), text)
    })
  }
})

describe('a limit', () => {
  const whm = server()
  const wish = { ...good, username: 'meadow', domain: 'meadow.example' }

  it('of a package stops a reseller', async () => {
    const limit = { user: 'harbour', package: 'harbour_small', number: '3' }
    await whm.call('setresellerpackagelimit', limit)
    assert.equal(
      await whm.reason('createacct', { ...wish, plan: 'harbour_small' }, HARBOUR),
      'Sorry you may not create any more accounts with the package harbour_small.',
    )
  })

  it('of accounts stops a reseller', async () => {
    await whm.call('setresellerlimits', {
      user: 'harbour',
      enable_account_limit: '1',
      account_limit: '4',
    })
    assert.match(await whm.reason('createacct', wish, HARBOUR), /may not create any more accounts/)
  })

  it('of accounts counts only when it is switched on', async () => {
    await whm.call('setresellerlimits', { user: 'harbour', account_limit: '4' })
    assert.equal(await whm.works('createacct', wish, HARBOUR), true)
  })

  it('of the licence stops everybody, in words of the developer’s choice', async () => {
    const settings = { license_accounts: 3, license_accounts_text: 'No more: license.' }
    await whm.control('PATCH /settings', settings)
    assert.equal(
      await whm.reason('createacct', { ...wish, username: 'orchard', domain: 'o.example' }),
      'No more: license.',
    )
  })

  it('of the licence’s time stops every call', async () => {
    const text = 'The license of this server has expired.'
    await whm.control('PATCH /settings', { license_expired: true })
    assert.equal(await whm.reason('version'), text)
  })
})

describe('the quota that is no number', () => {
  const whm = server()

  it('brings the usage of the tool along', async () => {
    const answer = await whm.call('editquota', { user: 'olive', quota: '-1' })
    assert.match(
      String(fields(metadata(answer).output).raw),
      /^Invalid quota\nUsage: editquota <user>/,
    )
  })
})

describe('a refused creation', () => {
  const whm = server()

  it('leaves nothing behind', async () => {
    const before = JSON.stringify(Object.keys(whm.whm.world().accounts))
    await whm.call('createacct', {
      ...good,
      username: 'meadow',
      domain: 'meadow.example',
      plan: 'gone',
    })
    assert.equal(JSON.stringify(Object.keys(whm.whm.world().accounts)), before)
  })
})
