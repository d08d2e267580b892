import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import { type Runner, startRunner } from '../../../bff/operations/runner.ts'
import type { Provider, StepHandler } from '../../../bff/providers/provider.ts'
import type { Fate } from './invented-provider.ts'
import { bound, type Scene, setScene } from './scene.ts'

const MINUTE = 60_000
let scene: Scene
let id: string
let runner: Runner
let provider: Provider

/** A step whose effect no reading shows: it may be made once more after quarantine. */
function unreadable(repack: StepHandler, again: () => Promise<void>): StepHandler {
  return {
    ...repack,
    proof: 'by_repeating',
    async before(...asked) {
      if (asked[1].step.attempt > 0) await again()
      return { kind: 'go', before: null }
    },
    prove: async () => ({ kind: 'absent', evidence: 'nothing shows' }),
  }
}

async function play(fates: Fate[], again: () => Promise<void> = async () => undefined) {
  scene.panel.fates = fates
  const { repack } = scene.deps.provider.steps
  assert.ok(repack)
  const steps = { ...scene.deps.provider.steps, repack: unreadable(repack, again) }
  provider = { ...scene.deps.provider, steps }
  runner = startRunner({ ...scene.deps, provider }, { automatic: false })
  id = await scene.take('repack', { package: 'large' })
  for (let i = 0; i < 40; i++) {
    await runner.tick()
    scene.now += MINUTE / 2
  }
}

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
})
afterEach(() => scene.end())

describe('a change that no reading shows, made although its answer was lost', () => {
  it('is made once more after quarantine, and succeeds', async () => {
    await play(['cut_after', 'done'])
    assert.deepEqual(
      [(await scene.operation(id)).state, scene.panel.calls.length],
      ['succeeded', 2],
    )
  })
  it('is no failure because the second call could not leave', async () => {
    await play(['cut_after', 'unsent'])
    assert.deepEqual(
      [(await scene.operation(id)).state, await scene.steps(id)],
      ['attention', ['uncertain']],
    )
  })
  it('is not called cancelled when a person says stop just before the second call', async () => {
    await play(['cut_after', 'unsent'], async () => {
      await cancel(scene.deps, scene.caller(), id)
    })
    assert.equal((await scene.operation(id)).state, 'attention')
  })
  it('is no failure because its configuration was disabled before the second call', async () => {
    await play(['cut_after'], async () => {
      // What a runner holds is taken back, and whoever goes on finds the configuration disabled.
      await scene.db.write([
        {
          sql: `UPDATE operation SET state = 'queued', owner = NULL, fence = fence + 1, lease_until = 0, next_at = 0`,
        },
      ])
      const fault = { code: 'configuration_disabled', transport: false }
      const panelOf = async () => ({ ok: false as const, fault })
      await startRunner({ ...scene.deps, provider, panelOf }, { automatic: false }).tick()
    })
    assert.equal((await scene.operation(id)).state, 'attention')
  })
  it('can be tried again or resolved by a person', async () => {
    await play(['cut_after', 'unsent'])
    assert.match((await scene.operation(id)).waiting ?? '', /attention_still_unknown/)
  })
})
