import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { RateCounter, TOLD_FROM } from '../../../bff/http/rate-counter.ts'

const START = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000
const one = (quota: number, key = 'token a') => [{ key, quota }]

describe('a rate of ten a minute', () => {
  it('lets ten through and not the eleventh', () => {
    const counter = new RateCounter()
    const allowed = Array.from({ length: 11 }, () => counter.take(START, one(10), 1).allowed)
    assert.deepEqual(allowed, [...Array(10).fill(true), false])
  })
  it('says how many are left', () => {
    const counter = new RateCounter()
    assert.deepEqual(
      [1, 4, 5].map((cost) => counter.take(START, one(10), cost).remaining),
      [9, 5, 0],
    )
  })
  it('counts what costs more as more', () => {
    const counter = new RateCounter()
    counter.take(START, one(10), 8)
    assert.deepEqual(
      [counter.take(START, one(10), 5).allowed, counter.take(START, one(10), 2).allowed],
      [false, true],
    )
  })
  it('does not count what it refused', () => {
    const counter = new RateCounter()
    counter.take(START, one(10), 9)
    for (let i = 0; i < 100; i++) counter.take(START, one(10), 5)
    assert.equal(counter.take(START, one(10), 1).allowed, true)
  })
  it('does not let twenty through around the turn of a minute', () => {
    const counter = new RateCounter()
    for (let i = 0; i < 10; i++) counter.take(START + MINUTE - 1, one(10), 1)
    assert.equal(counter.take(START + MINUTE + 1, one(10), 1).allowed, false)
  })
  it('forgets what was two minutes ago', () => {
    const counter = new RateCounter()
    for (let i = 0; i < 10; i++) counter.take(START, one(10), 1)
    counter.take(START + 2 * MINUTE, one(10, 'token b'), 1)
    assert.equal(counter.size, 1)
  })
  it('counts a request against none of its bounds where one is in the way', () => {
    const counter = new RateCounter()
    const both = [...one(10), { key: 'tenant t', quota: 1 }]
    counter.take(START, both, 1)
    counter.take(START, both, 1)
    assert.equal(counter.take(START, one(10), 9).allowed, true)
  })
  it('says the bound in the way', () => {
    const counter = new RateCounter()
    const both = [...one(10), { key: 'tenant t', quota: 1 }]
    counter.take(START, both, 1)
    assert.equal(counter.take(START, both, 1).tightest, 1)
  })
})

describe('any history of requests', () => {
  const history = fc.array(
    fc.record({ after: fc.nat(40_000), cost: fc.integer({ min: 1, max: 10 }) }),
    { minLength: 1, maxLength: 60 },
  )
  it('never has more than its quota in a minute of the clock', () =>
    fc.assert(
      fc.property(history, fc.integer({ min: 10, max: 60 }), (requests, quota) => {
        const counter = new RateCounter()
        const minutes = new Map<number, number>()
        let now = START
        for (const { after, cost } of requests) {
          now += after
          if (!counter.take(now, one(quota), cost).allowed) continue
          const minute = Math.floor(now / MINUTE)
          minutes.set(minute, (minutes.get(minute) ?? 0) + cost)
        }
        for (const units of minutes.values()) assert.ok(units <= quota)
      }),
    ))
  it('lets through whoever waits as long as was said', () =>
    fc.assert(
      fc.property(history, fc.integer({ min: 10, max: 60 }), (requests, quota) => {
        const counter = new RateCounter()
        let now = START
        for (const { after, cost } of requests) {
          now += after
          const verdict = counter.take(now, one(quota), cost)
          if (verdict.allowed) continue
          assert.ok(verdict.seconds >= 1 && verdict.seconds <= 120)
          now += verdict.seconds * 1000
          assert.equal(counter.take(now, one(quota), cost).allowed, true)
        }
      }),
    ))
})

describe('what others are told', () => {
  it('is nothing while little of a quota is used', () => {
    const counter = new RateCounter()
    for (let i = 0; i < 100 * TOLD_FROM - 1; i++) counter.take(START, one(100), 1)
    assert.deepEqual(counter.news(START), [])
  })
  it('is what is used, once it is a share worth telling', () => {
    const counter = new RateCounter()
    for (let i = 0; i < 100 * TOLD_FROM; i++) counter.take(START, one(100), 1)
    assert.deepEqual(counter.news(START), [
      { minute: START / MINUTE, key: 'token a', used: 100 * TOLD_FROM },
    ])
  })
  it('is told once', () => {
    const counter = new RateCounter()
    counter.take(START, one(10), 5)
    counter.news(START)
    assert.deepEqual(counter.news(START), [])
  })
  it('counts where it is learnt, for a key never seen here too', () => {
    const counter = new RateCounter()
    counter.learn(START, [{ minute: START / MINUTE, key: 'token a', used: 10 }])
    assert.equal(counter.take(START, one(10), 1).allowed, false)
  })
})
