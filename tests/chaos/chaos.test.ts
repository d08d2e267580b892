import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCpanelProvider } from '../../bff/providers/cpanel/cpanel-provider.ts'
import { type ChaosResult, runChaos } from './chaos-run.ts'
import { broken } from './check.ts'
import { shownFigures } from './figures.ts'
import { functionOf } from './history-of-run.ts'
import { PLANS } from './plans.ts'

const SEED = Date.now() % 1_000_000
const OPERATIONS = 25
const DEEDS = 2

describe('the plans of the chaos', () => {
  const { actions, steps } = createCpanelProvider()
  it('leave out no action that changes something', () =>
    assert.deepEqual(
      Object.keys(PLANS).sort(),
      actions.flatMap(({ kind, name }) => (kind === 'change' ? [name] : [])).sort(),
    ))
  it('know the server’s function behind every step', () =>
    assert.doesNotThrow(() => Object.keys(steps).map(functionOf)))
})

for (const database of ['file', 'sqld'] as const)
  describe(`a short chaos on ${database}, seed ${SEED}`, () => {
    let result: ChaosResult
    it('comes to its end', async (t) => {
      result = await runChaos({
        operations: OPERATIONS,
        database,
        seed: SEED,
        workers: 3,
        servers: 2,
        products: 6,
        deeds: DEEDS,
        limit: 240_000,
      })
      t.diagnostic(shownFigures(result.figures))
      assert.ok(result.figures.operations >= OPERATIONS)
    })
    it('was one: calls were hit and processes killed or frozen', () => {
      const { faulted, deaths } = result.figures
      const deeds = deaths.workers_killed + deaths.workers_frozen
      assert.deepEqual([faulted > 0, deeds >= DEEDS], [true, true])
    })
    it('broke nothing', () =>
      assert.deepEqual(
        broken(result.findings).map((name) => result.findings[name]),
        [],
      ))
  })
