import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { UsagePart } from '../../bff/contract/resources.ts'
import { monthFrom, months, standingOf } from '../../widgets/usage/usage.machine.ts'

const aPart = (used: number | null, limit: number | null): UsagePart => ({
  key: 'disk',
  label: 'Disk',
  used,
  limit,
  unit: 'bytes',
})

describe('a part of the usage', () => {
  const cases: [what: string, part: UsagePart, kind: string][] = [
    ['with a limit', aPart(1, 2), 'limited'],
    ['without a limit', aPart(1, null), 'unlimited'],
    ['with a limit of zero', aPart(0, 0), 'zero'],
    ['that is not told', aPart(null, 2), 'unknown'],
    [
      'that failed, whatever its numbers',
      { ...aPart(1, 2), error: { code: 'x', params: {}, text: 'No.' } },
      'error',
    ],
  ]
  for (const [what, part, kind] of cases) {
    it(`${what} is ${kind}`, () => {
      assert.equal(standingOf(part).kind, kind)
    })
  }

  const levels: [used: number, level: string][] = [
    [89, 'well'],
    [90, 'full'],
    [100, 'full'],
    [101, 'over'],
  ]
  for (const [used, level] of levels) {
    it(`is ${level} at ${used} of 100`, () => {
      const standing = standingOf(aPart(used, 100))
      assert.equal(standing.kind === 'limited' ? standing.level : undefined, level)
    })
  }
})

describe('the months to choose from', () => {
  it('go back over the turn of a year', () => {
    assert.deepEqual(months('2026-02', '2026-02').slice(0, 4), [
      '2026-02',
      '2026-01',
      '2025-12',
      '2025-11',
    ])
  })

  it('hold the one that is shown, however old', () => {
    assert.equal(months('2026-02', '2021-07').at(-1), '2021-07')
  })

  it('begin with what the BFF shows when this clock is behind', () => {
    assert.equal(months('2026-01', '2026-02')[0], '2026-02')
  })

  it('never hold one twice', () => {
    const month = fc
      .tuple(fc.integer({ min: 2000, max: 2099 }), fc.integer({ min: 1, max: 12 }))
      .map(([year, number]) => `${year}-${String(number).padStart(2, '0')}`)
    fc.assert(
      fc.property(month, month, (present, shown) => {
        const list = months(present, shown)
        return new Set(list).size === list.length && list.includes(shown)
      }),
    )
  })
})

describe('the month of an attribute', () => {
  for (const text of [null, '', '2026-13', '2026-00', '26-01', ' 2026-01']) {
    it(`is none for ${JSON.stringify(text)}`, () => {
      assert.equal(monthFrom(text), undefined)
    })
  }

  it('is taken as it is', () => {
    assert.equal(monthFrom('2026-01'), '2026-01')
  })
})
