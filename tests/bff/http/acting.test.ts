import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { operationSchema } from '../../../bff/contract/operation.ts'
import { logPageSchema } from '../../../bff/contract/resources.ts'
import { FEED_LIMITS } from '../../../bff/operations/feed.ts'
import { bound } from '../operations/scene.ts'
import { type Front, openFront } from './front.ts'

let front: Front
let id: string
const ROSA = {
  role: 'client',
  sub: 'rosa',
  name: 'Rosa Lindqvist',
  service: 'bob',
  scope: 'services:read logs:read actions:peek actions:whisper actions:freeze',
}
const DANA = { sub: 'staff-1', name: 'Dana Reyes' }
/** Rosa herself; Dana in Rosa's place; Dana's colleagues in the admin. */
const rosa = () => front.token(ROSA)
const danaAsRosa = () => front.token({ ...ROSA, act: DANA })
const staff = () => front.token({ sub: 'staff-2', name: 'Tom Okafor' })

before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
  const token = await danaAsRosa()
  await front.ask('POST', '/services/bob/actions/peek', { token, body: { input: {} } })
  const taken = await front.ask('POST', '/services/bob/actions/whisper', {
    token,
    body: { input: { password: 'a-password-1' } },
    headers: { 'idempotency-key': 'gesture-of-dana' },
  })
  id = operationSchema.parse(await taken.json()).id
  await front.scene.pass(0)
})
after(async () => {
  await front.end()
  assert.deepEqual(front.scene.reports, [])
})

async function log(token: string, query = '') {
  const answer = await front.ask('GET', `/services/bob/logs${query}`, { token })
  return logPageSchema.parse(await answer.json()).entries
}
const operation = async (token: string) =>
  operationSchema.parse(await (await front.ask('GET', `/operations/${id}`, { token })).json())

describe('what staff did in a client’s place', () => {
  it('has both names in the log for staff', async () => {
    const actors = (await log(await staff())).map(({ actor }) => actor)
    const both = { role: 'client', label: 'Rosa Lindqvist', act: 'Dana Reyes' }
    assert.deepEqual(
      [actors.length > 1, new Set(actors.map((one) => JSON.stringify(one))).size, actors[0]],
      [true, 1, both],
    )
  })
  it('has both names on the operation for staff', async () =>
    assert.deepEqual((await operation(await staff())).by, {
      role: 'client',
      label: 'Rosa Lindqvist',
      act: 'Dana Reyes',
    }))
  it('is kept with whose token it was, for who must tell people of one name apart', async () => {
    const rows = await front.scene.deps.db.orm.all<{ subject: string; act_subject: string }>(
      `SELECT DISTINCT json_extract(actor, '$.subject') AS subject, json_extract(actor, '$.act_subject') AS act_subject
       FROM log_entry UNION SELECT json_extract(actor, '$.subject'), json_extract(actor, '$.act_subject') FROM operation`,
    )
    assert.deepEqual(rows, [{ subject: 'rosa', act_subject: 'staff-1' }])
  })
  it('tells staff nothing of whose token it was', async () => {
    const answers = await Promise.all(
      ['/services/bob/logs', '/services/bob/operations', `/operations/${id}`].map(async (path) =>
        (await front.ask('GET', path, { token: await staff() })).text(),
      ),
    )
    assert.doesNotMatch(answers.join(''), /staff-1|"rosa"|subject/)
  })
  it('is not told to the client as their own doing', async () => {
    const actors = (await log(await rosa())).map(({ actor }) => actor)
    assert.deepEqual(
      [actors.length > 1, actors.filter(({ role, label }) => role !== 'staff' || label !== '')],
      [true, []],
    )
  })
  it('is staff’s on the operation too, as the client reads it', async () =>
    assert.deepEqual((await operation(await rosa())).by, { role: 'staff', label: '' }))
  it('names nobody to the client, anywhere', async () => {
    const answers = await Promise.all(
      ['/services/bob/logs', '/services/bob/operations', '/services/bob/actions'].map(
        async (path) => (await front.ask('GET', path, { token: await rosa() })).text(),
      ),
    )
    assert.doesNotMatch(answers.join(''), /Dana|staff-1/)
  })
  it('is found among what staff did', async () =>
    assert.equal((await log(await staff(), '?actor=staff')).length > 1, true))
  it('is not found among what the client did', async () => {
    const found = [
      await log(await staff(), '?actor=client'),
      await log(await rosa(), '?actor=client'),
    ]
    assert.deepEqual(found, [[], []])
  })
  it('is found by the name of who did it, by staff alone', async () => {
    const found = [await log(await staff(), '?q=Dana'), await log(await rosa(), '?q=Dana')]
    assert.deepEqual(
      found.map((entries) => entries.length > 0),
      [true, false],
    )
  })
  it('is kept with the subjects of both', async () =>
    assert.equal(
      (await front.scene.operation(id)).subject,
      'https://brand.example staff-1 for rosa',
    ))
  it('is another gesture than the client’s with the same key', async () => {
    const answer = await front.ask('POST', '/services/bob/actions/whisper', {
      token: await rosa(),
      body: { input: { password: 'another-password' } },
      headers: { 'idempotency-key': 'gesture-of-dana' },
    })
    const another = operationSchema.parse(await answer.json()).id
    assert.deepEqual([answer.status, another === id], [202, false])
  })
})

describe('staff in a client’s place', () => {
  it('may do no more than the client', async () => {
    const answer = await front.ask('POST', '/services/bob/actions/freeze/preview', {
      token: await danaAsRosa(),
      body: { input: {} },
    })
    assert.equal(answer.status, 403)
  })
  it('reads no more than the client', async () => {
    const [entry] = await log(await danaAsRosa())
    assert.deepEqual([entry?.actor, entry?.detail], [{ role: 'staff', label: '' }, undefined])
  })
  it('is counted as one person, for whichever clients', async () => {
    await bound(front.scene, 'eve')
    const open = async (sub: string, service: string) =>
      front.ask('GET', `/services/${service}/events`, {
        token: await front.token({ ...ROSA, sub, service, act: DANA }),
      })
    const streams: Response[] = []
    for (let i = 0; i < FEED_LIMITS.per_subject; i++)
      streams.push(await open(`client-${i}`, i % 2 === 0 ? 'bob' : 'eve'))
    const oneMore = await open('rosa', 'bob')
    const rosaHerself = await front.ask('GET', '/services/bob/events', { token: await rosa() })
    const statuses = [oneMore.status, rosaHerself.status]
    for (const stream of [...streams, rosaHerself]) await stream.body?.cancel()
    assert.deepEqual(statuses, [429, 200])
  })
})
