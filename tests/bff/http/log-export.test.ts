import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import { logPageSchema } from '../../../bff/contract/resources.ts'
import { Downloads } from '../../../bff/http/download.ts'
import { auditHeadSchema } from '../../../bff/http/log-export.ts'
import { verifyExport } from '../../../bff/log/export/verify-export.ts'
import { bound } from '../operations/scene.ts'
import { bare, type Front, openFront } from './front.ts'

let front: Front
let auditor: string
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
  await bound(front.scene, 'eve')
  for (const service of ['bob', 'eve'])
    await front.ask('POST', `/services/${service}/actions/peek`, { body: { input: {} } })
  auditor = await front.token({ scope: 'audit:read' })
})
after(async () => {
  await front.end()
  assert.deepEqual(front.scene.reports, [])
})

const get = (path: string, token?: string | null) =>
  front.ask('GET', path, token === undefined ? {} : { token })
async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.trimEnd().split('\n')
}

describe('GET /services/{service}/logs/export', () => {
  it('is a CSV file unless told', async () => {
    const answer = await get('/services/bob/logs/export')
    assert.deepEqual(
      [answer.headers.get('content-type'), answer.headers.get('content-disposition')],
      ['text/csv; charset=utf-8; header=present', 'attachment; filename="log-bob-2026-11-23.csv"'],
    )
  })
  it('holds every entry of that service alone', async () => {
    const [names, ...rows]: string[][] = parse(
      await (await get('/services/bob/logs/export')).text(),
    )
    assert.deepEqual([names?.[5], rows.map((row) => row[5])], ['service', rows.map(() => 'bob')])
  })
  it('is kept nowhere on its way', async () => {
    const answer = await get('/services/bob/logs/export')
    assert.equal(answer.headers.get('cache-control'), 'no-store, no-transform')
  })
  it('looks for what the list looks for', async () => {
    const rows: string[][] = parse(
      await (await get('/services/bob/logs/export?action=nothing')).text(),
    )
    assert.equal(rows.length, 1)
  })
  it('is offered by the list to who may have it', async () => {
    const page = logPageSchema.parse(await (await get('/services/bob/logs')).json())
    assert.deepEqual(page.can, ['export'])
  })
  for (const [who, claims] of [
    ['staff without its scope', { scope: 'logs:read' }],
    ['a client', { role: 'client', service: 'bob', scope: 'logs:read logs:export' }],
    ['the system', { role: 'system', scope: 'logs:read' }],
    [
      'staff whose scope is for another service',
      {
        scope: 'logs:read logs:export',
        authorization_details: [
          { type: 'provision_service', identifier: 'bob', actions: ['logs:read'] },
          { type: 'provision_service', identifier: 'eve', actions: ['logs:read', 'logs:export'] },
        ],
      },
    ],
  ] as const)
    it(`is not offered to ${who}`, async () => {
      const token = await front.token(claims)
      const page = logPageSchema.parse(await (await get('/services/bob/logs', token)).json())
      assert.deepEqual(page.can, [])
    })
  it('is not for clients, whatever their token says', async () => {
    const token = await front.token({
      role: 'client',
      service: 'bob',
      scope: 'logs:read logs:export',
    })
    assert.equal((await get('/services/bob/logs/export', token)).status, 403)
  })
})

describe('GET /audit/export', () => {
  it('proves itself by the keys of GET /audit/head', async () => {
    const head = auditHeadSchema.parse(await (await get('/audit/head', auditor)).json())
    const text = await (await get('/audit/export?format=jsonl', auditor)).text()
    const { ok, tenant, links } = await verifyExport(linesOf(text), head.keys, [head.jws])
    assert.deepEqual([ok, tenant, links], [true, 'ten_1', head.seq])
  })
  it('wants a token', async () => assert.equal((await get('/audit/export', null)).status, 401))
  it('wants its scope', async () =>
    assert.equal(
      (await get('/audit/export', await front.token({ scope: 'logs:export' }))).status,
      403,
    ))
  it('is not for who may see one service alone', async () =>
    assert.equal(
      (await get('/audit/export', await front.token({ scope: 'audit:read', service: 'bob' })))
        .status,
      403,
    ))
  it('refuses a format there is not', async () =>
    assert.equal((await get('/audit/export?format=xml', auditor)).status, 400))
  it('shows one brand nothing of another', async () => {
    const token = await front.token({ iss: 'https://other.example', scope: 'audit:read' })
    assert.ok(!(await (await get('/audit/export', token)).text()).includes('bob'))
  })
  it('is only announced to who asks for its head', async () => {
    const answer = await front.ask('HEAD', '/audit/export', { token: auditor })
    assert.deepEqual([answer.status, await answer.text()], [200, ''])
  })
})

describe('GET /audit/head', () => {
  it('wants a token', async () => assert.equal((await get('/audit/head', null)).status, 401))
  it('wants its scope', async () =>
    assert.equal((await get('/audit/head', await front.token({ scope: 'logs:read' }))).status, 403))
  it('refuses what it does not know', async () =>
    assert.equal((await get('/audit/head?tenant=ten_2', auditor)).status, 400))
  it('is not there where nothing was ever logged', async () => {
    const token = await front.token({ iss: 'https://other.example', scope: 'audit:read' })
    assert.match(await bare(await get('/audit/head', token)), /^404/)
  })
})

describe('a download', () => {
  async function* pieces(read: { count: number }): AsyncGenerator<string> {
    try {
      for (;;) {
        read.count += 1
        await turn()
        yield 'x'.repeat(32 * 1024)
      }
    } finally {
      read.count = -1
    }
  }
  const begun = async (downloads: Downloads, read = { count: 0 }) => {
    const outcome = await downloads.begin(async () => pieces(read), 'text/csv', 'a.csv')
    assert.ok(outcome.kind === 'download')
    return outcome.body
  }

  it('is read no faster than its reader takes it', async () => {
    const read = { count: 0 }
    const reader = (await begun(new Downloads(), read)).getReader()
    await reader.read()
    // One piece is taken, and one is ready.
    assert.ok(read.count <= 4, String(read.count))
    await reader.cancel()
  })
  it('gives its place up when its reader goes', async () => {
    const downloads = new Downloads()
    const body = await begun(downloads)
    await body.cancel()
    assert.equal(downloads.open, 0)
  })
  it('lets go of what it read when its reader goes', async () => {
    const read = { count: 0 }
    const body = await begun(new Downloads(), read)
    const reader = body.getReader()
    await reader.read()
    await reader.cancel()
    assert.equal(read.count, -1)
  })
  it('waits for a place, and says for how long', async () => {
    const downloads = new Downloads({ most: 1 })
    const body = await begun(downloads)
    const outcome = await downloads.begin(async () => undefined, 'text/csv', 'b.csv')
    await body.cancel()
    assert.deepEqual(outcome, {
      kind: 'problem',
      code: 'too_many_downloads',
      details: { headers: { 'retry-after': '30' } },
    })
  })
  it('gives its place up when it cannot begin', async () => {
    const downloads = new Downloads()
    await assert.rejects(
      downloads.begin(() => Promise.reject(new Error('away')), 'text/csv', 'a.csv'),
    )
    assert.equal(downloads.open, 0)
  })
  it('is cut off, and never ended as if it were whole, when it takes too long', async () => {
    const reader = (await begun(new Downloads({ life: 1 }))).getReader()
    // The stream's own timer keeps no process alive.
    const alive = setInterval(() => {}, 1000)
    await assert.rejects(async () => {
      for (let isMore = true; isMore; ) isMore = !(await reader.read()).done
    })
    clearInterval(alive)
  })
})
