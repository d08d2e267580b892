import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseStrictJson } from '../../../bff/auth/strict-json.ts'

const DEEPEST = 8
const read = (text: string | Uint8Array) => parseStrictJson(Buffer.from(text), DEEPEST)
const faultOf = (text: string | Uint8Array) => {
  const parsed = read(text)
  return parsed.ok ? undefined : parsed.fault
}
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('JSON that means one thing only', () => {
  for (const text of [
    '{}',
    '{"a":1,"b":{"a":2}}',
    '{"a":[{"b":1},{"b":2}]}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":"a","b":"a"}',
    ' { "a" : [ "b" , "a" ] , "b" : "\\u00e9" } ',
    '{"a":"\\ud83d\\ude00","b":"😀"}',
    '{"__proto__":1,"constructor":2}',
    nested(DEEPEST),
  ])
    it(`is read: ${text}`, () => {
      const parsed = read(text)
      assert.deepEqual(parsed, { ok: true, value: JSON.parse(text) })
    })
})

describe('JSON that two readers could take differently', () => {
  const twice: readonly string[] = [
    '{"a":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"\\u0061":2}',
    '{"x":{"a":1,"a":2}}',
    '[{"a":1,"a":2}]',
    '{"x":[[{"y":{"a":1,"\\u0061":2}}]]}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\/b":1,"a/b":2}',
    '{"a\\"b":1,"a\\u0022b":2}',
    '{"a":{},"a":[]}',
    '{"a":[1,2],"b":[3],"a":4}',
  ]
  for (const text of twice)
    it(`is refused for a name that comes twice: ${text}`, () =>
      assert.equal(faultOf(text), 'duplicate_member'))

  it('is refused deeper than told, in arrays', () =>
    assert.equal(faultOf(nested(DEEPEST + 1)), 'too_deep'))
  it('is refused deeper than told, in objects', () =>
    assert.equal(faultOf(`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`), 'too_deep'))
  it('is refused a hundred thousand deep, without falling over', () =>
    assert.equal(faultOf(nested(100_000)), 'too_deep'))
  it('is refused with a byte order mark', () => assert.equal(faultOf('\ufeff{}'), 'not_json'))
  it('is refused with half a character in a value', () =>
    assert.equal(faultOf('{"a":"\\ud800"}'), 'bad_string'))
  it('is refused with half a character in a name', () =>
    assert.equal(faultOf('{"\\udc00":1}'), 'bad_string'))
  it('is refused as anything but UTF-8', () =>
    assert.equal(faultOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 'not_utf8'))
  it('is refused with an overlong encoding', () =>
    assert.equal(faultOf(Buffer.from([0x22, 0xc0, 0xa2, 0x22])), 'not_utf8'))
  it('is refused as UTF-16', () =>
    assert.notEqual(faultOf(Buffer.from('{"a":1}', 'utf16le')), undefined))
})

describe('what is nearly JSON', () => {
  for (const text of [
    '',
    ' ',
    '{',
    '{}{}',
    '{} x',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":0x10}',
    '{"a":"\n"}',
    '{"a":1}\u0000',
    '/**/{}',
    '{"a":undefined}',
  ])
    it(`is refused: ${JSON.stringify(text)}`, () => assert.equal(faultOf(text), 'not_json'))
})

describe('whatever comes', () => {
  it('is read exactly as every other reader reads it, when it has no name twice', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        const parsed = read(text)
        if (!parsed.ok) return parsed.fault === 'bad_string'
        assert.deepEqual(parsed.value, JSON.parse(text))
        return true
      }),
    )
  })
  it('is refused when one object in it says a name again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.string(), (value, name) => {
        const said = JSON.stringify(name)
        const text = `{"v":${JSON.stringify(value)},"o":{${said}:1,"${'other'}":[],${said}:2}}`
        return faultOf(text) !== undefined
      }),
    )
  })
  it('is answered, never thrown at, byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        read(bytes)
      }),
    )
  })
})
