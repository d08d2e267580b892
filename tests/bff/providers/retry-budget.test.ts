import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { EARNED, FULL, RetryBudget } from '../../../bff/providers/retry-budget.ts'

describe('the budget of retries', () => {
  it('lets a few through at once', () => assert.equal(new RetryBudget().spend(), true))
  it('is empty when nothing but failures came', () => {
    const budget = new RetryBudget()
    for (let i = 0; i < FULL; i++) budget.spend()
    assert.equal(budget.spend(), false)
  })
  it('never lets more retries through than its share of the answers', () =>
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (calls) => {
        const budget = new RetryBudget()
        let answers = 0
        let retries = 0
        for (const answered of calls) {
          if (answered) {
            budget.earn()
            answers += 1
          } else if (budget.spend()) retries += 1
        }
        assert.ok(retries <= FULL + EARNED * answers + 1e-6)
      }),
    ))
})
