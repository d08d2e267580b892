import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { jtiDigest, LONGEST_USE } from '../../../bff/auth/revocation.ts'
import { operatorApp } from '../../../bff/http/operator/operator.ts'
import { revokedReader } from '../../../bff/tenants/revoked-reader.ts'
import { allRevocations } from '../../../db/revocations.ts'
import { type House, openHouse } from '../house.ts'

let house: House
let app: Hono
let told: number

beforeEach(async () => {
  told = 0
  house = await openHouse()
  app = operatorApp(house.deps, {
    changed: () => undefined,
    revoked: () => told++,
    report: (error) => assert.fail(String(error)),
  })
})
afterEach(() => house.end())

const post = (path: string, body: unknown) =>
  app.request(path, { method: 'POST', body: JSON.stringify(body) })
const get = async (path: string): Promise<unknown> => (await app.request(path)).json()
const time = (ms: number) => new Date(house.clock.time + ms).toISOString()
const token = { tenant: 'one', jti: 'j1' }
const subject = { tenant: 'one', subject: 'ann' }
const LIST = '/revoked-tokens?tenant=one'

describe('revoking a token', () => {
  it('is answered with how long it is kept', async () => {
    const response = await post('/revoked-tokens', token)
    const digest = jtiDigest('j1')
    assert.deepEqual(
      [response.status, await response.json()],
      [201, { tenant: 'one', digest, revoked_at: time(0), until: time(LONGEST_USE) }],
    )
  })
  it('takes the tenant’s issuer for its id', async () => {
    const response = await post('/revoked-tokens', { ...token, tenant: 'https://one.example' })
    assert.equal(response.status, 201)
  })
  it('is kept no longer than the token could be used', async () => {
    await post('/revoked-tokens', { ...token, expires: time(60_000) })
    assert.match(JSON.stringify(await get(LIST)), new RegExp(`"until":"${time(120_000)}"`))
  })
  it('twice is once, for the longer of both', async () => {
    await post('/revoked-tokens', token)
    await post('/revoked-tokens', { ...token, expires: time(60_000) })
    const { tokens } = await allRevocations(house.deps.db)
    assert.deepEqual(
      tokens.map(({ expires_at }) => expires_at),
      [house.clock.time + LONGEST_USE],
    )
  })
  it('keeps its id nowhere in clear', async () => {
    await post('/revoked-tokens', { ...token, jti: 'CANARYJTI' })
    const log = await house.deps.db.orm.all<object>('SELECT * FROM log_entry')
    const all = JSON.stringify([await allRevocations(house.deps.db), log, await get(LIST)])
    assert.ok(!all.includes('CANARYJTI'))
  })
  it('is told to who holds what is revoked', async () => {
    await post('/revoked-tokens', token)
    assert.equal(told, 1)
  })
  it('stands in the tenant’s log', async () => {
    await post('/revoked-tokens', token)
    const rows = await house.deps.db.orm.all<{ code: string; tenant: string; role: string }>(
      'SELECT code, tenant, role FROM log_entry',
    )
    assert.deepEqual(rows, [{ code: 'log.revocation.token', tenant: 'one', role: 'system' }])
  })
})

describe('revoking a subject', () => {
  it('is answered with from when on its tokens are good again', async () => {
    const response = await post('/revoked-subjects', subject)
    assert.deepEqual(
      [response.status, await response.json()],
      [201, { tenant: 'one', subject: 'ann', not_before: time(0), until: time(LONGEST_USE) }],
    )
  })
  it('again reaches the tokens issued since', async () => {
    await post('/revoked-subjects', subject)
    house.clock.time += 60_000
    await post('/revoked-subjects', subject)
    const { subjects } = await allRevocations(house.deps.db)
    assert.deepEqual(
      subjects.map(({ not_before }) => not_before),
      [house.clock.time],
    )
  })
  it('stands in the tenant’s log', async () => {
    await post('/revoked-subjects', subject)
    const rows = await house.deps.db.orm.all<{ code: string }>('SELECT code FROM log_entry')
    assert.deepEqual(rows, [{ code: 'log.revocation.subject' }])
  })
})

describe('a list of what is revoked', () => {
  it('is empty before anything is', async () => {
    assert.deepEqual(await get('/revoked-subjects?tenant=one'), { subjects: [] })
  })
  it('has nothing of another tenant', async () => {
    await post('/revoked-tokens', { ...token, tenant: 'two' })
    await post('/revoked-subjects', { ...subject, tenant: 'two' })
    assert.deepEqual(
      [await get(LIST), await get('/revoked-subjects?tenant=one')],
      [{ tokens: [] }, { subjects: [] }],
    )
  })
  it('has nothing whose tokens have all expired', async () => {
    await post('/revoked-tokens', token)
    house.clock.time += LONGEST_USE
    assert.deepEqual(await get(LIST), { tokens: [] })
  })
})

describe('what cannot be revoked', () => {
  const wrong: readonly [string, string, unknown, number][] = [
    ['a token without an id', '/revoked-tokens', { tenant: 'one', jti: '' }, 422],
    ['a token of no tenant', '/revoked-tokens', { jti: 'j1' }, 422],
    ['a token of a tenant nobody knows', '/revoked-tokens', { ...token, tenant: 'x' }, 404],
    ['an id no token can have', '/revoked-tokens', { ...token, jti: 'a\nb' }, 422],
    ['a token with a date that is none', '/revoked-tokens', { ...token, expires: 'soon' }, 422],
    ['a token that expired', '/revoked-tokens', { ...token, expires: '2020-01-01T00:00:00Z' }, 422],
    ['a subject without a name', '/revoked-subjects', { tenant: 'one', subject: '' }, 422],
    ['a subject of nobody', '/revoked-subjects', { ...subject, tenant: 'x' }, 404],
    ['with what it does not know', '/revoked-subjects', { ...subject, until: 1 }, 422],
    ['nothing', '/revoked-subjects', null, 422],
  ]
  for (const [what, path, body, status] of wrong)
    it(`is refused and changes nothing: ${what}`, async () => {
      const response = await post(path, body)
      assert.deepEqual(
        [response.status, await allRevocations(house.deps.db), told],
        [status, { tokens: [], subjects: [] }, 0],
      )
    })
  it('is listed for no tenant nobody knows', async () => {
    assert.equal((await app.request('/revoked-tokens?tenant=x')).status, 404)
  })
})

describe('what concerns expired tokens only', () => {
  const count = async () => {
    const { tokens, subjects } = await allRevocations(house.deps.db)
    return tokens.length + subjects.length
  }
  beforeEach(async () => {
    await post('/revoked-tokens', token)
    await post('/revoked-subjects', subject)
    house.clock.time += LONGEST_USE + 60_000
  })
  it('is removed when something else is revoked', async () => {
    await post('/revoked-tokens', { ...token, jti: 'j2' })
    assert.equal(await count(), 1)
  })
  it('is removed by whoever comes upon it', async () => {
    await revokedReader({ ...house.deps, report: () => undefined })()
    // A write through the same lane is behind the one it waits for.
    await house.deps.db.write([{ sql: 'SELECT 1' }])
    assert.equal(await count(), 0)
  })
})
