import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { broken, check, type Findings } from './check.ts'
import { Diary } from './diary.ts'
import { historyOf } from './history-of-run.ts'
import { Random } from './random.ts'
import { configured, type Rig, startRig } from './rig.ts'

/** Milliseconds of a stop: longer than the lease of a call, and within quarantine with all that may follow. */
const STOP = 4000
const PATIENCE_MS = 180_000
const FINAL = ['succeeded', 'failed', 'cancelled', 'resolved']

/** Waits until something is so. */
async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!(await so())) {
    if (Date.now() > end) throw new Error('it did not happen')
    await wait(50)
  }
}

describe('a BFF process that stops itself exactly between the last look at its lease and the call', () => {
  let rig: Rig
  let findings: Findings
  let state: string | undefined
  let made: number
  before(async () => {
    rig = await startRig({
      database: 'sqld',
      workers: 2,
      servers: 1,
      seed: 1,
      random: new Random(1),
      stopsBeforeSending: (worker) => (worker === 0 ? 1 : 0),
      selfStop: (scale) => STOP * scale,
    })
    const { client, workers, servers } = rig
    const [first, second] = workers
    const [server] = servers
    if (first === undefined || second === undefined || server === undefined)
      throw new Error('not all was started')
    const configuration = await configured(client, server)
    await client.ask('PUT', '/services/one', { configuration, domain: 'stopped-one.example' })
    const calls = () => server.calls().filter((call) => call.function === 'createacct')

    await second.end()
    const diary = new Diary()
    const input = { package: 'starter' }
    const path = '/services/one/actions/create'
    const accepted = await client.ask('POST', path, { input }, 'one-gesture')
    const { id } = diary.accepted(server.name, accepted, 'one-gesture')
    await until(() => first.selfStops === 1)
    // Somebody else takes over while the first one stands, and the first one makes its call when it goes on.
    second.start()
    await until(async () => {
      const answer = await client.ask('GET', `/operations/${id}`)
      if (answer.status === 200) state = diary.saw(answer).state
      return FINAL.includes(state ?? '') && calls().length > 0
    })
    made = calls().filter(({ carried_out_at }) => carried_out_at !== null).length
    findings = check(
      historyOf(server.calls(), diary.operations(), { locks: [], secrets: [], differences: [] }),
    )
  })
  after(() => rig?.end())

  it('makes its call once, and nobody else makes it', () => assert.equal(made, 1))
  it('is found to have made it by whoever took over', () => assert.equal(state, 'succeeded'))
  it('breaks nothing', () => assert.deepEqual(broken(findings), []))
})
