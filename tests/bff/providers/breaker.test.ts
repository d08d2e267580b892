import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  admission,
  type Breaker,
  type BreakerSettings,
  CLOSED,
  told,
  triedAgainAt,
  type WayEvent,
} from '../../../bff/providers/breaker.ts'

const SETTINGS: BreakerSettings = { failures: 3, apart: 1000, pauses: [10, 20, 40] }

function after(events: readonly WayEvent[], now = 0): Breaker {
  return events.reduce((breaker, event) => told(breaker, event, now, SETTINGS), CLOSED)
}
/** The breaker of a server whose probe, at `now`, is under way. */
function probing(breaker: Breaker, now: number): Breaker {
  const asked = admission(breaker, now, SETTINGS)
  assert.equal(asked.kind, 'probe')
  return asked.kind === 'probe' ? asked.breaker : breaker
}

describe('a server that answers', () => {
  it('is asked', () => assert.equal(admission(CLOSED, 0, SETTINGS).kind, 'go'))
  it('is asked after two failures in a row', () =>
    assert.equal(admission(after(['failed', 'failed']), 0, SETTINGS).kind, 'go'))
  it('is asked after any number of failures with answers between them', () =>
    assert.equal(
      admission(
        after(['failed', 'failed', 'answered', 'failed', 'failed', 'answered', 'failed']),
        0,
        SETTINGS,
      ).kind,
      'go',
    ))
  it('is asked after any number of certificates that did not fit', () =>
    assert.equal(
      admission(after(Array.from({ length: 50 }, () => 'nothing')), 0, SETTINGS).kind,
      'go',
    ))
  it('is asked after failures too far apart to be one trouble', () => {
    const early = after(['failed', 'failed'])
    assert.equal(told(early, 'failed', 1001, SETTINGS).kind, 'closed')
  })
})

describe('a server that failed three times in a row', () => {
  const open = after(['failed', 'failed', 'failed'])
  it('is left alone', () =>
    assert.deepEqual(admission(open, 9, SETTINGS), { kind: 'refused', until: 10 }))
  it('says when it is tried again', () => assert.equal(triedAgainAt(open, 0), 10))
  it('is tried by one call when that time has come', () =>
    assert.equal(admission(open, 10, SETTINGS).kind, 'probe'))
  it('may be asked, then', () => assert.equal(triedAgainAt(open, 10), undefined))
  it('has all others wait for that call', () =>
    assert.deepEqual(admission(probing(open, 10), 11, SETTINGS), { kind: 'wait' }))
  it('is asked as before once it answered', () =>
    assert.deepEqual(told(probing(open, 10), 'answered', 11, SETTINGS), CLOSED))
  it('is left alone for longer when that call failed', () =>
    assert.equal(triedAgainAt(told(probing(open, 10), 'failed', 12, SETTINGS), 12), 32))
  it('is tried by the next call when that one found out nothing', () =>
    assert.equal(
      admission(told(probing(open, 10), 'nothing', 12, SETTINGS), 12, SETTINGS).kind,
      'probe',
    ))
  it('is believed when a call from before answers after all', () =>
    assert.deepEqual(told(open, 'answered', 5, SETTINGS), CLOSED))
  it('is not left alone for longer because calls from before fail too', () =>
    assert.deepEqual(told(open, 'failed', 5, SETTINGS), open))
  it('remembers since when it has been silent', () => {
    const again = told(probing(open, 10), 'failed', 12, SETTINGS)
    assert.equal(again.kind === 'open' && again.since, 0)
  })
})

describe('whatever happens to a server', () => {
  const events = fc.array(
    fc.record({
      wait: fc.integer({ min: 0, max: 50 }),
      event: fc.constantFrom<WayEvent>('answered', 'failed', 'nothing'),
    }),
    { maxLength: 60 },
  )

  it('it is never left alone for longer than the longest pause', () =>
    fc.assert(
      fc.property(events, (list) => {
        let breaker = CLOSED
        let now = 0
        for (const { wait, event } of list) {
          now += wait
          const asked = admission(breaker, now, SETTINGS)
          if (asked.kind === 'refused') {
            assert.ok(asked.until - now <= 40)
            continue
          }
          if (asked.kind === 'probe') breaker = asked.breaker
          breaker = told(breaker, event, now, SETTINGS)
        }
      }),
    ))
  it('one answer is enough to ask it again', () =>
    fc.assert(
      fc.property(events, (list) => {
        const breaker = list.reduce<Breaker>(
          (before, { event, wait }) => told(before, event, wait, SETTINGS),
          CLOSED,
        )
        assert.equal(admission(told(breaker, 'answered', 60, SETTINGS), 60, SETTINGS).kind, 'go')
      }),
    ))
  it('at most one call is through while nobody knows', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), (callers) => {
        let breaker = after(['failed', 'failed', 'failed'])
        let through = 0
        for (let i = 0; i < callers; i++) {
          const asked = admission(breaker, 10, SETTINGS)
          if (asked.kind === 'probe') {
            breaker = asked.breaker
            through += 1
          }
          if (asked.kind === 'go') through += 1
        }
        assert.equal(through, 1)
      }),
    ))
})
