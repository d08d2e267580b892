import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Action, Preview } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import { choosing, type Flow, type FlowEvent, next } from '../../widgets/actions/actions.machine.ts'
import { ProvisionProblem } from '../../widgets/session/problem.ts'

const plain: Action = {
  name: 'some-action',
  label: 'Do it',
  group: 'g',
  group_label: 'G',
  order: 1,
  highlight: false,
  danger: 'none',
  kind: 'change',
  state: 'available',
  reasons: [],
  input: { type: 'object', properties: {}, required: [], additionalProperties: false },
  confirmation: { preview: false, domain: false, accounts: false },
  result: { open: false, changed: [] },
}
const dangerous: Action = {
  ...plain,
  danger: 'irreversible',
  confirmation: { preview: true, domain: true, accounts: false },
}
const withForm: Action = {
  ...plain,
  input: { ...plain.input, properties: { reason: { type: 'string', title: 'Reason' } } },
}
const preview: Preview = {
  digest: 'd1',
  expires_at: '2026-01-01T00:00:00Z',
  accounts: [],
  limits: [],
  effects: [],
  irreversible: [],
}

function operation(version: number): Operation {
  return {
    // The id's brand is given by the BFF's parser, which no element has.
    id: 'op_00000000000000000000000000' as Operation['id'],
    // As above.
    service: 's' as Operation['service'],
    action: 'some-action',
    label: 'Do it',
    state: 'running',
    version,
    created_at: '2026-01-01T00:00:00Z',
    by: { role: 'staff', label: 'Ann' },
    steps: [],
    progress: { done: 0, total: 1 },
    warnings: [],
    can: [],
  }
}

const walk = (...events: FlowEvent[]): Flow => events.reduce(next, choosing)

describe('an action without a form or a danger', () => {
  it('is sent at once', () => {
    assert.equal(walk({ type: 'chose', action: plain }).at, 'sending')
  })
  it('is not sent while it is blocked', () => {
    assert.equal(walk({ type: 'chose', action: { ...plain, state: 'blocked' } }).at, 'choosing')
  })
})

describe('a dangerous action', () => {
  it('is never sent without a preview and a confirmation', () => {
    assert.equal(walk({ type: 'chose', action: dangerous }).at, 'previewing')
    assert.equal(
      walk(
        { type: 'chose', action: dangerous },
        { type: 'confirmed', confirmation: { digest: 'x' } },
      ).at,
      'previewing',
    )
  })
  it('is previewed anew when what was read is outdated', () => {
    const flow = walk(
      { type: 'chose', action: dangerous },
      { type: 'previewed', preview },
      { type: 'confirmed', confirmation: { digest: 'd1', domain: 'a.test' } },
      { type: 'refused', problem: new ProvisionProblem('preview_outdated', { status: 409 }) },
    )
    assert.equal(flow.at, 'previewing')
  })
})

describe('an operation that is running already', () => {
  it('is followed in place of a second one', () => {
    const problem = new ProvisionProblem('operation_running', { operation: operation(3) })
    const flow = walk({ type: 'chose', action: plain }, { type: 'refused', problem })
    assert.deepEqual(flow, { at: 'following', operation: operation(3) })
  })
  it('cannot be dismissed', () => {
    const flow = walk({ type: 'told', operation: operation(1) }, { type: 'dismissed' })
    assert.equal(flow.at, 'following')
  })
  it('takes no older news', () => {
    const flow = walk(
      { type: 'told', operation: operation(2) },
      { type: 'told', operation: operation(1) },
    )
    assert.deepEqual(flow, { at: 'following', operation: operation(2) })
  })
})

describe('a form the BFF finds fault with', () => {
  it('is shown again with the faults', () => {
    const problem = new ProvisionProblem('input_invalid', { status: 422 })
    const flow = walk(
      { type: 'chose', action: withForm },
      { type: 'filled', input: { reason: '' } },
      { type: 'refused', problem },
    )
    assert.deepEqual(flow, { at: 'form', action: withForm, problem })
  })
})
