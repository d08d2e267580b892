import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { listUnfinished } from '../../../bff/operations/list-unfinished.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { stuckBecause, stuckLook } from '../../../bff/operations/stuck.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import type { StepRow } from '../../../db/operations.ts'
import { mortal } from './mortal.ts'
import { bound, type Scene, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
let scene: Scene
let look: () => Promise<void>

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
  look = stuckLook(scene.deps)
})
afterEach(() => scene.end())

/** Time passes and nobody works; somebody looks all the same, and again a minute later. */
async function idle(ms: number): Promise<void> {
  scene.now += ms
  await look()
  scene.now += MINUTE
  await look()
}
const listed = async () => {
  const [first] = await listUnfinished(scene.deps, scene.deps.timings, true)
  return first === undefined ? undefined : [first.state, first.stuck]
}

describe('what stands still for longer than its state can last', () => {
  const row = {
    created_at: 0,
    due_at: null,
    next_at: 0,
    lease_until: 0,
    waiting_since: null,
  }
  // Of a step the rule looks at these two alone.
  const uncertain = [{ state: 'uncertain', quarantine_until: 15 * MINUTE }] as unknown as StepRow[]
  const cases = [
    ['queued for ten minutes', { state: 'queued' }, [], 10 * MINUTE, undefined],
    ['queued for longer', { state: 'queued' }, [], 11 * MINUTE, 'not_begun'],
    ['queued for later', { state: 'queued', next_at: HOUR }, [], HOUR, undefined],
    [
      'waiting for accounts for half an hour',
      { state: 'queued', waiting_since: 0 },
      [],
      35 * MINUTE,
      undefined,
    ],
    [
      'waiting for accounts for longer',
      { state: 'queued', waiting_since: 0 },
      [],
      41 * MINUTE,
      'waits_too_long',
    ],
    [
      'running within its lease',
      { state: 'running', lease_until: 5 * MINUTE },
      [],
      14 * MINUTE,
      undefined,
    ],
    [
      'running long past its lease',
      { state: 'running', lease_until: 5 * MINUTE },
      [],
      16 * MINUTE,
      'not_taken_back',
    ],
    [
      'checking in its quarantine',
      { state: 'checking', next_at: 14 * MINUTE },
      uncertain,
      14 * MINUTE,
      undefined,
    ],
    [
      'checking and not looked at',
      { state: 'checking', next_at: MINUTE },
      uncertain,
      12 * MINUTE,
      'not_looked_at',
    ],
    [
      'checking long after quarantine',
      { state: 'checking', next_at: 26 * MINUTE },
      uncertain,
      26 * MINUTE,
      'not_decided',
    ],
    ['planned for today', { state: 'scheduled', due_at: 0 }, [], 24 * HOUR, undefined],
    [
      'planned for a day long past',
      { state: 'scheduled', due_at: 0 },
      [],
      25 * HOUR,
      'not_carried_out',
    ],
    ['waiting for a person for a year', { state: 'attention' }, uncertain, 9000 * HOUR, undefined],
    ['over', { state: 'succeeded' }, [], 9000 * HOUR, undefined],
  ] as const
  for (const [what, more, steps, now, why] of cases)
    it(`${what}: ${why ?? 'no'}`, () =>
      assert.equal(
        stuckBecause({ ...row, ...more }, [...steps], false, PRODUCTION_TIMINGS, now),
        why,
      ))
  it('is nothing that waits its turn behind others of its server', () =>
    assert.equal(
      stuckBecause({ ...row, state: 'queued' }, [], true, PRODUCTION_TIMINGS, HOUR),
      undefined,
    ))
})

describe('an operation nobody takes', () => {
  let id: string
  beforeEach(async () => {
    id = await scene.take('repack', { package: 'large' })
    await idle(11 * MINUTE)
  })
  it('is reported, with what it is and since when', () =>
    assert.deepEqual(scene.reports, [
      `operation ${id}: OperationStuck: repack is queued since 2026-11-23T12:00:00.000Z: not_begun`,
    ]))
  it('is reported once', async () => {
    for (let round = 0; round < 5; round++) await idle(MINUTE)
    assert.equal(scene.reports.length, 1)
  })
  it('is reported again when it moved and stands still anew', async () => {
    await scene.db.write([{ sql: 'UPDATE operation SET version = version + 1' }])
    await idle(MINUTE)
    assert.equal(scene.reports.length, 2)
  })
  it('is listed for the operator', async () =>
    assert.deepEqual(await listed(), ['queued', 'not_begun']))
  it('is not once it has moved', async () => {
    await scene.pass(0)
    assert.equal(await listed(), undefined)
  })
})

describe('an operation whose runner died while nobody sweeps', () => {
  it('is reported', async () => {
    await scene.take('repack', { package: 'large' })
    const { deps, dead } = mortal(scene.deps, 2, 'after')
    await Promise.race([startRunner(deps, { automatic: false }).tick(), dead])
    await idle(20 * MINUTE)
    assert.match(scene.reports[0] ?? '', /repack is running .*: not_taken_back/)
  })
})

describe('an operation that cannot be read back because its configuration is gone', () => {
  it('is reported long after quarantine, while it is looked at all the time', async () => {
    scene.panel.fates = ['cut_before']
    await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    const gone = startRunner(
      {
        ...scene.deps,
        panelOf: async () => ({
          ok: false,
          fault: { code: 'configuration_disabled', transport: false },
        }),
      },
      { automatic: false },
    )
    for (let round = 0; round < 40; round++) {
      scene.now += MINUTE
      await gone.tick()
    }
    await gone.stop()
    assert.match(scene.reports.join(), /repack is checking .*: not_decided/)
  })
})

describe('operations that were overdue because no process ran', () => {
  it('are not reported: they are on their way again', async () => {
    scene.panel.fates = ['cut_before']
    await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    for (let round = 0; round < 6; round++) await scene.pass(16 * MINUTE)
    assert.deepEqual(scene.reports, [])
  })
})

describe('operations that move', () => {
  it('are never reported, nor what waits for a person', async () => {
    scene.panel.fates = ['cut_before', 'cut_before']
    const id = await scene.take('repack', { package: 'large' })
    for (let round = 0; round < 90; round++) await scene.pass(MINUTE)
    assert.deepEqual([(await scene.operation(id)).state, scene.reports], ['attention', []])
  })
  it('are listed beside them', async () => {
    await scene.take('repack', { package: 'large' })
    const [first] = await listUnfinished(scene.deps, scene.deps.timings, false)
    assert.deepEqual(
      [first?.service, first?.state, first?.why, first?.stuck],
      ['bob', 'queued', null, null],
    )
  })
})
