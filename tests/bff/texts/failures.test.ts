import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  BLOCKED_REASONS,
  ELEMENT_FAILURES,
  FAILURE_KINDS,
  FAILURE_PLACES,
  FAILURES,
  FIELD_FAULTS,
  OPERATION_ERRORS,
  TEST_FAILURES,
} from '../../../bff/contract/failures.ts'
import { PROBLEMS } from '../../../bff/contract/problem.ts'
import { en } from '../../../bff/texts/en.ts'
import { LANGUAGES } from '../../../bff/texts/languages.ts'
import { blanksOf, sayTo } from '../../../bff/texts/text.ts'

/** Codes of a family of texts; what stands for any other is none of them. */
const family = (name: string, except: readonly string[] = ['unknown']) =>
  Object.keys(en)
    .filter((code) => code.startsWith(`${name}.`) && !code.includes('@'))
    .map((code) => code.slice(name.length + 1))
    .filter((code) => !except.includes(code))
    .sort()

describe('the closed list of failures', () => {
  for (const [name, codes, listed] of [
    ['problem', family('problem'), PROBLEMS],
    ['error', family('error'), OPERATION_ERRORS],
    ['reason', family('reason'), BLOCKED_REASONS],
    ['fault', family('fault', []), FIELD_FAULTS],
    ['test', family('test', ['ok']), TEST_FAILURES],
    ['element', family('element'), ELEMENT_FAILURES],
  ] as const)
    it(`has a page for every text of the family ${name}, and no page without one`, () =>
      assert.deepEqual(Object.keys(listed).sort(), codes))
  it('uses every kind there is', () =>
    assert.deepEqual(
      FAILURE_KINDS.filter((kind) => !FAILURES.some((failure) => failure.kind === kind)),
      [],
    ))
  it('has every code once in each place', () =>
    assert.equal(
      new Set(FAILURES.map(({ place, code }) => `${place} ${code}`)).size,
      FAILURES.length,
    ))
  it('names codes that fit into an address as they are', () =>
    assert.deepEqual(
      FAILURES.filter(({ code }) => !/^[a-z][a-z_]*$/.test(code)),
      [],
    ))
})

describe('the words of failures', () => {
  it('are there for every kind and every reader', () =>
    assert.deepEqual(
      FAILURE_KINDS.flatMap((kind) =>
        ['meaning', 'client', 'staff', 'developer', 'operator'].map(
          (what) => `failure.${kind}.${what}`,
        ),
      ).filter((code) => !Object.hasOwn(en, code)),
      [],
    ))
  it('are there for every place', () =>
    assert.deepEqual(
      FAILURE_PLACES.filter((place) => !Object.hasOwn(en, `failure_place.${place}`)),
      [],
    ))
  it('use no kind there is not', () =>
    assert.deepEqual(
      Object.keys(en).filter(
        (code) =>
          code.startsWith('failure.') && !FAILURE_KINDS.some((kind) => code.split('.')[1] === kind),
      ),
      [],
    ))
  it('to a client name nothing that only staff can know or mend', () => {
    const calm = sayTo({ language: 'en', audience: 'client' })
    // A connection is tested by staff alone.
    const told = FAILURES.filter(({ place }) => place !== 'connection').map(
      ({ text }) => calm({ code: text, params: blanksOf(text) }).text,
    )
    const next = FAILURE_KINDS.map((kind) => calm({ code: `failure.${kind}.client` }).text)
    assert.deepEqual(
      [...told, ...next].filter((words) =>
        /\b(token|WHM|cPanel|ACL|root|JSON|Idempotency|vault|configuration|licen[cs]e|BFF|API|our record|rights|the right)\b/i.test(
          words,
        ),
      ),
      [],
    )
  })
  for (const language of LANGUAGES)
    it(`are whole sentences in ${language}`, () => {
      const calm = sayTo({ language, audience: 'client' })
      const exact = sayTo({ language })
      const said = FAILURES.flatMap(({ text }) =>
        [calm, exact].map((say) => say({ code: text, params: blanksOf(text) }).text),
      )
      assert.deepEqual(
        said.filter((words) => !/[.…]$/.test(words)),
        [],
      )
    })
})
