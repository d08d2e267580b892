import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { RateCounter, TOLD_FROM } from '../../../bff/http/rate-counter.ts'
import { RateExchange } from '../../../bff/http/rate-exchange.ts'
import { type Database, openDatabase } from '../../../db/connect.ts'
import { migrate } from '../../../db/migrate.ts'
import { type Sqld, startSqld } from '../../sqld.ts'

const REPLICAS = 3
const QUOTA = 100
const MINUTE = 60_000

let server: Sqld
const databases: Database[] = []
before(async () => {
  server = await startSqld()
  for (let i = 0; i < REPLICAS; i++)
    databases.push(await openDatabase({ url: server.url, deadline: 1500, patience: 0 }))
  const [first] = databases
  assert.ok(first !== undefined)
  await migrate(first)
})
after(async () => {
  for (const db of databases) await db.close()
  await server.stop()
})

function replicas(clock: { now(): number }, reports: string[] = []) {
  return databases.map((db) => {
    const counter = new RateCounter()
    const report = (_: unknown, about: string) => void reports.push(about)
    return { counter, exchange: new RateExchange({ db, clock, counter, report }) }
  })
}
type Replica = ReturnType<typeof replicas>[number]

const take = ({ counter }: Replica, now: number, key: string) =>
  counter.take(now, [{ key, quota: QUOTA }], 1).allowed
/** How many of `n` one replica lets through. */
const through = (replica: Replica, now: number, key: string, n: number) =>
  Array.from({ length: n }, () => take(replica, now, key)).filter(Boolean).length
const told = async (all: readonly Replica[]) => {
  // What one writes the others read the next time at the latest.
  for (let round = 0; round < 2; round++)
    await Promise.all(all.map(({ exchange }) => exchange.exchange()))
}
const rows = async (): Promise<number> => {
  const [result] = (await databases[0]?.write([{ sql: 'SELECT count(*) FROM rate_use' }])) ?? []
  return Number(result?.rows[0]?.[0])
}

describe('three replicas that count for one another', () => {
  const clock = { time: Date.UTC(2026, 10, 23, 12), now: () => clock.time }

  it('write nothing while little of a quota is used', async () => {
    const all = replicas(clock)
    for (const replica of all) through(replica, clock.time, 'token quiet', QUOTA * TOLD_FROM - 1)
    await told(all)
    assert.equal(await rows(), 0)
  })
  it('refuse on each what was used on another', async () => {
    const [one, two, three] = replicas(clock)
    assert.ok(one !== undefined && two !== undefined && three !== undefined)
    assert.equal(through(one, clock.time, 'token a', QUOTA + 20), QUOTA)
    await told([one, two, three])
    assert.deepEqual(
      [take(two, clock.time, 'token a'), take(three, clock.time, 'token a')],
      [false, false],
    )
  })
  it('leave each key its own', async () => {
    const [one, two] = replicas(clock)
    assert.ok(one !== undefined && two !== undefined)
    through(one, clock.time, 'token b', QUOTA)
    await told([one, two])
    assert.equal(take(two, clock.time, 'token c'), true)
  })
  it('together overshoot by no more than what is let through between two tellings, and the share never told', async () => {
    const all = replicas(clock)
    const EACH = 15
    let sum = 0
    for (let second = 0; second < 12; second++) {
      for (const replica of all) sum += through(replica, clock.time, 'token d', EACH)
      await told(all)
    }
    const bound = QUOTA + (REPLICAS - 1) * (EACH + QUOTA * TOLD_FROM)
    assert.ok(sum >= QUOTA && sum <= bound, `${sum} of ${QUOTA}, at most ${bound}`)
  })
  it('never let through more than a quota each, if they cannot speak at all', () => {
    const all = replicas(clock)
    const sum = all.reduce((n, replica) => n + through(replica, clock.time, 'token e', 500), 0)
    assert.equal(sum, REPLICAS * QUOTA)
  })
  it('keep no row of a minute that is over', async () => {
    const all = replicas(clock)
    clock.time += 3 * MINUTE
    const [one] = all
    assert.ok(one !== undefined)
    through(one, clock.time, 'token f', QUOTA)
    await told(all)
    assert.equal(await rows(), 1)
  })
})

describe('three replicas whose database is away', () => {
  const clock = { time: Date.UTC(2026, 10, 23, 14), now: () => clock.time }
  const reports: string[] = []
  let all: Replica[]
  before(async () => {
    all = replicas(clock, reports)
    const [one] = all
    assert.ok(one !== undefined)
    through(one, clock.time, 'token a', QUOTA)
    await told(all)
    await server.kill()
    await told(all)
  })
  it('go on by what they have heard', () =>
    assert.deepEqual(
      all.map((replica) => take(replica, clock.time, 'token a')),
      [false, false, false],
    ))
  it('go on counting for themselves', () =>
    assert.deepEqual(
      all.map((replica) => through(replica, clock.time, 'token b', QUOTA + 1)),
      [QUOTA, QUOTA, QUOTA],
    ))
  it('say so once', () => assert.equal(reports.length, REPLICAS))
  it('speak again once it is back', async () => {
    await server.restart()
    await told(all)
    for (const replica of all.slice(0, 1)) through(replica, clock.time, 'token c', QUOTA)
    await told(all)
    assert.deepEqual(
      all.map((replica) => take(replica, clock.time, 'token c')),
      [false, false, false],
    )
  })
})
