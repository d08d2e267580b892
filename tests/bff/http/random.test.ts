import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { problemSchema } from '../../../bff/contract/problem.ts'
import { bound, ordered } from '../operations/scene.ts'
import { type Front, openFront } from './front.ts'

let front: Front
let staff: string
let client: string
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
  await ordered(front.scene, 'new')
  staff = await front.token()
  client = await front.token({ role: 'client', service: 'bob' })
})
after(() => front.end())

const name = fc.oneof(
  fc.constantFrom(
    'bob',
    'new',
    'nobody',
    'repack',
    'found',
    'peek',
    'packages',
    '%00',
    '..',
    'op_1',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
)
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('__proto__', 'constructor', "' OR 1=1 --", '\r\nx: y', '<script>', 'bob.example'),
)
const body = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ maxLength: 200 }),
  fc
    .record(
      {
        input: fc.dictionary(
          fc.oneof(
            fc.constantFrom('package', 'password', 'username', 'all', 'reason'),
            fc.string(),
          ),
          leaf,
          { maxKeys: 4 },
        ),
        confirmation: fc.record(
          { digest: fc.string(), domain: fc.string(), accounts: fc.array(fc.string()) },
          { requiredKeys: [] },
        ),
        fields: fc.dictionary(fc.string(), leaf, { maxKeys: 3 }),
        label: leaf,
        host: leaf,
        port: leaf,
        user: leaf,
        token: leaf,
        configuration: leaf,
        username: leaf,
        verdict: leaf,
        why: leaf,
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
)
const query = fc.dictionary(
  fc.constantFrom('cursor', 'limit', 'level', 'action', 'actor', 'q', 'month', 'x'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  { maxKeys: 3 },
)

describe('random requests to every route', () => {
  it('never meet a fault of ours, and are refused as problems', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(name, { minLength: 2, maxLength: 2 }),
        body,
        query,
        fc.constantFrom('staff', 'client', 'none'),
        fc.string({ minLength: 0, maxLength: 40 }),
        async (pick, names, raw, asked, who, key) => {
          const route = front.app.routes[pick % front.app.routes.length]
          assert.ok(route !== undefined)
          let at = 0
          const path = route.path.replaceAll(/:[a-z_]+/g, () =>
            encodeURIComponent(names[at++ % names.length] ?? ''),
          )
          const search = new URLSearchParams(asked).toString()
          const headers = new Headers({ 'content-type': 'application/json' })
          const printable = key.replaceAll(/[^\x21-\x7e]/g, '')
          if (printable !== '') headers.set('idempotency-key', printable)
          if (printable !== '') headers.set('last-event-id', printable)
          if (who !== 'none')
            headers.set('authorization', `Bearer ${who === 'staff' ? staff : client}`)
          const response = await front.app.hono.request(
            `/v1${path}${search === '' ? '' : `?${search}`}`,
            { method: route.method, headers, ...(route.method === 'GET' ? {} : { body: raw }) },
          )
          const streams = response.headers.get('content-type')?.startsWith('text/event-stream')
          if (streams === true) await response.body?.cancel()
          const text = streams === true ? '' : await response.text()
          const what = `${route.method} ${path}?${search} ${raw} → ${response.status} ${text}`
          assert.ok(response.status < 500, `${what} ${front.scene.reports.at(-1)}`)
          if (response.status >= 400)
            assert.equal(problemSchema.safeParse(JSON.parse(text)).success, true, what)
        },
      ),
      { numRuns: 1500 },
    )
  })
  it('leave nothing to report', () => assert.deepEqual(front.scene.reports, []))
})
