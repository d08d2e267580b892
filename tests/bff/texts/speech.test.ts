import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sayFor } from '../../../bff/texts/speech.ts'

const message = { code: 'reason.acl_missing', params: { acl: 'kill-acct' } }

describe('the words for a header', () => {
  it('are in its language', () => {
    assert.equal(sayFor('ar').language, 'ar')
  })

  it('are exact for staff', () => {
    assert.match(sayFor('en').say(message).text, /kill-acct/)
  })

  it('are calm for clients', () => {
    assert.doesNotMatch(JSON.stringify(sayFor('en').calm(message)), /kill-acct/)
  })
})
