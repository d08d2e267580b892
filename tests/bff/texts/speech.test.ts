import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sayFor } from '../../../bff/texts/speech.ts'

const message = { code: 'reason.acl_missing', params: { acl: 'kill-acct' } }

describe('a reader’s times', () => {
  const at = { code: 'waiting.checking', params: { until: '2026-11-23T14:32:00Z' } }
  for (const [zone, time] of [
    ['Asia/Dubai', /18:32/],
    [undefined, /14:32 UTC/],
    ['Nowhere/Atall', /14:32 UTC/],
    ['"><script>', /14:32 UTC/],
  ] as const)
    it(`are those of ${zone}`, () => assert.match(sayFor('en', zone).say(at).text, time))
})

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
