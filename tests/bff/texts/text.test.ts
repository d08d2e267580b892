import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { TextParams } from '../../../bff/contract/text.ts'
import { en } from '../../../bff/texts/en.ts'
import { directionOf, LANGUAGES, negotiate } from '../../../bff/texts/languages.ts'
import { hasText, type Reader, sayTo, text } from '../../../bff/texts/text.ts'

const english: Reader = { language: 'en' }
const arabic: Reader = { language: 'ar' }
const words = (code: string, params: TextParams = {}, reader = english) =>
  text(code, params, reader).text

describe('a reader of Accept-Language', () => {
  for (const [header, language] of [
    [undefined, 'en'],
    ['', 'en'],
    ['ar', 'ar'],
    ['ar-EG, en;q=0.8', 'ar'],
    ['AR-eg', 'ar'],
    ['en, ar', 'en'],
    ['ar, en', 'ar'],
    ['en;q=0.5, ar;q=0.9', 'ar'],
    ['de, fr;q=0.9, ar;q=0.1', 'ar'],
    ['de, fr', 'en'],
    ['*', 'en'],
    ['en;q=0, *', 'ar'],
    ['ar;q=0, en;q=0', 'en'],
    ['arn', 'en'],
    ['ar;q=abc, en;q=0.1', 'en'],
  ] as const)
    it(`${JSON.stringify(header)} is answered in ${language}`, () => {
      assert.equal(negotiate(header), language)
    })

  it('always gets a language of ours', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (header) => {
        assert.ok(LANGUAGES.includes(negotiate(header)))
      }),
    )
  })

  it('reads Arabic from the right', () => {
    assert.deepEqual([directionOf('ar'), directionOf('en')], ['rtl', 'ltr'])
  })
})

describe('a text', () => {
  it('carries its code and parameters', () => {
    assert.deepEqual(text('reason.acl_missing', { acl: 'kill-acct' }, english), {
      code: 'reason.acl_missing',
      params: { acl: 'kill-acct' },
      text: 'The server’s token lacks the right kill-acct.',
    })
  })

  it('tells what is being found out, and by when', () => {
    assert.equal(
      words('waiting.checking', {
        what: 'checking.suspend',
        until: '2026-11-23T14:32:00.000Z',
      }),
      'The server has not answered. We are checking whether the account was suspended and will know by 14:32 UTC. You may close this page.',
    )
  })

  it('takes a time in milliseconds as well', () => {
    assert.match(words('waiting.checking', { until: Date.UTC(2026, 10, 23, 14, 32) }), /14:32 UTC/)
  })

  it('follows the reader’s time zone', () => {
    const reader = { ...english, time_zone: 'Asia/Dubai' }
    assert.match(words('waiting.checking', { until: '2026-11-23T14:32:00Z' }, reader), /18:32/)
  })

  it('counts in English', () => {
    assert.deepEqual(
      [1, 2, 1200].map((count) => words('effect.accounts_suspended', { count })),
      ['1 account is suspended.', '2 accounts are suspended.', '1,200 accounts are suspended.'],
    )
  })

  it('counts in Arabic, in all its forms', () => {
    const all = [0, 1, 2, 3, 11, 100].map((count) =>
      words('effect.accounts_suspended', { count }, arabic),
    )
    assert.equal(new Set(all.map((sentence) => sentence.replaceAll(/[\d٠-٩]+/g, '#'))).size, 6)
  })

  it('isolates left-to-right names inside Arabic', () => {
    assert.match(
      words('confirmation.domain', { domain: 'a.example' }, arabic),
      /\u2068a\.example\u2069/,
    )
  })

  it('puts nothing into English but the name', () => {
    assert.equal(
      words('confirmation.domain', { domain: 'a.example' }),
      'Type the domain a.example to confirm.',
    )
  })

  it('names an action by its label', () => {
    assert.equal(words('log.operation.cancelled', { action: 'suspend' }), 'Suspend: cancelled.')
  })

  it('prefers an action’s own log line', () => {
    assert.equal(words('log.action.succeeded', { action: 'suspend' }), 'The account was suspended.')
  })

  it('has a general log line for actions it does not know', () => {
    assert.equal(words('log.action.succeeded', { action: 'make-tea' }), 'Make tea: done.')
  })

  it('puts the cause of a partial success into words', () => {
    assert.equal(
      words('error.partial', { done: 1, total: 3, cause: 'error.acl_not_found' }),
      '1 of 3 steps are done. Then: The server has no such ACL list.',
    )
  })

  it('names fields by their labels', () => {
    assert.equal(
      words('log.fields.changed', { fields: 'domain, ip' }),
      'Changed: Domain and IP address.',
    )
  })

  it('shows a dash where a parameter is missing', () => {
    assert.equal(words('confirmation.domain'), 'Type the domain – to confirm.')
  })

  it('does not read placeholders out of parameters', () => {
    assert.equal(
      words('confirmation.domain', { domain: '{domain:text}' }),
      'Type the domain {domain:text} to confirm.',
    )
  })
})

describe('a code nobody wrote a text for', () => {
  it('is answered by its family', () => {
    assert.equal(words('error.never_heard_of'), 'It did not work.')
  })

  it('is spelled out where the family has no general text', () => {
    assert.equal(words('action.make-tea.label'), 'Make tea')
  })

  it('is not taken for one by its inherited name', () => {
    assert.deepEqual([hasText('constructor'), hasText('error.timeout')], [false, true])
  })

  it('always gives words', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom(...Object.keys(en))),
        fc.dictionary(
          fc.constantFrom('until', 'count', 'action', 'cause', 'domain', 'fields', 'due'),
          fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
        ),
        fc.constantFrom(...LANGUAGES),
        fc.constantFrom('client', 'staff'),
        (code, params, language, audience) => {
          assert.equal(typeof text(code, params, { language, audience }).text, 'string')
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('a client', () => {
  const client: Reader = { language: 'en', audience: 'client' }

  it('gets the calm text', () => {
    assert.equal(
      words('reason.acl_missing', { acl: 'kill-acct' }, client),
      'This is not available for your service.',
    )
  })

  it('gets no parameter its text does not show', () => {
    assert.deepEqual(sayTo(client)({ code: 'reason.acl_missing', params: { acl: 'x' } }).params, {})
  })

  it('keeps the parameters its text shows', () => {
    const params = { until: '2026-11-23T14:32:00Z' }
    assert.deepEqual(text('waiting.checking', params, client).params, params)
  })

  it('reads the calm cause of a partial success', () => {
    assert.match(
      words('error.partial', { done: 1, total: 2, cause: 'error.disk_full' }, client),
      /contact support/,
    )
  })

  it('reads the same as staff where nothing needs calming', () => {
    assert.equal(words('error.username_taken', {}, client), words('error.username_taken'))
  })
})
