import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Ended } from '../cli/processes.ts'
import { EventReader } from '../http/event-reader.ts'
import { Lives } from './lives.ts'

describe('a process that is told to end with a call under way', () => {
  let lives: Lives
  let ready: number
  let streams: number
  let farewell: (string | undefined)[]
  let listed: number
  let ended: Ended
  let id: string
  before(async () => {
    lives = await Lives.begin(43_100, { drain: 1500, grace: 20_000 })
    const configuration = await lives.configure()
    await lives.faults([{ function: 'createacct', kind: 'delay', ms: 2500, times: 1 }])
    id = await lives.order('shop', configuration)
    await lives.faultsPlayed()
    const reader = new EventReader(await lives.fetch('/v1/services/shop/events'))
    await reader.next()
    lives.bff.signal('SIGTERM')
    await lives.bff.says('stopping')
    lives.bff.signal('SIGTERM')
    ready = (await lives.fetch('/readyz')).status
    streams = (await lives.fetch('/v1/services/shop/events')).status
    listed = (await lives.fetch('/v1/services/shop/operations')).status
    farewell = (await reader.rest()).slice(-1).map(({ data }) => data)
    ended = await lives.bff.ended
  })
  after(() => lives.end())

  it('is not ready from then on', () => assert.equal(ready, 503))
  it('still answers those who have not seen that', () => assert.equal(listed, 200))
  it('ends its streams with a word', () => assert.deepEqual(farewell, ['{"reason":"stopping"}']))
  it('opens no more of them', () => assert.equal(streams, 503))
  it('exits with 0', () => assert.deepEqual([ended.code, ended.err], [0, '']))
  it('is told twice and ends once', () =>
    assert.equal(ended.out.split('stopping: SIGTERM').length - 1, 1))
  it('leaves nothing', () => assert.equal(ended.out.includes('were left'), false))
  it('has waited for the answer of the server', async () => {
    // The next one finds it done; a minute of checking would begin otherwise.
    await lives.again()
    assert.deepEqual(
      [(await lives.operation(id)).state, await lives.calls('createacct')],
      ['succeeded', 1],
    )
  })
})

describe('a process that is told to end with a call that takes longer than its grace', () => {
  let lives: Lives
  let ended: Ended
  let id: string
  before(async () => {
    lives = await Lives.begin(43_200, { drain: 0, grace: 500 })
    const configuration = await lives.configure()
    await lives.faults([{ function: 'createacct', kind: 'delay', ms: 3000, times: 1 }])
    id = await lives.order('shop', configuration)
    await lives.faultsPlayed()
    lives.bff.signal('SIGTERM')
    ended = await lives.bff.ended
  })
  after(() => lives.end())

  it('exits with 0', () => assert.deepEqual([ended.code, ended.err], [0, '']))
  it('says that something was left', () => assert.match(ended.out, /were left/))
  it('leaves what is provable: the next one reads it back, and it was sent once', async () => {
    await lives.again()
    const { state } = await lives.sees(id, ({ state }) => state !== 'running')
    const known = await lives.sees(id, ({ state }) => state !== 'running' && state !== 'checking')
    assert.deepEqual(
      [state, known.state, await lives.calls('createacct')],
      ['checking', 'succeeded', 1],
    )
  })
})

describe('a process that is told to end with an operation it has not sent', () => {
  it('leaves it to the next one, and it is sent once', async () => {
    const lives = await Lives.begin(43_300, { drain: 3000, grace: 4000 })
    try {
      const configuration = await lives.configure()
      const reading = { function: 'verify_new_username', kind: 'delay', ms: 60_000, times: 1 }
      await lives.faults([reading])
      const id = await lives.order('shop', configuration)
      await lives.faultsPlayed()
      lives.bff.signal('SIGTERM')
      await lives.bff.ended
      await lives.again()
      await lives.sees(id, ({ state }) => state === 'succeeded')
      assert.equal(await lives.calls('createacct'), 1)
    } finally {
      await lives.end()
    }
  })
})
