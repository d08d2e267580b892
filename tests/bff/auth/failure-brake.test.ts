import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { ADDRESSES, FAILURE_BOUNDS, FailureBrake } from '../../../bff/auth/failure-brake.ts'

const START = Date.UTC(2026, 10, 25, 12)
let now = START
let brake: FailureBrake
beforeEach(() => {
  now = START
  brake = new FailureBrake({ now: () => now })
})
const fail = (address: string | undefined, times: number) => {
  for (let i = 0; i < times; i++) brake.failed(address)
}
const MALLORY = '203.0.113.7'
const ANN = '198.51.100.1'

describe('an address whose tokens fail', () => {
  it('is let pass until its bound', () => {
    fail(MALLORY, FAILURE_BOUNDS.address - 1)
    assert.equal(brake.heldBack(MALLORY), undefined)
  })
  it('is held back from there on, and told until when and what the bound is', () => {
    fail(MALLORY, FAILURE_BOUNDS.address)
    assert.deepEqual(brake.heldBack(MALLORY), { seconds: 1, bound: 60 })
  })
  it('is let pass again when it was told', () => {
    fail(MALLORY, FAILURE_BOUNDS.address)
    now += 1000
    assert.equal(brake.heldBack(MALLORY), undefined)
  })
  it('is not let pass a millisecond before', () => {
    fail(MALLORY, FAILURE_BOUNDS.address)
    now += 999
    assert.deepEqual(brake.heldBack(MALLORY), { seconds: 1, bound: 60 })
  })
  it('has nothing left of it a minute later', () => {
    fail(MALLORY, FAILURE_BOUNDS.address * 3)
    now += 60_000
    fail(MALLORY, FAILURE_BOUNDS.address - 1)
    assert.equal(brake.heldBack(MALLORY), undefined)
  })
  it('is in nobody else’s way', () => {
    fail(MALLORY, FAILURE_BOUNDS.address * 3)
    assert.equal(brake.heldBack(ANN), undefined)
  })
  it('is not held back for longer by a clock that is put back', () => {
    fail(MALLORY, FAILURE_BOUNDS.address)
    now -= 3_600_000
    assert.deepEqual(brake.heldBack(MALLORY), { seconds: 1, bound: 60 })
    now += 1000
    assert.equal(brake.heldBack(MALLORY), undefined)
  })
})

describe('callers who cannot be told apart', () => {
  it('are never held back', () => {
    fail(undefined, 10_000)
    assert.equal(brake.heldBack(undefined), undefined)
  })
  it('put nobody else under pressure', () => {
    fail(undefined, 10_000)
    fail(ANN, FAILURE_BOUNDS.pressed)
    assert.equal(brake.heldBack(ANN), undefined)
  })
  it('are counted all the same', () => {
    fail(undefined, 7)
    assert.deepEqual(brake.counts, { failed: 7, held_back: 0 })
  })
})

describe('failures from very many addresses', () => {
  beforeEach(() => {
    for (let i = 0; i < FAILURE_BOUNDS.process; i++) brake.failed(`10.${i >> 8}.${i & 255}.1`)
  })
  it('hold back those that went on', () => {
    fail(MALLORY, FAILURE_BOUNDS.pressed)
    assert.deepEqual(brake.heldBack(MALLORY), { seconds: 1, bound: 5 })
  })
  it('hold back nobody who failed a few times', () => {
    fail(ANN, FAILURE_BOUNDS.pressed - 1)
    assert.equal(brake.heldBack(ANN), undefined)
  })
  it('hold back nobody who did not fail', () => assert.equal(brake.heldBack(ANN), undefined))
  it('are over soon', () => {
    now += 1000
    fail(MALLORY, FAILURE_BOUNDS.pressed)
    assert.equal(brake.heldBack(MALLORY), undefined)
  })
})

describe('what is remembered', () => {
  it('is bounded', () => {
    for (let i = 0; i < ADDRESSES * 2; i++) brake.failed(`address ${i}`)
    assert.equal(brake.size, ADDRESSES)
  })
  it('is not more for being asked about', () => {
    for (let i = 0; i < 100; i++) brake.heldBack(`address ${i}`)
    assert.equal(brake.size, 0)
  })
  it('is of those who failed last', () => {
    const most = new FailureBrake({ now: () => now }, { ...FAILURE_BOUNDS, process: 1e9 })
    for (let i = 0; i < FAILURE_BOUNDS.address; i++) most.failed(MALLORY)
    for (let i = 0; i < ADDRESSES - 1; i++) most.failed(`address ${i}`)
    assert.equal(most.heldBack(MALLORY)?.bound, 60)
    most.failed('one more')
    assert.equal(most.heldBack(MALLORY), undefined)
  })
})

describe('whatever comes, in whatever order', () => {
  const bounds = { address: 4, pressed: 2, process: 10 }
  const addresses = ['a', 'b', 'c', 'd', 'e'] as const
  const step = fc.record({
    after: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(300), fc.nat(5000)),
    address: fc.constantFrom(...addresses),
  })
  /** Plays callers whose tokens never verify: each is looked at only where it is not held back. */
  function play(steps: readonly { after: number; address: string }[]) {
    let at = START
    const tried = new FailureBrake({ now: () => at }, bounds)
    const failures: { at: number; address: string }[] = []
    const held: { at: number; address: string; seconds: number; bound: number }[] = []
    for (const { after, address } of steps) {
      at += after
      const answer = tried.heldBack(address)
      if (answer !== undefined) held.push({ at, address, ...answer })
      else {
        tried.failed(address)
        failures.push({ at, address })
      }
    }
    return { failures, held }
  }
  const within = (all: readonly { at: number }[], at: number, ms: number) =>
    all.filter((one) => one.at <= at && one.at > at - ms).length

  it('no address makes us look at more than its bound at once and one a second after', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { failures } = play(steps)
        for (const address of addresses) {
          const own = failures.filter((failure) => failure.address === address)
          for (const { at } of own)
            for (const ms of [1, 1000, 2000, 5000])
              assert.ok(within(own, at, ms) <= bounds.address + Math.ceil(ms / 1000))
        }
      }),
    )
  })
  it('nobody is held back who has not failed as often as a pressed address may', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { failures, held } = play(steps)
        for (const { at, address } of held) {
          const own = failures.filter((failure) => failure.address === address)
          assert.ok(within(own, at, bounds.address * 1000 + 1) >= bounds.pressed)
        }
      }),
    )
  })
  it('who comes back when told, and failed no more meanwhile, is looked at', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 100 }), (steps) => {
        const { held } = play(steps)
        const last = held.at(-1)
        fc.pre(last !== undefined)
        if (last === undefined) return
        let at = START
        const again = new FailureBrake({ now: () => at }, bounds)
        let isOver = false
        for (const { after, address } of steps) {
          at += after
          if (isOver && address === last.address) continue
          if (again.heldBack(address) === undefined) again.failed(address)
          else if (at === last.at && address === last.address) isOver = true
        }
        at = Math.max(at, last.at + last.seconds * 1000)
        assert.equal(again.heldBack(last.address), undefined)
      }),
    )
  })
  it('a wait is never longer than the bound it is for', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        for (const { seconds, bound } of play(steps).held)
          assert.ok(seconds >= 1 && seconds <= bounds.address - bound + 1, `${seconds}`)
      }),
    )
  })
})
