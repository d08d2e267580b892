import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { afterEnding, type Ending, retryAfter } from '../../widgets/session/reconnecting.ts'

const RETRY = 2000
const bye = (reason: string): Ending => ({ kind: 'bye', reason })
const broken: Ending = { kind: 'broken' }

const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.constantFrom('token', 'stopping', 'renew', 'limit', 'later').map(bye),
  fc
    .option(fc.nat({ max: 10_000_000 }), { nil: undefined })
    .map((after): Ending => ({ kind: 'busy', after })),
  fc.constantFrom<Ending>(broken, { kind: 'swallowed' }, { kind: 'refused' }, { kind: 'slept' }),
)
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('a stream that has worked for a while', () => {
  it('is opened again at once with a new token', () => {
    assert.deepEqual(afterEnding(2, bye('token'), true, RETRY, 0.5), {
      state: 'waiting',
      delay: 0,
      strikes: 0,
    })
  })

  it('is opened again after the wait its server asked for, and up to twice that', () => {
    fc.assert(
      fc.property(fc.constantFrom('stopping', 'renew', 'limit'), random, (reason, chance) => {
        const { state, delay } = afterEnding(0, bye(reason), true, RETRY, chance)
        assert.ok(state === 'waiting' && delay >= RETRY && delay <= 2 * RETRY)
      }),
    )
  })

  it('is opened again soon when it broke', () => {
    assert.deepEqual(afterEnding(2, broken, true, RETRY, 0.5), {
      state: 'waiting',
      delay: 1000,
      strikes: 1,
    })
  })
})

describe('a stream that breaks as soon as it is opened', () => {
  it('is opened again after ever longer waits, and then left alone for minutes', () => {
    const waits: [string, number][] = []
    for (let n = 0, strikes = 0; n < 7; n++) {
      const next = afterEnding(strikes, broken, false, RETRY, 0.5)
      strikes = next.strikes
      waits.push([next.state, next.delay / 1000])
    }
    assert.deepEqual(waits, [
      ['waiting', 1],
      ['waiting', 2],
      ['polling', 120],
      ['polling', 240],
      ['polling', 480],
      ['polling', 600],
      ['polling', 600],
    ])
  })

  it('is no better when it says good-bye each time', () => {
    assert.equal(afterEnding(2, bye('token'), false, RETRY, 0.5).state, 'polling')
  })
})

describe('a stream that is swallowed, or refused', () => {
  for (const kind of ['swallowed', 'refused'] as const)
    it(`is left alone for minutes (${kind})`, () => {
      const { state, delay } = afterEnding(0, { kind }, false, RETRY, 0)
      assert.deepEqual([state, delay >= 60_000], ['polling', true])
    })
})

describe('a server with too many streams', () => {
  it('is never asked before it said', () => {
    fc.assert(
      fc.property(fc.nat({ max: 600_000 }), random, (after, chance) => {
        assert.ok(afterEnding(0, { kind: 'busy', after }, false, RETRY, chance).delay >= after)
      }),
    )
  })

  it('is left alone for minutes where it did not say', () => {
    assert.ok(afterEnding(0, { kind: 'busy', after: undefined }, false, RETRY, 0).delay >= 60_000)
  })
})

describe('whatever happens, again and again', () => {
  it('three faults in a row end in polling, and no wait is longer than quarter of an hour', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ending, random), { minLength: 3 }), (endings) => {
        let strikes = 0
        for (const [each, chance] of endings) {
          const next = afterEnding(strikes, each, false, RETRY, chance)
          assert.ok(next.delay >= 0 && next.delay <= 900_000)
          assert.ok(next.state === 'polling' || next.strikes < 3)
          strikes = next.strikes
        }
      }),
    )
  })
})

describe('the time in a Retry-After', () => {
  const now = Date.parse('2026-11-25T10:00:00Z')
  const cases: [string | null, number | undefined][] = [
    ['30', 30_000],
    ['0', 0],
    ['Wed, 25 Nov 2026 10:01:00 GMT', 60_000],
    ['Wed, 25 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ]
  for (const [header, expected] of cases)
    it(`is read from ${header}`, () => assert.equal(retryAfter(header, now), expected))
})
