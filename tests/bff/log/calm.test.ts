import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { presentEntry } from '../../../bff/log/present.ts'
import { en } from '../../../bff/texts/en.ts'
import { type Entry, placeholdersOf, sentencesOf } from '../../../bff/texts/entry.ts'
import { sayFor } from '../../../bff/texts/speech.ts'

const CODES = Object.entries<Entry>(en).filter(
  ([code]) => code.startsWith('log.') && !code.endsWith('@client'),
)
/** What stands behind the account itself, and a client may read; the rest is the staff's. */
const CALM = ['action', 'domain', 'package', 'username', 'month', 'app', 'count', 'until']
/** Words of the staff's own trade. */
const STAFF_ONLY = /WHM|ACL|token|root|API|server configuration/i

const row = (code: string, params: object) => ({
  id: 'log_00000000000000000000000000',
  tenant: 'one',
  service: 's1',
  at: 0,
  level: 'info',
  actor: '{"role":"staff","label":"STAFF-CANARY","act":"STAFF-CANARY"}',
  role: 'staff',
  action: 'suspend',
  operation: null,
  reason: 'STAFF-CANARY',
  duration_ms: 1,
  code,
  params: JSON.stringify(params),
  detail: '[{"code":"detail.error","value":"STAFF-CANARY"}]',
})

describe('every message of the log', () => {
  it('is looked at', () => assert.ok(CODES.length > 50))
  for (const language of ['en', 'ar'])
    for (const [code, entry] of CODES) {
      const names = sentencesOf(entry).flatMap((sentence) =>
        placeholdersOf(sentence).map(({ name }) => name),
      )
      const params = Object.fromEntries(
        [...names, 'server', 'configuration', 'acl', 'why'].map((name) => [
          name,
          CALM.includes(name) ? 'suspend' : 'STAFF-CANARY',
        ]),
      )
      const { say, calm } = sayFor(language)

      it(`has words for staff in ${language}: ${code}`, () => {
        const { message } = presentEntry(row(code, params), 'staff')
        assert.notEqual(say(message).text, '')
      })
      it(`tells a client nothing of staff in ${language}: ${code}`, () => {
        const view = presentEntry(row(code, params), 'client')
        const whole = JSON.stringify([view, calm(view.message)])
        assert.ok(!whole.includes('STAFF-CANARY'), whole)
      })
    }
})

describe('what a client reads in the log of a service', () => {
  const shown = CODES.filter(
    // What happened to the tenant itself is in no service's log.
    ([code]) => !/^log\.(configuration|person|tenant)\./.test(code),
  )
  for (const [code] of shown)
    it(`is in plain words: ${code}`, () => {
      const { calm } = sayFor('en')
      const { text } = calm({ code, params: { action: 'suspend' } })
      assert.doesNotMatch(text, STAFF_ONLY)
    })
})
