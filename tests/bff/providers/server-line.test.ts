import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { WayEvent } from '../../../bff/providers/breaker.ts'
import { ServerLine, ServerLines } from '../../../bff/providers/server-line.ts'

const SETTINGS = { failures: 2, apart: 1000, pauses: [10] }
const clock = { time: 0, now: () => clock.time }
const judge = (event: WayEvent) => event
const pass = (line: ServerLine, event: WayEvent) => line.pass(async () => event, judge)

let line: ServerLine
let made: number
beforeEach(async () => {
  clock.time = 0
  made = 0
  line = new ServerLine(clock, SETTINGS)
  await pass(line, 'failed')
  await pass(line, 'failed')
})
const counted = (event: Promise<WayEvent> | WayEvent) => () => {
  made += 1
  return Promise.resolve(event)
}

describe('the line to a server that is left alone', () => {
  it('refuses a call and says when it is tried again', async () =>
    assert.deepEqual(await pass(line, 'answered'), { kind: 'refused', until: 10 }))
  it('makes nothing of a refused call', async () => {
    await line.pass(counted('answered'), judge)
    assert.equal(made, 0)
  })
  it('lets a person’s test through all the same', async () => {
    await line.pass(counted('failed'), judge, true)
    assert.equal(made, 1)
  })
  it('is open to all once a person’s test got through', async () => {
    await line.pass(counted('answered'), judge, true)
    assert.equal((await pass(line, 'answered')).kind, 'made')
  })
})

describe('the line to a server whose pause is over', () => {
  let answer: (event: WayEvent) => void
  let first: Promise<unknown>
  let others: Promise<{ kind: string }[]>
  beforeEach(() => {
    clock.time = 10
    const held = new Promise<WayEvent>((resolve) => {
      answer = resolve
    })
    first = line.pass(counted(held), judge)
    others = Promise.all([1, 2, 3].map(() => line.pass(counted('answered'), judge)))
  })
  it('has one call through', () => assert.equal(made, 1))
  it('lets the others go when that one was answered', async () => {
    answer('answered')
    await first
    assert.deepEqual(
      (await others).map(({ kind }) => kind),
      ['made', 'made', 'made'],
    )
  })
  it('refuses the others when that one failed', async () => {
    answer('failed')
    await first
    assert.deepEqual(await others, [
      { kind: 'refused', until: 20 },
      { kind: 'refused', until: 20 },
      { kind: 'refused', until: 20 },
    ])
  })
  it('tells of the server as silent until it is known', () =>
    assert.deepEqual([line.silentSince(), line.until()], [0, 20]))
})

describe('a call that throws', () => {
  it('throws to its caller and says nothing about the server', async () => {
    const fresh = new ServerLine(clock, SETTINGS)
    for (let i = 0; i < 5; i++)
      await assert.rejects(
        fresh.pass(() => Promise.reject(new Error('a bug')), judge),
        /a bug/,
      )
    assert.equal(fresh.until(), undefined)
  })
})

describe('the lines of a process', () => {
  const failing = async (lines: ServerLines, server: string) => {
    for (let i = 0; i < 2; i++) await pass(lines.of(server), 'failed')
  }
  it('are one per server, whoever asks', async () => {
    const lines = new ServerLines(clock, SETTINGS)
    assert.equal(lines.of('srv_1'), lines.of('srv_1'))
  })
  it('name the silent ones', async () => {
    const lines = new ServerLines(clock, SETTINGS)
    await pass(lines.of('srv_2'), 'answered')
    await failing(lines, 'srv_1')
    assert.deepEqual(lines.silent(), [{ server: 'srv_1', since: 0, until: 10 }])
  })
  it('leave a server alone without another', async () => {
    const lines = new ServerLines(clock, SETTINGS)
    await failing(lines, 'srv_1')
    assert.deepEqual([lines.until('srv_1'), lines.until('srv_2')], [10, undefined])
  })
})
