import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { shown, shownSafely } from '../../../bff/cli/commands/table.ts'

describe('a label somebody else chose, on an operator’s terminal', () => {
  for (const [what, label] of [
    ['clears the screen', 'a\u001b[2Jb'],
    ['renames the window', 'a\u001b]0;owned\u0007b'],
    ['is an eight-bit escape', 'a\u009b31mb'],
    ['goes back over what stands before it', 'a\rb'],
    ['begins another row', 'a\nten_1  b'],
    ['turns the direction of what is read', 'a\u202eb'],
    ['breaks a line as Unicode does', 'a\u2028b'],
  ] as const)
    it(`does nothing there when it ${what}`, () =>
      assert.doesNotMatch(
        shown({ tenants: [{ label }] }, 'tenants', ['label']).replaceAll('\n', ''),
        /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u,
      ))

  it('keeps one row to one line', () =>
    assert.equal(
      shown({ tenants: [{ label: 'a\nb' }] }, 'tenants', ['label']).split('\n').length,
      3,
    ))
  it('stays what it is where it holds no such thing', () =>
    assert.equal(shownSafely('Brücke & Söhne — عربي'), 'Brücke & Söhne — عربي'))
  it('can never hold such a thing, whatever it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(shownSafely(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    ))
})
