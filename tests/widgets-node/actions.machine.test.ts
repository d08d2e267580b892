import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Action, Preview } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import { next } from '../../widgets/actions/actions.machine.ts'
import { type Flow, type FlowEvent, start } from '../../widgets/actions/flow.ts'
import { isFinished, type Task } from '../../widgets/actions/task.ts'
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
const reading: Action = { ...plain, name: 'look', kind: 'read' }
const preview: Preview = {
  digest: 'd1',
  expires_at: '2026-01-01T00:00:00Z',
  accounts: [],
  limits: [],
  effects: [],
  irreversible: [],
}

function operation(version: number, more: Partial<Operation> = {}): Operation {
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
    ...more,
  }
}
// The brand, as above.
const laterId = 'op_00000000000000000000000001' as Operation['id']

const task = (action: Action): Task => ({ action, purpose: { kind: 'submit' } })
const chose = (action: Action): FlowEvent => ({ type: 'chose', task: task(action) })
const refused = (code: string, more: object = {}): FlowEvent => ({
  type: 'refused',
  problem: new ProvisionProblem(code, more),
})
const confirmed: FlowEvent = { type: 'confirmed', confirmation: { digest: 'd1', domain: 'a.test' } }
const walk = (...events: FlowEvent[]): Flow => events.reduce(next, start)
const at = (...events: FlowEvent[]) => walk(...events).step.at

describe('an action without a form or a danger', () => {
  it('is sent at once', () => {
    assert.equal(at(chose(plain)), 'sending')
  })
  it('is not sent while it is blocked', () => {
    assert.equal(at(chose({ ...plain, state: 'blocked' })), 'choosing')
  })
  it('is sent once when it is chosen twice', () => {
    const once = walk(chose(plain))
    assert.equal(next(once, chose(plain)), once)
  })
})

describe('a dangerous action', () => {
  it('is never sent without a preview and a confirmation', () => {
    assert.equal(at(chose(dangerous)), 'previewing')
    assert.equal(at(chose(dangerous), confirmed), 'previewing')
  })
  it('is sent once it was previewed and confirmed', () => {
    assert.equal(at(chose(dangerous), { type: 'previewed', preview }, confirmed), 'sending')
  })
  it('is previewed anew when what was read is outdated', () => {
    const events = [chose(dangerous), { type: 'previewed', preview } as const, confirmed]
    assert.equal(at(...events, refused('preview_outdated')), 'previewing')
  })
  it('is confirmed anew, with the same preview, when the confirmation does not match', () => {
    const { step } = walk(
      chose(dangerous),
      { type: 'previewed', preview },
      confirmed,
      refused('confirmation_mismatch'),
    )
    assert.equal(step.at === 'confirming' && step.preview, preview)
  })
  it('keeps what was filled in when a person goes back', () => {
    const both = { ...dangerous, input: withForm.input }
    const { step } = walk(
      chose(both),
      { type: 'filled', input: { reason: 'x' } },
      { type: 'previewed', preview },
      { type: 'back' },
    )
    assert.deepEqual(step.at === 'form' && step.input, { reason: 'x' })
  })
})

describe('an operation that is running', () => {
  const running = { type: 'told', operation: operation(2) } as const
  it('is followed in place of a second one', () => {
    const flow = walk(chose(plain), refused('operation_running', { operation: operation(3) }))
    assert.deepEqual(flow, { step: { at: 'choosing' }, operation: operation(3) })
  })
  it('cannot be dismissed', () => {
    assert.deepEqual(walk(running, { type: 'dismissed' }).operation, operation(2))
  })
  it('takes no older news', () => {
    assert.deepEqual(
      walk(running, { type: 'told', operation: operation(1) }).operation,
      operation(2),
    )
  })
  it('holds every change', () => {
    assert.equal(at(running, chose(plain)), 'choosing')
  })
  it('holds no reading', () => {
    assert.equal(at(running, chose(reading)), 'sending')
  })
  it('lets what nobody can prove be typed again', () => {
    const waiting = operation(3, { state: 'attention' })
    assert.equal(at({ type: 'told', operation: waiting }, chose(plain)), 'sending')
  })
  it('is left for the one that retries it', () => {
    const retried = operation(1, { id: laterId })
    assert.deepEqual(walk(running, { type: 'told', operation: retried }).operation?.id, retried.id)
  })
  it('is dismissed once it has ended', () => {
    const ended = { type: 'told', operation: operation(3, { state: 'succeeded' }) } as const
    assert.equal(walk(running, ended, { type: 'dismissed' }).operation, undefined)
  })
})

describe('an operation somebody else ended before this page looked', () => {
  it('is not shown as news', () => {
    const ended = operation(9, { state: 'failed' })
    assert.equal(walk({ type: 'told', operation: ended }).operation, undefined)
  })
})

describe('a form the BFF finds fault with', () => {
  it('is shown again with the faults and what was filled in', () => {
    const problem = new ProvisionProblem('input_invalid', { status: 422 })
    const { step } = walk(
      chose(withForm),
      { type: 'filled', input: { reason: 'x' } },
      { type: 'refused', problem },
    )
    assert.deepEqual(step, { at: 'form', task: task(withForm), input: { reason: 'x' }, problem })
  })
})

describe('an answer that was lost', () => {
  it('can be asked for again with what was sent before', () => {
    const sent = walk(chose(withForm), { type: 'filled', input: { reason: 'x' } })
    const again = [refused('offline'), { type: 'again' } as const].reduce(next, sent)
    assert.equal(again.step, sent.step)
  })
})

describe('a retry', () => {
  const secret: Action = {
    ...plain,
    input: {
      ...plain.input,
      properties: {
        name: { type: 'string', title: 'Name' },
        password: { type: 'string', title: 'Password', 'x-provision': { secret: true } },
      },
      required: ['name', 'password'],
    },
  }
  const retry = (action: Action): FlowEvent => ({
    type: 'chose',
    task: { action, purpose: { kind: 'retry', operation: operation(1, { state: 'attention' }) } },
  })
  const held = { type: 'told', operation: operation(1, { state: 'attention' }) } as const
  it('asks for secrets afresh', () => {
    assert.equal(at(held, retry(secret)), 'form')
  })
  it('asks for nothing where nothing is secret', () => {
    assert.equal(at(held, retry(withForm)), 'sending')
  })
  it('is previewed and confirmed like the first time', () => {
    assert.equal(at(held, retry(dangerous)), 'previewing')
  })
  it('may be sent although the action itself is blocked now', () => {
    assert.equal(at(held, retry({ ...plain, state: 'blocked' })), 'sending')
  })
})

describe('whatever happens in whatever order', () => {
  const events = fc.oneof(
    fc.constantFrom<FlowEvent>(
      chose(plain),
      chose(dangerous),
      chose(withForm),
      chose(reading),
      { type: 'filled', input: {} },
      { type: 'previewed', preview },
      confirmed,
      { type: 'answered', answer: { result: { show: [], changed: [] }, warnings: [] } },
      refused('offline'),
      refused('preview_outdated'),
      refused('confirmation_mismatch'),
      { type: 'again' },
      { type: 'back' },
      { type: 'stopped' },
      { type: 'cancelled' },
      { type: 'dismissed' },
    ),
    fc
      .record({
        type: fc.constantFrom('told' as const, 'accepted' as const),
        version: fc.nat(5),
        state: fc.constantFrom('running' as const, 'attention' as const, 'succeeded' as const),
      })
      .map(({ type, version, state }) => ({ type, operation: operation(version, { state }) })),
  )

  it('sends nothing dangerous without a confirmation', () => {
    fc.assert(
      fc.property(fc.array(events), (path) => {
        const { step } = walk(...path)
        if (step.at !== 'sending' || !step.task.action.confirmation.preview) return true
        return step.confirmation !== undefined
      }),
    )
  })
  it('leaves nothing that is being sent, unless it is answered or the page stops it', () => {
    fc.assert(
      fc.property(
        fc.array(events),
        fc.constantFrom('cancelled', 'dismissed', 'back'),
        (path, type) => {
          const flow = walk(...path)
          if (flow.step.at !== 'sending') return true
          return next(flow, { type }).step === flow.step
        },
      ),
    )
  })
  it('forgets no operation that has not ended', () => {
    fc.assert(
      fc.property(fc.array(events), events, (path, event) => {
        const flow = walk(...path)
        if (flow.operation === undefined || isFinished(flow.operation)) return true
        return next(flow, event).operation !== undefined
      }),
    )
  })
})
