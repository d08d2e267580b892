import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { NORTH, SOUTH } from '../bff/brands.ts'
import { type FuzzResult, fuzz } from './fuzz.ts'
import { judge } from './judge.ts'
import { FuzzWorld, PRINCIPALS, type Principal, type Seen } from './world.ts'

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

const staff: Principal = PRINCIPALS.staff_north ?? assert.fail()

describe('the judge', () => {
  const secrets = { 'a secret': NORTH.secret }
  const problem = (status: number, code: string) =>
    JSON.stringify({
      type: `/v1/errors/${code}`,
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

describe('the judge of a file of the log', () => {
  const BOBS = '/v1/services/bob/logs/export'
  let csv: Seen
  let lines: Seen
  let whole: Seen

  before(async () => {
    const world = await FuzzWorld.open()
    const ask = async (path: string): Promise<Seen> => {
      const request = { as: 'staff_north', method: 'GET', path, headers: {} }
      return (await world.happen({ kind: 'request', request })) ?? assert.fail()
    }
    csv = await ask(BOBS)
    lines = await ask(`${BOBS}?format=jsonl`)
    whole = await ask('/v1/audit/export?format=jsonl')
    await world.close()
  })
  const broken = (seen: Seen, from = '', to = '') => {
    assert.ok(seen.text.includes(from), from)
    const text = seen.text.replaceAll(from, to)
    return judge({ ...seen, text }, {}).map((finding) => finding.broken)
  }
  const WRONG = ['not as described']

  it('is given files that hold something', () =>
    assert.ok([csv, lines, whole].every(({ text }) => text.split('\n').length > 2)))
  it('finds nothing where nothing is wrong', () =>
    assert.deepEqual(
      [csv, lines, whole].flatMap((seen) => broken(seen)),
      [],
    ))
  it('finds records that were cut off', () =>
    assert.deepEqual(broken({ ...csv, text: csv.text.slice(0, -5) }), WRONG))
  it('finds lines that were cut off', () =>
    assert.deepEqual(broken({ ...lines, text: lines.text.slice(0, -5) }), WRONG))
  it('finds a record of another service', () =>
    assert.deepEqual(broken(csv, '"bob"', '"amy"'), WRONG))
  it('finds a line of another service', () => {
    const request = { ...lines.request, path: BOBS.replace('bob', 'amy') }
    assert.deepEqual(broken({ ...lines, request }), WRONG)
  })
  it('finds a line of another tenant', () => {
    const principal = { ...staff, tenant: SOUTH.tenant }
    assert.ok(broken({ ...whole, principal }).includes('not as described'))
  })
  it('finds a line that is missing', () =>
    assert.deepEqual(broken({ ...lines, text: lines.text.replace(/^.*\n/, '') }), WRONG))
  it('finds a word that was changed', () =>
    assert.deepEqual(broken(lines, '"level":"info"', '"level":"error"'), WRONG))
  it('finds a member nobody told of', () =>
    assert.deepEqual(broken(lines, '{"seq":', '{"more":1,"seq":'), WRONG))
  it('finds a column of another name', () =>
    assert.deepEqual(broken(csv, '"hash"', '"hush"'), WRONG))
  it('finds a column too many', () => assert.deepEqual(broken(csv, '\r\n', ',1\r\n'), WRONG))
  for (const formula of ['=1+1', ' =1', '\t1', '＝1', '""=1', '-1+x', '@x'])
    it(`finds the formula ${JSON.stringify(formula)}`, () =>
      assert.deepEqual(broken(csv, `because ${NORTH.mark}`, formula), WRONG))
  it('finds a type that was not told', () => {
    const headers = new Headers(csv.headers)
    headers.set('content-type', 'text/csv')
    assert.deepEqual(broken({ ...csv, headers }), WRONG)
  })
})

describe('a seed', () => {
  it('asks the same again', async () => {
    const first = await fuzz({ requests: 150, seed: 7 })
    const again = await fuzz({ requests: 150, seed: 7 })
    assert.deepEqual(first.figures, again.figures)
  })
})
