import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { attentionOf } from '../../../bff/operations/attention.ts'
import { cancel } from '../../../bff/operations/cancel.ts'
import { presentOperation } from '../../../bff/operations/present.ts'
import { possibilities } from '../../../bff/operations/retry-rule.ts'
import { cpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { en } from '../../../bff/texts/en.ts'
import { sayTo } from '../../../bff/texts/text.ts'
import { type StepRow, stepsOfOperation } from '../../../db/operations.ts'
import { tenantId } from '../../tenant-id.ts'
import { logRows } from './log-rows.ts'
import { bound, type Scene, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
let scene: Scene

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
})
afterEach(() => scene.end())

const say = sayTo({ language: 'en', time_zone: 'Europe/Berlin' })
const shown = async (id: string, role: 'staff' | 'client' = 'staff', denied: string[] = []) =>
  presentOperation(
    await scene.operation(id),
    await stepsOfOperation(scene.db, { tenant: tenantId('ten_1'), id }),
    scene.deps.provider,
    say,
    scene.now,
    scene.caller({ role, denied }),
  )
const told = async (id: string) => {
  const { attention } = await shown(id)
  const texts = (list: readonly { text: string }[] = []) => list.map(({ text }) => text)
  return {
    known: texts(attention?.known),
    unknown: texts(attention?.unknown),
    choices: attention?.choices.map(({ do: what, from }) => `${what} ${from ?? 'now'}`),
  }
}

describe('a call whose answer was lost', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_before', 'cut_before']
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
  })

  it('is told with what was sent, what came back, what is open and what can be done', async () =>
    assert.deepEqual(await told(id), {
      known: [
        '“Repack” was sent for bob on November 23 at 13:00 GMT+1.',
        'What came back: The server did not answer in time.',
      ],
      unknown: [
        'Not known: whether this was done.',
        'Not known: whether the server is still at work on it. By November 23 at 13:15 GMT+1 it cannot be.',
      ],
      choices: ['cancel now'],
    }))
  it('is told with the last look at it', async () => {
    await scene.pass(5 * SECOND)
    assert.equal(
      (await told(id)).known.at(-1),
      'Looked at on November 23 at 13:00 GMT+1: bob was still as it was before.',
    )
  })
  it('offers no second cancelling', async () => {
    await cancel(scene.deps, scene.caller(), id)
    const { known, choices } = await told(id)
    assert.deepEqual([known.at(-1), choices], ['Somebody asked that nothing more is sent.', []])
  })
  it('is no matter for clients', async () =>
    assert.equal((await shown(id, 'client')).attention, undefined))

  describe('twice', () => {
    beforeEach(async () => {
      for (let look = 0; look < 35; look++) await scene.pass(MINUTE)
    })
    it('was sent twice, and nothing of it runs any more', async () => {
      const { known, unknown } = await told(id)
      assert.deepEqual(
        [/sent twice/.test(known[0] ?? ''), known.at(-1), unknown],
        [
          true,
          'Nothing of it can still be running on the server.',
          ['Not known: whether this was done.'],
        ],
      )
    })
    it('can be tried again or closed', async () =>
      assert.deepEqual((await told(id)).choices, ['retry now', 'resolve now']))
    it('is closed only by who may', async () =>
      assert.deepEqual(
        (await shown(id, 'staff', ['operations:manage'])).attention?.choices.map(
          ({ do: what }) => what,
        ),
        ['retry'],
      ))
    it('is told in the log with step, account, answer and what is not known', async () => {
      const last = (await logRows(scene.db, id)).find(
        ({ code }) => code === 'log.operation.attention',
      )
      assert.deepEqual(JSON.parse(last?.detail ?? '[]'), [
        { code: 'detail.error', value: 'waiting.attention_still_unknown' },
        { code: 'detail.step', value: 'step.repack' },
        { code: 'detail.account', value: 'bob' },
        { code: 'detail.answer', value: 'error.timeout' },
        { code: 'detail.not_known', value: 'checking.repack' },
      ])
    })
  })
})

describe('a password nobody can read back', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_after']
    id = await scene.take('whisper', { password: 'hunter-two' })
    await scene.pass(0)
  })
  it('can be set again, and closed, when its time has come', async () =>
    assert.deepEqual((await told(id)).choices, [
      'retry 2026-11-23T12:05:00.000Z',
      'resolve 2026-11-23T12:05:00.000Z',
    ]))
  it('can be from then on', async () => {
    await scene.pass(5 * MINUTE)
    assert.deepEqual((await told(id)).choices, ['retry now', 'resolve now'])
  })
})

describe('what is told', () => {
  const step = fc.record({
    state: fc.constantFrom('pending', 'sent', 'uncertain', 'succeeded', 'failed', 'skipped'),
    name: fc.constantFrom(...Object.keys(cpanelProvider.steps)),
    attempt: fc.integer({ min: 0, max: 2 }),
    quarantine_until: fc.option(fc.integer({ min: 0, max: 100 })),
    sent_at: fc.option(fc.integer({ min: 0, max: 100 })),
    finished_at: fc.option(fc.integer({ min: 0, max: 100 })),
    error: fc.constantFrom(null, '{"code":"error.timeout"}'),
    last_proof: fc.constantFrom(
      null,
      ...['done', 'absent', 'foreign', 'changed'].map((kind) => JSON.stringify({ kind, at: 5 })),
    ),
  })
  const operation = fc.record({
    state: fc.constantFrom('scheduled', 'queued', 'leased', 'running', 'checking', 'attention'),
    error: fc.constant(null),
    cancel_wanted: fc.boolean(),
    waiting: fc.constantFrom(null, '{"code":"waiting.attention_server_unreachable"}'),
  })
  const anything = fc.tuple(
    operation,
    fc.array(step, { maxLength: 4 }),
    fc.integer({ min: 0, max: 120 }),
  )
  // What the rule looks at is there; the rest of a row is nobody's concern here.
  const rows = (steps: readonly object[]) =>
    steps.map((one, seq) => ({ account: 'bob', seq, ...one })) as unknown as StepRow[]

  it('offers what can be done now, and nothing else without a time', () =>
    fc.assert(
      fc.property(anything, ([row, steps, now]) => {
        const attention = attentionOf(row, rows(steps), cpanelProvider, now)
        if (attention === undefined) return
        assert.deepEqual(
          attention.choices.filter(({ from }) => from === undefined).map((choice) => choice.do),
          possibilities(row, rows(steps), now),
        )
        assert.ok(attention.choices.every(({ from }) => from === undefined || from > now))
      }),
    ))
  it('has words for all of it', () =>
    fc.assert(
      fc.property(anything, ([row, steps, now]) => {
        const attention = attentionOf(row, rows(steps), cpanelProvider, now)
        if (attention === undefined) return
        const { known, unknown, choices } = attention
        for (const { code, params } of [...known, ...unknown, ...choices]) {
          assert.ok(Object.hasOwn(en, code), code)
          for (const name of [params?.what, params?.step, params?.answer])
            assert.ok(name === undefined || Object.hasOwn(en, String(name)), String(name))
        }
      }),
    ))
})
