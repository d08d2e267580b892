import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { operatorApp } from '../../../bff/http/operator/operator.ts'
import { jobClaimed } from '../../../db/job-leases.ts'
import { type Evidence, openEvidence } from '../log/evidence.ts'

let evidence: Evidence
let app: Hono
beforeEach(async () => {
  evidence = await openEvidence(3)
  app = operatorApp(evidence.house.deps, {
    changed: () => {},
    revoked: () => {},
    report: () => {},
  })
})
afterEach(() => evidence.end())

const post = async (path: string, body: unknown) => {
  const response = await app.request(path, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: JSON.parse(await response.text()) }
}
const get = async (path: string) => {
  const response = await app.request(path)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

describe('looking all logs through', () => {
  it('finds them whole', async () => {
    const { body } = await post('/audit/verify', {})
    assert.deepEqual(
      [body.ok, body.logs.map(({ tenant, links }: Record<string, unknown>) => [tenant, links])],
      [
        true,
        [
          ['one', 3],
          ['two', 0],
        ],
      ],
    )
  })
  it('says in words which entry was changed', async () => {
    await evidence.tamper(
      `UPDATE log_entry SET level = 'error' WHERE id = (SELECT entry FROM log_seal WHERE seq = 2)`,
    )
    const { body } = await post('/audit/verify', { tenant: 'https://one.example' })
    assert.deepEqual(
      [body.ok, body.logs[0].findings[0].seq, body.logs[0].findings[0].text],
      [false, 2, 'the entry is not what was sealed: one of its values was changed'],
    )
  })
  it('of a tenant nobody knows finds none', async () =>
    assert.equal((await post('/audit/verify', { tenant: 'nobody' })).status, 404))
  it('wants nothing else', async () =>
    assert.equal((await post('/audit/verify', { fast: true })).status, 422))
  it('trusts keys it was handed more than those in the database', async () => {
    await get('/audit/head')
    const key = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'other' }
    const { body } = await post('/audit/verify', { keys: [key] })
    assert.equal(body.logs[0].findings[0].what, 'head_unproven')
  })
})

describe('the signed ends', () => {
  it('are given of every log there is', async () => {
    const { body } = await get('/audit/head')
    assert.deepEqual(
      body.heads.map(({ tenant, seq }: Record<string, unknown>) => [tenant, seq]),
      [['one', 3]],
    )
  })
  it('are the same until something is written', async () => {
    const first = await get('/audit/head?tenant=one')
    assert.deepEqual(await get('/audit/head?tenant=one'), first)
  })
  it('of a tenant nobody knows are not found', async () =>
    assert.equal((await get('/audit/head?tenant=nobody')).status, 404))
})

describe('the keys that sign', () => {
  it('are given by their public halves alone', async () => {
    const { body } = await get('/audit/keys')
    assert.deepEqual(Object.keys(body.keys[0]).sort(), [
      'created_at',
      'crv',
      'kid',
      'kty',
      'retired_at',
      'x',
    ])
  })
  it('can be renewed', async () => {
    const before = (await get('/audit/keys')).body.keys[0].kid
    const { body } = await post('/audit/keys', {})
    const { keys } = (await get('/audit/keys')).body
    assert.deepEqual(
      [keys[0].kid, keys[1].kid, keys[1].retired_at !== null],
      [body.kid, before, true],
    )
  })
})

describe('cutting', () => {
  it('removes what was sealed before a moment', async () => {
    evidence.house.clock.time += 60_000
    const { body } = await post('/audit/retain', {
      tenant: 'one',
      before: new Date(evidence.house.clock.time).toISOString(),
    })
    assert.equal(body.removed, 3)
  })
  it('is not done for a time to come', async () =>
    assert.equal(
      (await post('/audit/retain', { tenant: 'one', before: '2999-01-01T00:00:00Z' })).status,
      422,
    ))
  it('wants a date or a number of days', async () =>
    assert.equal((await post('/audit/retain', { tenant: 'one' })).status, 422))
  it('of a tenant nobody knows is not found', async () =>
    assert.equal((await post('/audit/retain', { tenant: 'nobody', keep_days: 3 })).status, 404))
  it('is left to the days a tenant keeps its log', async () =>
    assert.deepEqual((await post('/audit/retain', { tenant: 'one', keep_days: 30 })).body, {
      tenant: 'one',
      keep_days: 30,
    }))
})

describe('erasing a person', () => {
  it('says in how many entries they were named', async () => {
    const { body } = await post('/people/erase', {
      tenant: 'one',
      subject: 'ann',
      names: ['Ann Smith'],
    })
    assert.deepEqual(body, {
      dry_run: false,
      tables: { log_entry: 3, operation: 0, step: 0, service: 0, field: 0 },
      entries_by: { subject: 0, name: 3, words: 0 },
      called: [],
      unfinished: [],
      living: [],
      unreadable: 0,
      bytes: 'rewritten',
    })
  })
  it('can be tried first', async () => {
    const { body } = await post('/people/erase', {
      tenant: 'one',
      names: ['Ann Smith'],
      dry_run: true,
    })
    assert.deepEqual(
      [body.dry_run, body.tables.log_entry, (await evidence.verdict()).erased],
      [true, 3, 0],
    )
  })
  it('can leave the file as it is', async () => {
    const { body } = await post('/people/erase', {
      tenant: 'one',
      names: ['Ann Smith'],
      keep_bytes: true,
    })
    assert.equal(body.bytes, 'left')
  })
  it('wants a subject or a name', async () =>
    assert.equal((await post('/people/erase', { tenant: 'one' })).status, 422))
  it('changes nothing where it is refused', async () => {
    await post('/people/erase', { tenant: 'one', names: ['Ann Smith'], dry: true })
    assert.equal((await evidence.verdict()).erased, 0)
  })
  it('waits while somebody else is being erased', async () => {
    const { db, clock } = evidence.house.deps
    await jobClaimed(db, 'erase one', 'another', clock.now(), 60_000)
    assert.equal((await post('/people/erase', { tenant: 'one', names: ['Ann Smith'] })).status, 409)
  })
  it('of a tenant nobody knows is not found', async () =>
    assert.equal((await post('/people/erase', { tenant: 'nobody', subject: 'ann' })).status, 404))
  it('by a name that stands in any word is refused', async () =>
    assert.equal(
      (await post('/people/erase', { tenant: 'one', subject: 'ann', names: ['A'] })).status,
      422,
    ))
})
