import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readEnvelope } from '../../../bff/providers/cpanel/envelope.ts'
import { causeOfReason, normaliseReason } from '../../../bff/providers/cpanel/reason.ts'
import { VERDICTS } from '../../../bff/providers/cpanel/verdicts.ts'

const classifyReason = (text: string) => {
  const { code, first } = VERDICTS[causeOfReason(text)]
  return { code, uncertain: first === 'uncertain' }
}

/** The literal texts of real servers, with what each means to us. */
const LITERALS: readonly (readonly [string, string])[] = [
  ['(XID 5wsj8e) This system already has an account named “newuser”.', 'username_taken'],
  [
    '(XID 5wsj8e) This system already has an account named “newuser”. at /usr/local/cpanel/Whostmgr/Accounts/Create.pm line 601.',
    'username_taken',
  ],
  ['Sorry, a group for that username already exists.', 'username_taken'],
  ['This system already has a group named “newuser”.', 'username_taken'],
  [
    'The name of another account on this server has the same initial 8 characters as the given username (newuser1). Each username’s first 8 characters must be unique.',
    'username_taken',
  ],
  ['(XID t95cwn) “testhost” is a reserved username on this system.', 'username_invalid'],
  ['9lives is not a valid username on this system.', 'username_invalid'],
  [
    '(XID ct5qpd) The domain “example.com” already exists in the Apache configuration.',
    'domain_taken',
  ],
  ['(XID 6ekdqc) The domain “example.com” already exists in the userdata', 'domain_taken'],
  ["Sorry, that's an invalid domain\n", 'domain_invalid'],
  [
    'Sorry, the password you selected cannot be used because it is too weak and would be too easy to guess. Please select a password with strength rating of 65 or higher.',
    'password_weak',
  ],
  ['Sorry, passwords must be at least 5 characters.', 'password_weak'],
  ['Sorry, the password may not contain the username for security reasons.', 'password_weak'],
  ['Specified package fakepackage does not exist', 'package_not_found'],
  ['Specified package does not exist.', 'package_not_found'],
  ['Sorry you may not create any more accounts with the package one.', 'package_limit'],
  ['Account does not exist', 'account_not_found'],
  ['Sorry the user notexists does not exist', 'account_not_found'],
  ['Sorry, the user dontchangeme does not exist.', 'account_not_found'],
  ['System user notreal does not exist!', 'account_not_found'],
  ['Warning!.. system user notreal does not exist!\n', 'account_not_found'],
  ['_suspendacct called for a user that does not exist. (notexists)', 'account_not_found'],
  ['_unsuspendacct called for a user that does not exist. (notexists)', 'account_not_found'],
  ['_setupreseller called for a user that does not exist. (invalid)', 'account_not_found'],
  ['_unsetupreseller called for a user that does not exist. (notexists)', 'account_not_found'],
  ['Unable to fetch the cPanel user file for notexists', 'account_not_found'],
  ['Invalid user. Cannot set quota.', 'account_not_found'],
  ['API failure: (XID 3y67mz) You do not have a user named “web08”.', 'account_not_found'],
  ['You do not have access to an account named “notmine”.', 'account_forbidden'],
  ['Specified user is not a reseller.', 'not_a_reseller'],
  ['Not a reseller.', 'not_a_reseller'],
  ['Reseller Does Not Exist', 'not_a_reseller'],
  ['Reseller what Does not exist', 'not_a_reseller'],
  [
    '_setupreseller tried to make a reseller out of a reseller when a normal user was expected. (bob)',
    'already_reseller',
  ],
  ['Root user may not be suspended.', 'protected_account'],
  ['Sorry, the Owner does not exist', 'owner_not_found'],
  ['Unable to determine account owner for domain.', 'domain_not_found'],
  ['Unknown app (“f”) requested for this version (1) of the API.', 'function_unknown'],
  ['Unknown App Requested: f', 'function_unknown'],
  ['Access denied', 'access_denied'],
]

describe('what WHM says when it refuses', () => {
  for (const [text, code] of LITERALS) {
    it(`«${text.trim().slice(0, 70)}» is a definite ${code}`, () =>
      assert.deepEqual(classifyReason(text), { code, uncertain: false }))
  }
  for (const [text, code] of [
    [
      'API failure: (XID 3ywp6f) The system failed to write to the file “/var/cpanel/x” because of an error: No space left on device',
      'disk_full',
    ],
    ['API failure: (XID abc123) Something else broke', 'server_fault'],
    [
      'API failure: (XID 5wsj8e) This system already has an account named “newuser”.',
      'server_fault',
    ],
    ['Permission denied', 'server_refused'],
    ['Failed to set quota for user.', 'quota_invalid'],
    ['Your license has expired', 'licence'],
    ['Words nobody has recorded', 'server_refused'],
    ['', 'server_refused'],
  ] as const) {
    it(`«${text.slice(0, 60)}» may be half done`, () =>
      assert.deepEqual(classifyReason(text), { code, uncertain: true }))
  }
  it('is read the same with straight quotes', () =>
    assert.equal(
      classifyReason('This system already has an account named "bob"').code,
      'username_taken',
    ))
  it('keeps the number for the server’s own log', () =>
    assert.equal(normaliseReason('(XID 5wsj8e) Words').xid, '5wsj8e'))
  it('never makes the reader stumble, whatever it is', () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        assert.match(classifyReason(text).code, /^[a-z_]+$/)
      }),
    ))
})

describe('an answer', () => {
  it('of result "1" is as good as 1', () =>
    assert.equal(readEnvelope('{"metadata":{"result":"1","reason":"OK"}}').kind, 'yes'))
  it('without data is a yes', () =>
    assert.deepEqual(readEnvelope('{"metadata":{"result":1,"reason":"OK"}}'), {
      kind: 'yes',
      data: undefined,
      warnings: [],
    }))
  it('gives its warnings, as a list or as lines', () =>
    assert.deepEqual(
      ['["a","b"]', '"a\\nb\\n"'].map((form) =>
        readEnvelope(`{"metadata":{"result":1,"output":{"warnings":${form}}}}`),
      ),
      [1, 2].map(() => ({ kind: 'yes', data: undefined, warnings: ['a', 'b'] })),
    ))
  it('drops the raw log, which may hold the password', () =>
    assert.doesNotMatch(
      JSON.stringify(
        readEnvelope('{"metadata":{"result":1,"output":{"raw":"PassWord: hunter2"}}}'),
      ),
      /hunter2/,
    ))
  it('in the shape of API 2 is a denial', () =>
    assert.equal(
      readEnvelope(
        '{"cpanelresult":{"apiversion":"2","error":"Access denied","data":{"reason":"Access denied","result":"0"},"type":"text"}}',
      ).kind,
      'denied',
    ))
  for (const body of [
    '',
    '{',
    '<html>login</html>',
    '[]',
    'null',
    '{"status":1}',
    '{"metadata":{}}',
  ]) {
    it(`«${body}» is none of WHM’s`, () => assert.equal(readEnvelope(body).kind, 'unusable'))
  }
  it('never breaks the reader, whatever it is', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        assert.ok(['yes', 'no', 'denied', 'unusable'].includes(readEnvelope(body).kind))
      }),
    ))
})

describe('a reason without end', () => {
  it('is looked at as far as a reason goes', () =>
    assert.ok(normaliseReason(`${' '.repeat(100_000)}x`.repeat(20)).text.length <= 4000))
})
