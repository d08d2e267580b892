import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  LONGEST_AGE,
  SHORTEST_AGE,
  type StepUpRule,
  stepUpChallenge,
  stepUpNeeded,
  stepUpPolicySchema,
  stepUpRuleSchema,
} from '../../../bff/auth/step-up.ts'
import { wantedOf } from '../../../widgets/session/step-up.ts'

const NOW_S = Date.UTC(2026, 10, 25, 12) / 1000
const at = (seconds: number) => seconds * 1000

const reasonFor = (
  rule: StepUpRule,
  login: { auth_time?: number; acr?: string },
  now = at(NOW_S),
) =>
  stepUpNeeded({ erase: rule }, 'erase', { auth_time: login.auth_time, acr: login.acr }, now)?.why
    .reason

describe('a rule on the age of a login', () => {
  const rule = { max_age: 300 }
  it('is met up to its last second', () =>
    assert.equal(reasonFor(rule, { auth_time: NOW_S - 300 }), undefined))
  it('is not met a second later', () =>
    assert.equal(reasonFor(rule, { auth_time: NOW_S - 301 }), 'login_too_old'))
  it('says how old the login was', () =>
    assert.deepEqual(
      stepUpNeeded({ erase: rule }, 'erase', { auth_time: NOW_S - 4000, acr: undefined }, at(NOW_S))
        ?.why,
      { reason: 'login_too_old', seconds: 4000 },
    ))
  it('is not met by a token that does not say when', () =>
    assert.equal(reasonFor(rule, {}), 'auth_time_missing'))
  it('is met by a clock a few seconds ahead', () =>
    assert.equal(reasonFor(rule, { auth_time: NOW_S + 5 }), undefined))
  it('is not met by a login that is still to come', () =>
    assert.equal(reasonFor(rule, { auth_time: NOW_S + 6 }), 'auth_time_ahead'))
  it('is not met by milliseconds in place of seconds', () =>
    assert.equal(reasonFor(rule, { auth_time: at(NOW_S) }), 'auth_time_ahead'))
})

describe('a rule on the kind of a login', () => {
  const rule = { acr_values: ['urn:example:pin', 'urn:example:key'] }
  it('is met by each of its contexts', () =>
    assert.deepEqual(
      rule.acr_values.map((acr) => reasonFor(rule, { acr })),
      [undefined, undefined],
    ))
  it('is not met by another', () =>
    assert.equal(reasonFor(rule, { acr: 'urn:example:password' }), 'acr_not_enough'))
  it('is not met by two of them in one claim', () =>
    assert.equal(reasonFor(rule, { acr: 'urn:example:pin urn:example:key' }), 'acr_not_enough'))
  it('is not met by a token that does not say', () =>
    assert.equal(reasonFor(rule, {}), 'acr_missing'))
})

describe('a rule on both', () => {
  const rule = { max_age: 300, acr_values: ['urn:a'] }
  it('is not met by a strong login of long ago', () =>
    assert.equal(reasonFor(rule, { auth_time: NOW_S - 900, acr: 'urn:a' }), 'login_too_old'))
  it('is not met by a weak login of now', () =>
    assert.equal(reasonFor(rule, { auth_time: NOW_S, acr: 'urn:b' }), 'acr_not_enough'))
})

describe('an action without a rule', () => {
  it('asks for nothing', () =>
    assert.equal(
      stepUpNeeded({}, 'erase', { auth_time: undefined, acr: undefined }, at(NOW_S)),
      undefined,
    ))
  it('asks for nothing when it is called like what every object has', () =>
    assert.equal(
      stepUpNeeded({}, 'constructor', { auth_time: undefined, acr: undefined }, at(NOW_S)),
      undefined,
    ))
})

const acr = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,40}$/)
const rules = fc
  .record(
    {
      max_age: fc.integer({ min: SHORTEST_AGE, max: LONGEST_AGE }),
      acr_values: fc.array(acr, { minLength: 1, maxLength: 10 }),
    },
    { requiredKeys: [] },
  )
  .filter((rule) => rule.max_age !== undefined || rule.acr_values !== undefined)

describe('any rule', () => {
  it('that is met now and asks for an age is not met for ever', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 1e6 }), (rule, later) => {
        fc.pre(rule.max_age !== undefined)
        const login = { auth_time: NOW_S, acr: rule.acr_values?.[0] ?? 'any' }
        const need = stepUpNeeded({ erase: rule }, 'erase', login, at(NOW_S + later))
        assert.equal(need === undefined, later <= (rule.max_age ?? 0))
      }),
    )
  })
  it('that asks for a context is met by no login that does not name it', () => {
    fc.assert(
      fc.property(rules, acr, (rule, other) => {
        fc.pre(rule.acr_values !== undefined && !rule.acr_values.includes(other))
        const login = { auth_time: NOW_S, acr: other }
        assert.notEqual(stepUpNeeded({ erase: rule }, 'erase', login, at(NOW_S)), undefined)
      }),
    )
  })
  it('is met by a login that does what its challenge says', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const wanted = wantedOf(stepUpChallenge(rule))
        const login = { auth_time: NOW_S, acr: wanted.acr_values?.split(' ')[0] }
        assert.equal(stepUpNeeded({ erase: rule }, 'erase', login, at(NOW_S)), undefined)
      }),
    )
  })
  it('is read from its challenge as it stands, whatever stands before it', () => {
    fc.assert(
      fc.property(
        rules,
        fc.constantFrom('', 'Basic realm="a", ', 'DPoP algs="ES256", '),
        (rule, before) => {
          assert.deepEqual(wantedOf(`${before}${stepUpChallenge(rule)}`), {
            ...(rule.acr_values === undefined ? {} : { acr_values: rule.acr_values.join(' ') }),
            ...(rule.max_age === undefined ? {} : { max_age: rule.max_age }),
          })
        },
      ),
    )
  })
  it('that is taken from an operator makes a header of one line in visible ASCII', () => {
    fc.assert(
      fc.property(
        fc.record(
          { max_age: fc.oneof(fc.integer(), fc.double()), acr_values: fc.array(fc.string()) },
          { requiredKeys: [] },
        ),
        (given) => {
          const rule = stepUpRuleSchema.safeParse(given)
          if (rule.success)
            assert.match(
              stepUpChallenge(rule.data),
              /^Bearer realm="provision", error="insufficient_user_authentication"(, acr_values="[\x20\x21\x23-\x5b\x5d-\x7e]+")?(, max_age="\d+")?$/,
            )
        },
      ),
    )
  })
})

describe('a challenge nobody can read', () => {
  it('asks for nothing in particular', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(typeof wantedOf(text), 'object')
      }),
    )
  })
  it('that is missing asks for nothing in particular', () => assert.deepEqual(wantedOf(''), {}))
})

describe('a policy an operator writes', () => {
  const wrong: [string, unknown][] = [
    ['that asks for nothing', { erase: {} }],
    ['with an age nobody can meet', { erase: { max_age: 29 } }],
    ['with an age of more than a day', { erase: { max_age: 86_401 } }],
    ['with half a second', { erase: { max_age: 300.5 } }],
    ['with a context that ends the header', { erase: { acr_values: ['a"b'] } }],
    ['with a context of two words', { erase: { acr_values: ['a b'] } }],
    ['with a line break', { erase: { acr_values: ['a\r\nSet-Cookie: x'] } }],
    ['with no context at all', { erase: { acr_values: [] } }],
    ['with a word it does not know', { erase: { max_age: 300, amr: 'otp' } }],
    ['for what is no name of an action', { 'Erase All': { max_age: 300 } }],
  ]
  for (const [what, policy] of wrong)
    it(`${what} is not taken`, () =>
      assert.equal(stepUpPolicySchema.safeParse(policy).success, false))
  it('is taken otherwise', () =>
    assert.equal(
      stepUpPolicySchema.safeParse({ erase: { max_age: 300, acr_values: ['urn:a'] } }).success,
      true,
    ))
})
