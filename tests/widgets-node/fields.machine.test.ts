import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Field } from '../../bff/contract/resources.ts'
import {
  type Drafts,
  faultOf,
  grouped,
  next,
  shownAtFirst,
} from '../../widgets/fields/fields.machine.ts'
import { ProvisionProblem } from '../../widgets/session/problem.ts'

const aField = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  label: name,
  group: 'one',
  group_label: 'One',
  value: 'old',
  source: 'staff',
  source_label: 'from staff',
  as_of: null,
  editable: true,
  ...more,
})
const none: Drafts = new Map()
const edited = next(none, { type: 'edited', field: aField('note') })
const sent = next(edited, { type: 'sent', name: 'note', typed: 'new' })
const problem = new ProvisionProblem('input_invalid', {
  errors: [{ pointer: '/fields/a~1b', code: 'format', text: 'Not so.' }],
})

describe('a field that is being changed', () => {
  it('begins with its value', () => {
    assert.equal(edited.get('note')?.typed, 'old')
  })

  it('keeps what was typed when it is opened again', () => {
    assert.equal(next(sent, { type: 'edited', field: aField('note') }), sent)
  })

  it('is sent once', () => {
    assert.equal(next(sent, { type: 'sent', name: 'note', typed: 'other' }), sent)
  })

  it('cannot be left while it is sent', () => {
    assert.equal(next(sent, { type: 'cancelled', name: 'note' }), sent)
  })

  it('keeps what was typed when it is refused', () => {
    const refused = next(sent, { type: 'refused', name: 'note', problem }).get('note')
    assert.deepEqual(refused, { typed: 'new', saving: false, problem })
  })

  it('is over when the field may no longer be edited', () => {
    const fields = [aField('note', { editable: false })]
    assert.equal(next(edited, { type: 'listed', fields }).size, 0)
  })

  it('goes on when the list is read again', () => {
    assert.equal(next(edited, { type: 'listed', fields: [aField('note')] }).size, 1)
  })
})

describe('a field that may not be edited', () => {
  it('is not opened', () => {
    assert.equal(next(none, { type: 'edited', field: aField('x', { editable: false }) }), none)
  })
})

describe('a refusal', () => {
  it('is found by its pointer, escaped as JSON pointers are', () => {
    assert.equal(faultOf('a/b', problem), 'Not so.')
  })

  it('of another field is not this one’s', () => {
    assert.equal(faultOf('a', problem), undefined)
  })
})

describe('how many fields are seen at first', () => {
  const cases: [show: string | null, most: number][] = [
    [null, 4],
    ['', 4],
    ['7', 7],
    ['0', 4],
    ['-1', 4],
    ['many', 4],
    ['all', Number.POSITIVE_INFINITY],
  ]
  for (const [show, most] of cases) {
    it(`is ${most} for ${String(show)}`, () => {
      assert.equal(shownAtFirst(show), most)
    })
  }
})

describe('fields in groups', () => {
  const fields = [aField('a'), aField('b', { group: 'two', group_label: 'Two' }), aField('c')]

  it('keep the order in which groups and fields come', () => {
    const groups = grouped({ viewer: 'staff', fields }, 3)
    assert.deepEqual(
      groups.map((group) => [group.label, group.fields.map(({ name }) => name)]),
      [
        ['One', ['a', 'c']],
        ['Two', ['b']],
      ],
    )
  })

  it('are the first ones when only some are seen', () => {
    assert.equal(grouped({ viewer: 'staff', fields }, 1).length, 1)
  })
})
