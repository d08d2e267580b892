import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ChangeRecord } from '../../../bff/demo/whm/changes.ts'
import { EventReader } from '../http/event-reader.ts'
import { BOUND } from './replica-settings.ts'
import {
  type Answered,
  operationIn,
  type Replicas,
  startReplicas,
  until,
} from './three-replicas.ts'

let replicas: Replicas
before(async () => {
  replicas = await startReplicas()
})
after(() => replicas.end())

const ALL = [0, 1, 2]
const count = async (sql: string, ...args: string[]) => {
  const [result] = await replicas.db.write([{ sql, args }])
  return Number(result?.rows[0]?.[0])
}

/** The most calls that were under way at one moment. */
function atOnce(calls: readonly ChangeRecord[]): number {
  const moments = calls.flatMap(({ arrived_at, until }): [number, number][] => [
    [arrived_at, 1],
    [until, -1],
  ])
  // What ends in the millisecond in which another begins is over by then.
  moments.sort(([a, up], [b, other]) => a - b || up - other)
  let now = 0
  return Math.max(0, ...moments.map(([, step]) => (now += step)))
}

describe('three replicas that started at the same moment on an empty database', () => {
  it('applied each migration once', async () => {
    const folder = fileURLToPath(new URL('../../../db/migrations', import.meta.url))
    const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
    assert.equal(await count('SELECT count(*) FROM migration'), files.length)
  })

  it('take the same fresh token, although their clocks are minutes apart', async () => {
    const answers = await Promise.all(
      ALL.map((replica) => replicas.ask(replica, 'GET', '/configurations')),
    )
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
  })
})

describe('one gesture that reaches all three replicas at once', () => {
  let answers: Answered[]
  before(async () => {
    await replicas.ordered('gesture', 'gesture.example')
    const key = randomUUID()
    const body = { input: { email: 'a@b.example' } }
    answers = await Promise.all(
      ALL.map((replica) =>
        replicas.ask(replica, 'POST', '/services/gesture/actions/create', body, key),
      ),
    )
  })

  it('is taken by each of them', () =>
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202, 202],
    ))
  it('is one operation', () => assert.equal(new Set(answers.map(operationIn)).size, 1))
  it('is carried out once', async () => {
    const [answer] = answers
    assert.ok(answer)
    const state = await replicas.ended(2, operationIn(answer))
    const made = replicas.changes.filter(({ params }) => params.domain === 'gesture.example')
    assert.deepEqual([state, made.length], ['succeeded', 1])
  })
})

describe('two gestures for one service at two replicas', () => {
  let answers: Answered[]
  before(async () => {
    await replicas.ordered('two', 'two-tabs.example')
    const path = '/services/two/actions/create'
    answers = await Promise.all(
      [1, 2].map((replica) => replicas.ask(replica, 'POST', path, { input: {} }, randomUUID())),
    )
  })

  it('are one that is taken, and one that hears of it', () =>
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 409]))
  it('are both told the same operation', () =>
    assert.equal(new Set(answers.map(operationIn)).size, 1))
  it('make one account', async () => {
    const [answer] = answers
    assert.ok(answer)
    await replicas.ended(0, operationIn(answer))
    const made = replicas.changes.filter(({ params }) => params.domain === 'two-tabs.example')
    assert.equal(made.length, 1)
  })
})

describe('a reseller’s cascade at one replica, and work on one of its accounts at another', () => {
  const password = 'Copper-Lantern-77-Ridge'
  const cascade = { reason: 'abuse', scope: 'with_accounts' }
  let answers: Answered[]
  let states: string[]
  before(async () => {
    await replicas.linked('harbour')
    await replicas.linked('quayside')
    const confirmed = await replicas.confirmed(0, 'harbour', 'suspend', cascade)
    await replicas.faults([{ kind: 'delay', ms: 1500, function: 'passwd' }])
    const path = '/services/quayside/actions/change-password'
    answers = await Promise.all([
      replicas.ask(1, 'POST', path, { input: { password } }, randomUUID()),
      replicas.ask(0, 'POST', '/services/harbour/actions/suspend', confirmed, randomUUID()),
    ])
    states = await Promise.all(
      answers
        .filter(({ status }) => status === 202)
        .map((answer) => replicas.ended(2, operationIn(answer))),
    )
  })

  it('are both taken, as neither has begun', () =>
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202],
    ))
  it('are both carried out, or the later one hears that the account became another', () =>
    assert.deepEqual(
      states.filter((state) => !['succeeded', 'failed'].includes(state)),
      [],
    ))
  it('never touch an account at the same time', () => {
    const accounts = ['harbour', 'quayside', 'saltmarsh', 'tidepool']
    assert.deepEqual(
      accounts.filter(
        (name) => atOnce(replicas.changes.filter(({ account }) => account === name)) > 1,
      ),
      [],
    )
  })
  it('keep others from the account while they last', async () => {
    await replicas.linked('lakeside')
    const slow = { kind: 'delay', ms: 1500, function: 'passwd' }
    await replicas.faults([slow])
    const first = await replicas.submit(1, 'lakeside', 'change-password', { password })
    const second = await replicas.submit(2, 'lakeside', 'change-package', { package: 'business' })
    await replicas.ended(0, operationIn(first))
    await replicas.faults([])
    assert.deepEqual([first.status, second.status], [202, 409])
  })
})

describe('six orders at three replicas, on a server that takes its time', () => {
  const names = Array.from({ length: 6 }, (_, at) => `bulk${at}`)
  let states: string[]
  let calls: ChangeRecord[]
  before(async () => {
    for (const name of names) await replicas.ordered(name, `${name}.example`)
    await replicas.faults([{ kind: 'delay', ms: 1500, function: 'createacct' }])
    const answers = await Promise.all(
      names.map((name, at) => replicas.submit(at % 3, name, 'create')),
    )
    states = await Promise.all(
      answers.map((answer, at) => replicas.ended(at % 3, operationIn(answer))),
    )
    await replicas.faults([])
    calls = replicas.changes.filter(({ params }) => /^bulk/.test(String(params.domain)))
  })

  it('are all carried out', () => assert.deepEqual([...new Set(states)], ['succeeded']))
  it('are each carried out once', () => assert.equal(calls.length, names.length))
  it('are worked on together, and never more of them than the server’s bound', () =>
    assert.equal(atOnce(calls), BOUND))
  it('are dated alike by all replicas', async () => {
    const now = Date.now()
    const off = await count('SELECT max(abs(created_at - ?)) FROM operation', String(now))
    assert.ok(off < 60_000, `${off} ms`)
  })
})

describe('a deletion whose day comes for three replicas', () => {
  let planned: string
  before(async () => {
    await replicas.linked('olive')
    const tomorrow = new Date(Date.now() + 2 * 24 * 3_600_000).toISOString().slice(0, 10)
    const answer = await replicas.submit(0, 'olive', 'delete', { when: 'on_date', date: tomorrow })
    assert.equal(answer.status, 202, JSON.stringify(answer.body))
    assert.equal(await replicas.ended(1, operationIn(answer)), 'succeeded')
    const [row] = await replicas.db.write([
      { sql: "SELECT id FROM operation WHERE service = 'olive' AND state = 'scheduled'" },
    ])
    planned = String(row?.rows[0]?.[0])
    await replicas.db.write([
      {
        sql: 'UPDATE operation SET due_at = ?1, next_at = ?1 WHERE id = ?2',
        args: [Date.now() - 1000, planned],
      },
    ])
  })

  it('is carried out', async () => assert.equal(await replicas.ended(2, planned), 'succeeded'))
  it('is begun by one of them alone', async () =>
    assert.equal(
      await count(
        "SELECT count(*) FROM log_entry WHERE operation = ? AND code = 'log.operation.due'",
        planned,
      ),
      1,
    ))
  it('removes the account once', () =>
    assert.equal(
      replicas.changes.filter((call) => call.function === 'removeacct' && call.account === 'olive')
        .length,
      1,
    ))
})

describe('somebody who listens at one replica to what another one carries out', () => {
  it('hears of it to its end', async () => {
    await replicas.ordered('heard', 'heard.example')
    const response = await fetch(`${replicas.url(0)}/v1/services/heard/events`, {
      headers: { authorization: `Bearer ${await replicas.token()}` },
    })
    const reader = new EventReader(response)
    const answer = await replicas.submit(1, 'heard', 'create')
    const id = operationIn(answer)
    await replicas.ended(2, id)
    const read = await replicas.ask(2, 'GET', `/operations/${id}`)
    const { version } = z.looseObject({ version: z.number() }).parse(read.body)
    await reader.receives(`{"id":"${id}","version":${version}}`)
    await reader.leave()
  })
})

describe('three replicas at the end of the day', () => {
  it('have left no lock behind', async () => {
    await until(
      'nothing runs',
      async () => (await count("SELECT count(*) FROM operation WHERE state = 'running'")) === 0,
    )
    assert.equal(await count('SELECT count(*) FROM account_lock'), 0)
  })
  it('have nothing to complain of', () =>
    assert.equal(replicas.complaints().replaceAll('ready\n', '').trim(), ''))
})
