import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Configuration } from '../../bff/contract/resources.ts'
import {
  elementState,
  type Flow,
  type FlowEvent,
  type Job,
  next,
  start,
} from '../../widgets/configuration/configuration.machine.ts'
import {
  createBody,
  editJob,
  formSchema,
  normalFingerprint,
  patchBody,
  pinOf,
} from '../../widgets/configuration/configuration-form.ts'
import { ar } from '../../widgets/configuration/words.ar.ts'
import { en } from '../../widgets/configuration/words.ts'
import type { Phrase } from '../../widgets/locales/en.ts'
import { ProvisionProblem } from '../../widgets/session/problem.ts'

const configuration: Configuration = {
  // The id's brand is given by the BFF's parser, which no element has.
  id: 'cfg_a' as Configuration['id'],
  label: 'Alpha',
  host: 'alpha.example',
  port: 2087,
  user: 'root',
  token_set: true,
  disabled: false,
  services: 0,
  rights: [],
}
const certificate = { fingerprint: 'AB', subject: 's', issuer: 'i', valid_to: 'v' }
const add: Job = { kind: 'add', input: {} }
const edit: Job = editJob(configuration)
const disable: Job = { kind: 'disable', configuration }
const enable: Job = { kind: 'enable', configuration }
const trust: Job = { kind: 'trust', configuration, certificate }
const typed = { label: 'A', host: 'a.example', port: 2087, user: 'root', token: 'SECRETTOKEN' }
const plain = new ProvisionProblem('not_possible_now', { status: 409 })
const atToken = new ProvisionProblem('input_invalid', {
  status: 422,
  errors: [{ pointer: '/token', code: 'required', text: 'Fill this in.' }],
})

const after = (...events: FlowEvent[]): Flow => events.reduce(next, start)
const chose = (job: Job): FlowEvent => ({ type: 'chose', job })
const filled: FlowEvent = { type: 'filled', input: typed }

describe('what a person chooses', () => {
  it('is a form where something is typed', () => {
    assert.equal(after(chose(add)).step.at, 'form')
  })

  it('is a question where something ends', () => {
    assert.equal(after(chose(disable)).step.at, 'asking')
  })

  it('is sent at once where nothing is lost', () => {
    assert.deepEqual(after(chose(enable)).step, { at: 'sending', job: enable, quiet: true })
  })

  it('waits while something else is open', () => {
    const flow = after(chose(add))
    assert.equal(next(flow, chose(disable)), flow)
  })

  it('is told as done once the BFF has answered', () => {
    assert.deepEqual(after(chose(enable), { type: 'answered', name: 'Alpha' }).done, {
      kind: 'enable',
      name: 'Alpha',
    })
  })

  it('pins the certificate that was shown', () => {
    const { step } = after(chose(trust), { type: 'confirmed' })
    assert.deepEqual(step, { at: 'sending', job: trust, quiet: false })
  })
})

describe('what is being sent', () => {
  it('cannot be cancelled', () => {
    const flow = after(chose(add), filled)
    assert.equal(next(flow, { type: 'cancelled' }), flow)
  })

  it('is left when the page goes', () => {
    assert.equal(after(chose(add), filled, { type: 'left' }).step.at, 'viewing')
  })

  it('counts once, however often it is answered', () => {
    const flow = after(chose(enable), { type: 'answered', name: 'Alpha' })
    assert.equal(next(flow, { type: 'answered', name: 'Other' }), flow)
  })
})

describe('a form that is refused', () => {
  it('is filled in as it was, but for the token', () => {
    const { step } = after(chose(add), filled, { type: 'refused', problem: atToken })
    const { token: _token, ...rest } = typed
    assert.deepEqual(step, { at: 'form', job: { kind: 'add', input: rest }, problem: atToken })
  })

  it('asks for the token of a known server when the BFF does', () => {
    const { step } = after(
      chose(edit),
      { type: 'filled', input: { label: 'A', host: 'b.example', port: 2087, user: 'root' } },
      { type: 'refused', problem: atToken },
    )
    assert.equal(step.at === 'form' && step.job.input.replace_token, true)
  })

  it('is closed where nothing in it is wrong', () => {
    const { step } = after(chose(add), filled, { type: 'refused', problem: plain })
    assert.deepEqual(step, { at: 'refused', problem: plain })
  })
})

describe('the tests of connections', () => {
  it('run beside everything else', () => {
    const { step, tests } = after(chose(add), { type: 'test_began', id: 'cfg_a' })
    assert.deepEqual([step.at, tests], ['form', { cfg_a: { at: 'running' } }])
  })

  it('leave nothing behind when they could be made', () => {
    const { tests } = after(
      { type: 'test_began', id: 'cfg_a' },
      { type: 'test_ended', id: 'cfg_a' },
    )
    assert.deepEqual(tests, {})
  })

  it('keep why they could not be made', () => {
    const { tests } = after(
      { type: 'test_began', id: 'cfg_a' },
      { type: 'test_ended', id: 'cfg_a', problem: plain },
    )
    assert.deepEqual(tests, { cfg_a: { at: 'failed', problem: plain } })
  })

  it('make the element busy', () => {
    assert.equal(elementState(after({ type: 'test_began', id: 'cfg_a' }), false), 'busy')
  })
})

describe('whatever happens', () => {
  const event: fc.Arbitrary<FlowEvent> = fc.oneof(
    fc.constantFrom(add, edit, disable, enable, trust).map(chose),
    fc.constantFrom<FlowEvent>(
      filled,
      { type: 'confirmed' },
      { type: 'answered', name: 'Alpha' },
      { type: 'refused', problem: plain },
      { type: 'refused', problem: atToken },
      { type: 'cancelled' },
      { type: 'left' },
      { type: 'test_began', id: 'cfg_a' },
      { type: 'test_ended', id: 'cfg_a' },
    ),
  )

  it('a token stays only while it is being sent', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { step, ...rest } = events.reduce(next, start)
        const kept = JSON.stringify(step.at === 'sending' ? rest : { step, rest })
        assert.ok(!kept.includes(typed.token))
      }),
    )
  })

  it('nothing that ends something is sent without a question', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        events.reduce((flow, each) => {
          const now = next(flow, each)
          if (now.step.at === 'sending' && now.step !== flow.step && now.step.job.kind !== 'enable')
            assert.ok(flow.step.at === 'asking' || flow.step.at === 'form')
          return now
        }, start)
      }),
    )
  })
})

describe('what a form sends', () => {
  const say = (key: string) => key

  it('is a token without the space around it', () => {
    assert.equal(createBody({ ...typed, token: ' SECRETTOKEN ' }).token, 'SECRETTOKEN')
  })

  it('is no pin where none was typed', () => {
    assert.ok(!('pin' in createBody(typed)))
  })

  it('is nothing where nothing is different', () => {
    assert.deepEqual(patchBody(editJob(configuration)), {})
  })

  it('is no token that was typed and then not wanted', () => {
    const job = editJob(configuration)
    const input = { ...job.input, token: 'SECRETTOKEN', replace_token: false }
    assert.deepEqual(patchBody({ ...job, input }), {})
  })

  it('leaves the address of a used server alone', () => {
    const job = editJob({ ...configuration, services: 2 })
    const names = Object.keys(formSchema(job, false, say).properties)
    assert.deepEqual(names, ['label', 'user', 'replace_token', 'token'])
  })

  it('is a fingerprint in the one form the BFF takes', () => {
    assert.equal(normalFingerprint('ab:cdEF'), 'AB:CD:EF')
  })

  const key = `sha256/${'A'.repeat(43)}=`
  const authority = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'
  for (const [what, typed, pin] of [
    ['nothing', '', undefined],
    ['a certificate', 'ab:cd', { fingerprint: 'AB:CD' }],
    ['a key', key, { spki: key }],
    ['an authority', authority, { ca: authority }],
  ] as const)
    it(`pins ${what} by the form of what was typed`, () => {
      assert.deepEqual(pinOf(typed), pin)
    })
  it('takes each of these forms and nothing besides', () => {
    const property = formSchema({ kind: 'add', input: {} }, false, say).properties.fingerprint
    assert.ok(property?.type === 'string' && property.pattern !== undefined)
    const fits = (text: string) => new RegExp(`^(?:${property.pattern})$`, 'u').test(text)
    assert.deepEqual(
      [
        'ab'.repeat(32),
        key,
        authority,
        'ab',
        'sha1/AAAA',
        '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----',
      ].map(fits),
      [true, true, true, false, false, false],
    )
  })
})

describe('the element’s words in Arabic', () => {
  const places = (phrase: Phrase): string[] =>
    [...new Set((typeof phrase === 'string' ? phrase : phrase.other).match(/\{\w+\}/g))].sort()

  it('have the places the English ones have', () => {
    const english: Readonly<Record<string, Phrase>> = en
    const wrong = Object.entries(ar).filter(
      ([key, phrase]) => String(places(phrase)) !== String(places(english[key] ?? '')),
    )
    assert.deepEqual(wrong, [])
  })
})
