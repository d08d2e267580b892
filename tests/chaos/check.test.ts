import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { broken, check } from './check.ts'
import type { AcceptedOperation, History, ServerCall, Sight } from './history.ts'

const FUNCTIONS: Readonly<Record<string, string>> = {
  suspend: 'suspendacct',
  'set-acls': 'setacls',
  create: 'createacct',
}

function call(more: Partial<ServerCall> = {}): ServerCall {
  return {
    server: 's1',
    function: 'suspendacct',
    account: 'bob',
    identity: 1001,
    arrived_at: 100,
    carried_out_at: 150,
    until: 160,
    changed: true,
    ...more,
  }
}

function sight(at: number, state: string, step: string, name = 'suspend'): Sight {
  return { asked_at: at, seen_at: at + 1, state, steps: [{ name, account: 'bob', state: step }] }
}

function operation(more: Partial<AcceptedOperation> = {}): AcceptedOperation {
  return {
    id: 'op_1',
    key: 'key-1',
    server: 's1',
    service: 'bob',
    action: 'suspend',
    asked_at: 10,
    accepted_at: 20,
    identities: { bob: 1001 },
    sights: [sight(15, 'queued', 'pending'), sight(200, 'succeeded', 'succeeded')],
    ...more,
  }
}

function history(more: Partial<History> = {}): History {
  return {
    calls: [call()],
    operations: [operation()],
    functionOf: (step) => FUNCTIONS[step] ?? step,
    absolute: ['setacls'],
    bound: 2,
    locks: [],
    secrets: [],
    differences: [],
    ...more,
  }
}

const ended = (state: string, step: string, name?: string) => [
  sight(15, 'queued', 'pending', name),
  sight(200, state, step, name),
]
const second = call({ arrived_at: 170, carried_out_at: 180, until: 190 })
const notMade = call({ carried_out_at: null })

describe('a history in which', () => {
  const cases: readonly [string, Partial<History>, readonly string[]][] = [
    ['a change was made once and shown', {}, []],
    ['a change was made twice', { calls: [call(), second] }, ['duplicates']],
    [
      'a change was made again after the first call proved to have done nothing',
      { calls: [notMade, second] },
      [],
    ],
    [
      'rights were set a second time, and nothing became another',
      {
        calls: [call({ function: 'setacls' }), { ...second, function: 'setacls', changed: false }],
        operations: [operation({ sights: ended('succeeded', 'succeeded', 'set-acls') })],
      },
      [],
    ],
    [
      'rights were set a second time, and something became another',
      {
        calls: [call({ function: 'setacls' }), { ...second, function: 'setacls' }],
        operations: [operation({ sights: ended('succeeded', 'succeeded', 'set-acls') })],
      },
      ['duplicates'],
    ],
    [
      'a step shown as skipped was made',
      { operations: [operation({ sights: ended('succeeded', 'skipped') })] },
      ['duplicates'],
    ],
    [
      'a change was made that nobody asked for',
      { calls: [call(), call({ account: 'eve', function: 'createacct' })] },
      ['unasked'],
    ],
    [
      'a change was made before anybody asked',
      { operations: [operation({ asked_at: 120 })] },
      ['unasked', 'false_successes'],
    ],
    [
      'an operation never ended',
      { operations: [operation({ sights: [sight(15, 'checking', 'uncertain')] })] },
      ['lost'],
    ],
    [
      'an operation was never seen again',
      { operations: [operation({ sights: [] })] },
      ['unasked', 'lost'],
    ],
    ['a success was shown and nothing was made', { calls: [notMade] }, ['false_successes']],
    [
      'a success was shown before it was made',
      { calls: [call({ carried_out_at: 300, until: 310 })] },
      ['false_successes', 'late_changes'],
    ],
    [
      'a failure was shown and the change was made',
      { operations: [operation({ sights: ended('failed', 'failed') })] },
      ['false_failures'],
    ],
    [
      'a cancelled change was made',
      { operations: [operation({ sights: ended('cancelled', 'failed') })] },
      ['false_failures'],
    ],
    [
      'a change a person gave a verdict on was made',
      { operations: [operation({ sights: ended('resolved', 'uncertain') })] },
      [],
    ],
    [
      'a change a person gave a verdict on was made afterwards',
      {
        calls: [call({ carried_out_at: 300, until: 300 })],
        operations: [operation({ sights: ended('resolved', 'uncertain') })],
      },
      ['late_changes'],
    ],
    [
      'two calls for one account ran at the same time',
      {
        calls: [call(), call({ arrived_at: 159, until: 170, carried_out_at: null })],
      },
      ['overlapping_calls'],
    ],
    [
      'a short call ran beside the end of a long one',
      {
        calls: [
          call({ until: 500 }),
          call({ arrived_at: 500, until: 510, carried_out_at: null }),
          call({ arrived_at: 505, until: 506, carried_out_at: null }),
        ],
      },
      ['overlapping_calls'],
    ],
    [
      'one call came when the other was over',
      { calls: [call(), call({ arrived_at: 160, until: 170, carried_out_at: null })] },
      [],
    ],
    [
      'calls for accounts of the same name ran on two servers',
      { calls: [call(), call({ server: 's2', carried_out_at: null })] },
      [],
    ],
    [
      'as many calls ran as a server may have',
      { calls: [call(), call({ account: 'eve', carried_out_at: null })] },
      [],
    ],
    [
      'more calls ran than a server may have',
      {
        calls: [
          call(),
          call({ account: 'eve', carried_out_at: null }),
          call({ account: 'ann', carried_out_at: null }),
        ],
      },
      ['over_bound'],
    ],
    [
      'another account stood under the name',
      { calls: [call({ identity: 1002 })] },
      ['foreign_accounts'],
    ],
    [
      'something else stood there than was seen',
      {
        calls: [call({ found: 'medium' })],
        operations: [operation({ images: { bob: 'small' } })],
      },
      ['overwritten'],
    ],
    ['a lock was left', { locks: ['bob'] }, ['locks_left']],
    ['a secret was left', { secrets: ['operation'] }, ['secrets_left']],
    ['the server is another than was confirmed', { differences: ['bob'] }, ['differences']],
  ]
  for (const [what, more, invariants] of cases)
    it(`${what}: ${invariants.join(', ') || 'clean'}`, () =>
      assert.deepEqual(broken(check(history(more))), invariants))

  it('two operations of a service were open at once: operations_at_once', () => {
    const first = operation({
      sights: [
        sight(15, 'queued', 'pending'),
        sight(100, 'queued', 'pending'),
        sight(200, 'succeeded', 'succeeded'),
      ],
    })
    const other = operation({
      id: 'op_2',
      key: 'key-2',
      accepted_at: 90,
      sights: [
        sight(85, 'queued', 'pending', 'create'),
        sight(95, 'queued', 'pending', 'create'),
        sight(120, 'failed', 'failed', 'create'),
      ],
    })
    assert.deepEqual(broken(check(history({ operations: [first, other] }))), ['operations_at_once'])
  })
  it('one waited for its day while another was carried out: clean', () => {
    const planned = operation({
      id: 'op_2',
      key: 'key-2',
      sights: [
        sight(15, 'scheduled', 'pending', 'create'),
        sight(210, 'running', 'sent', 'create'),
        sight(220, 'failed', 'failed', 'create'),
      ],
    })
    assert.deepEqual(broken(check(history({ operations: [operation(), planned] }))), [])
  })
  it('a gesture became two operations: duplicates', () => {
    const again = operation({ id: 'op_2', asked_at: 300, sights: [sight(310, 'failed', 'failed')] })
    assert.deepEqual(broken(check(history({ operations: [operation(), again] }))), ['duplicates'])
  })
  it('one operation of a service followed another: clean', () => {
    const next = operation({
      id: 'op_2',
      key: 'key-2',
      asked_at: 210,
      accepted_at: 215,
      sights: [sight(212, 'queued', 'pending'), sight(300, 'failed', 'failed')],
    })
    assert.deepEqual(broken(check(history({ operations: [operation(), next] }))), [])
  })
})

describe('what is reported', () => {
  it('names the operation, the function and the account', () =>
    assert.deepEqual(check(history({ calls: [call(), second] })).duplicates, [
      'op_1 (suspend of bob): suspendacct(bob) was carried out 2 times',
    ]))
})
