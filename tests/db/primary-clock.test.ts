import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openDatabase } from '../../db/connect.ts'
import { PrimaryClock } from '../../db/primary-clock.ts'
import { startLossyProxy } from '../lossy-proxy.ts'
import { fileDatabase, serverDatabase, type TestDatabase } from './databases.ts'

const HOUR = 3_600_000

describe('a machine whose clock is an hour slow, with its database on a server', () => {
  let test: TestDatabase
  let clock: PrimaryClock
  before(async () => {
    test = await serverDatabase()
    clock = new PrimaryClock(test.db, { now: () => Date.now() - HOUR })
    await clock.start(() => undefined)
  })
  after(async () => {
    clock.stop()
    await test.end()
  })

  it('goes by the server’s time', () => {
    assert.ok(Math.abs(clock.now() - Date.now()) < 5000, `off by ${clock.now() - Date.now()} ms`)
  })
})

describe('a process that is stopped for a minute while it asks for the time', () => {
  it('measures again, and is not half a minute off', async () => {
    const test = await serverDatabase()
    // Its own clock jumps between the first question and the answer to it, as it does over a stop.
    let looks = 0
    const clock = new PrimaryClock(test.db, {
      now: () => Date.now() + (++looks > 1 ? 60_000 : 0),
    })
    await clock.measure()
    const off = Math.abs(clock.now() - Date.now())
    await test.end()
    assert.ok(off < 5000, `off by ${off} ms`)
  })
})

describe('a machine whose clock is an hour slow, with its database in a file', () => {
  it('has no other time to go by', async () => {
    const test = await fileDatabase()
    const clock = new PrimaryClock(test.db, { now: () => 1000 })
    await clock.start(() => undefined)
    await test.end()
    assert.equal(clock.now(), 1000)
  })
})

describe('a server whose answer about its time is lost twice', () => {
  it('is asked again', async () => {
    const test = await serverDatabase()
    const proxy = await startLossyProxy(test.url)
    const db = await openDatabase({ url: proxy.url })
    const clock = new PrimaryClock(db, { now: () => Date.now() - HOUR })
    let left = 2
    proxy.lose(() => (left-- > 0 ? 'lost' : undefined))
    await clock.start(() => undefined)
    const off = Math.abs(clock.now() - Date.now())
    clock.stop()
    await db.close()
    await proxy.stop()
    await test.end()
    assert.ok(off < 5000, `off by ${off} ms`)
  })
})
