import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type JsonFault, parseStrictJson } from '../../../bff/contract/strict-json.ts'

const REFUSED: readonly [string, string, JsonFault][] = [
  ['a name that comes twice', '{"a":1,"a":2}', 'duplicate_member'],
  ['one name in two spellings', '{"a":1,"\\u0061":2}', 'duplicate_member'],
  ['a name that comes twice deeper down', '{"a":[{"b":1,"c":{},"b":1}]}', 'duplicate_member'],
  ['the name of a prototype', '{"__proto__":{"role":"staff"}}', 'forbidden_member'],
  ['that name in another spelling', '{"\\u005f_proto__":1}', 'forbidden_member'],
  ['more nesting than anything of ours has', '['.repeat(21) + ']'.repeat(21), 'too_deep'],
  ['nesting without an end', '['.repeat(100_000), 'too_deep'],
  ['half a text', '{"a":', 'syntax'],
  ['a string without an end', '{"a', 'syntax'],
  ['a name with a bad escape', '{"\\x":1}', 'syntax'],
  ['two values', '{} {}', 'syntax'],
  ['a byte order mark', '\uFEFF{}', 'syntax'],
  ['nothing', '', 'syntax'],
  ['a comment', '{/**/}', 'syntax'],
]

describe('the strict reader of JSON refuses', () => {
  for (const [what, text, fault] of REFUSED)
    it(`${what}`, () => assert.deepEqual(parseStrictJson(text), { ok: false, fault }))
})

describe('the strict reader of JSON takes', () => {
  it('one name in two objects', () =>
    assert.deepEqual(parseStrictJson('[{"a":1},{"a":{"a":2}}]'), {
      ok: true,
      value: [{ a: 1 }, { a: { a: 2 } }],
    }))
  it('one text as a name and as a value', () =>
    assert.deepEqual(parseStrictJson('{"a":"b","b":"a,{\\"b\\":1}"}'), {
      ok: true,
      value: { a: 'b', b: 'a,{"b":1}' },
    }))
  it('twenty levels', () => assert.equal(parseStrictJson('['.repeat(20) + ']'.repeat(20)).ok, true))
  it('whatever JSON.stringify writes, as JSON.parse reads it', () =>
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const answer = parseStrictJson(text)
        if (answer.ok) assert.deepEqual(answer.value, JSON.parse(text))
        else assert.equal(answer.fault, 'forbidden_member')
      }),
    ))
})

describe('any text at all', () => {
  it('is taken only if JSON.parse takes it, and with the same meaning', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'a', '1', ' '), {
            maxLength: 30,
          }),
        ),
        (some) => {
          const text = Array.isArray(some) ? some.join('') : some
          const answer = parseStrictJson(text)
          if (answer.ok) assert.deepEqual(answer.value, JSON.parse(text))
          else if (answer.fault === 'syntax') assert.throws(() => JSON.parse(text))
        },
      ),
      { numRuns: 2000 },
    ))
})
