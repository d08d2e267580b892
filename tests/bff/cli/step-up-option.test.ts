import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stepUpOption } from '../../../bff/cli/commands/step-up-option.ts'

describe('the option --step-up', () => {
  it('is a rule for an action', () =>
    assert.deepEqual(stepUpOption(['delete:max-age=300,acr=urn:example:pin']), {
      delete: { max_age: 300, acr_values: ['urn:example:pin'] },
    }))
  it('may name several contexts', () =>
    assert.deepEqual(stepUpOption(['delete:acr=urn:a,acr=urn:b']), {
      delete: { acr_values: ['urn:a', 'urn:b'] },
    }))
  it('may be given for several actions', () =>
    assert.deepEqual(Object.keys(stepUpOption(['delete:max-age=60', 'login:max-age=60']) ?? {}), [
      'delete',
      'login',
    ]))
  it('takes everything away as none', () => assert.equal(stepUpOption(['none']), null))
  it('that is not given says nothing', () => assert.equal(stepUpOption(undefined), undefined))

  const wrong = [
    'delete',
    ':max-age=300',
    'delete:',
    'delete:max-age',
    'delete:max-age=',
    'delete:max-age=300,max-age=400',
    'delete:age=300',
  ]
  for (const value of wrong)
    it(`is not understood as ${value}`, () => {
      assert.throws(() => stepUpOption([value]), /--step-up .*such as --step-up delete:max-age=300/)
    })
  it('is not taken twice for one action', () => {
    assert.throws(() => stepUpOption(['delete:max-age=60', 'delete:acr=a']), /given twice/)
  })
})
