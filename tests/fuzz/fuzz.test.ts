import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { NORTH, SOUTH } from '../bff/brands.ts'
import { type FuzzResult, fuzz } from './fuzz.ts'
import { judge } from './judge.ts'
import { PRINCIPALS, type Principal, type Seen } from './world.ts'

describe('thousands of random requests over all routes', () => {
  let result: FuzzResult
  before(async () => {
    result = await fuzz({ requests: 2500, seed: 20_261_125 })
  })

  it('find nothing that is broken', () => assert.equal(JSON.stringify(result.found), undefined))
  it('were all asked', () => assert.equal(result.figures.requests, 2500))
  for (const status of [200, 201, 202, 400, 401, 403, 404, 405, 409, 413, 415, 422])
    it(`met ${status}`, () => assert.ok((result.figures.statuses[status] ?? 0) > 0))
  it('wrote something every now and then', () => assert.ok(result.figures.writes > 20))
})

describe('the judge', () => {
  const staff: Principal = PRINCIPALS.staff_north ?? assert.fail()
  const secrets = { 'a secret': NORTH.secret }
  const problem = (status: number, code: string) =>
    JSON.stringify({
      type: `/v1/errors#${code}`,
      title: 'No',
      status,
      code,
      request_id: 'req_00000000000000000000000000',
      retryable: false,
    })
  const answered = (more: Partial<Seen>): Seen => ({
    request: { as: 'staff_north', method: 'GET', path: '/v1/services/bob', headers: {} },
    principal: staff,
    route: undefined,
    authorization: 'Bearer abcdefghijklmnopqrstuvwxyz',
    status: 404,
    headers: new Headers({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'req_00000000000000000000000000',
      ...(more.status === 200 ? { 'content-type': 'application/json' } : {}),
    }),
    text: problem(404, 'not_found'),
    touched: [],
    reports: [],
    unreachable: false,
    ...more,
  })
  const broken = (more: Partial<Seen>) =>
    judge(answered(more), secrets).map((finding) => finding.broken)

  it('finds nothing where nothing is wrong', () => assert.deepEqual(broken({}), []))
  it('finds a fault of ours', () =>
    assert.deepEqual(broken({ status: 500, text: problem(500, 'internal_error') }), [
      'fault of ours',
    ]))
  it('finds what a refused request has written', () =>
    assert.deepEqual(broken({ touched: [{ table: 'service', tenant: NORTH.tenant }] }), [
      'changed by a refused request',
    ]))
  it('finds what was written of another tenant', () =>
    assert.deepEqual(
      broken({ status: 200, text: '{}', touched: [{ table: 'field', tenant: SOUTH.tenant }] }),
      ['changed what is another tenant’s'],
    ))
  it('finds a secret, however it is written', () =>
    assert.deepEqual(
      [
        NORTH.secret,
        encodeURIComponent(NORTH.secret),
        Buffer.from(NORTH.secret).toString('hex'),
      ].map((form) => broken({ status: 200, text: JSON.stringify({ form }) })),
      [['secret in an answer'], ['secret in an answer'], ['secret in an answer']],
    ))
  it('finds the token that was sent', () =>
    assert.deepEqual(broken({ status: 200, text: '"abcdefghijklmnopqrstuvwxyz"' }), [
      'secret in an answer',
    ]))
  it('finds what only another tenant may read', () =>
    assert.deepEqual(broken({ status: 200, text: JSON.stringify({ label: SOUTH.mark }) }), [
      'shows what is another tenant’s',
    ]))
  it('finds a refusal that is no problem', () =>
    assert.deepEqual(broken({ text: '{"error":"no"}' }), ['no problem']))
  it('finds a code with another’s status', () =>
    assert.deepEqual(broken({ text: problem(404, 'insufficient_scope') }), ['no problem']))
  it('finds who was let in without a token', () =>
    assert.deepEqual(
      broken({ status: 200, text: '{}', principal: PRINCIPALS.none ?? assert.fail() }),
      ['let in without a token'],
    ))
  it('finds an origin nobody sent', () => {
    const headers = new Headers(answered({}).headers)
    headers.set('access-control-allow-origin', '*')
    assert.deepEqual(broken({ headers }), ['headers'])
  })
})

describe('a seed', () => {
  it('asks the same again', async () => {
    const first = await fuzz({ requests: 150, seed: 7 })
    const again = await fuzz({ requests: 150, seed: 7 })
    assert.deepEqual(first.figures, again.figures)
  })
})
