import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { SQL } from 'drizzle-orm'
import { linksFoundQuery, rangeEndQuery } from '../../db/links.ts'
import { isBoundless, type LogQuery, logEntryBackQuery, logPageQuery } from '../../db/log.ts'
import { tenantId } from '../tenant-id.ts'
import { fileDatabase, type TestDatabase } from './databases.ts'

const ONE = tenantId('one')
const FILTERS = {
  level: ['info', 'warning', 'error'],
  action: ['suspend'],
  role: ['staff'],
  operation: ['op_1'],
  text: ['disk'],
  before: ['log_9'],
} as const
const WHOSE = [
  { service: 's1', client: false },
  { service: 's1', client: true },
  { service: null, client: false },
]

/** Every way a page can be asked for: each filter alone, and with every other. */
function combinations(): LogQuery[] {
  let all: LogQuery[] = WHOSE.map((whose) => ({ tenant: ONE, limit: 51, ...whose }))
  for (const [name, values] of Object.entries(FILTERS))
    all = all.flatMap((query) => [query, ...values.map((value) => ({ ...query, [name]: value }))])
  return all
}

let test: TestDatabase
before(async () => {
  test = await fileDatabase()
})
after(() => test.end())

/** How SQLite goes about a query: its steps, from the outermost. */
async function plan(built: { readonly sql: string; readonly params: readonly unknown[] }) {
  const [result] = await test.db.write([
    { toSQL: () => ({ sql: `EXPLAIN QUERY PLAN ${built.sql}`, params: [...built.params] }) },
  ])
  return (result?.rows ?? []).map(({ detail }) => String(detail))
}
const planOf = (query: SQL) => plan(test.db.orm.all(query).getQuery())

describe('a page of the log, however it is asked for', () => {
  const asked = combinations()
  it('is asked for in every way', () => assert.equal(asked.length, 3 * 4 * 2 ** 5))
  it('is read along an index, and not sorted', async () => {
    for (const query of asked) {
      const bounded = isBoundless(query, query.client) ? { ...query, from: 'log_1' } : query
      const steps = await plan(logPageQuery(test.db, bounded).toSQL())
      assert.equal(steps.length, 1, `${JSON.stringify(query)}: ${steps.join('; ')}`)
      assert.match(
        String(steps[0]),
        /^SEARCH log_entry USING INDEX (log_of_service \(tenant=\? AND service=\?|log_gone_wrong \(tenant=\? AND service=\? AND level=\?)/,
      )
    }
  })
  it('looks at no more entries than it may, or at none that are not in it', async () => {
    for (const query of asked) {
      const isBound = isBoundless(query, query.client)
      const bounded = isBound ? { ...query, from: 'log_1' } : query
      const [step = ''] = await plan(logPageQuery(test.db, bounded).toSQL())
      if (isBound) assert.match(step, /AND id>\?/, JSON.stringify(query))
      // Nothing is asked that the index does not answer.
      else {
        const { level } = query
        assert.match(step, level === undefined ? /log_of_service/ : /log_gone_wrong .*level=\?/)
        assert.equal([query.action, query.role, query.operation, query.text].join(''), '')
      }
    }
  })
  it('finds how far it may look in the index alone', async () => {
    for (const service of ['s1', null])
      for (const before of [{}, { before: 'log_9' }]) {
        const place = { tenant: ONE, service, ...before }
        const steps = await plan(logEntryBackQuery(test.db, place, 10_000).toSQL())
        assert.match(
          steps.join('; '),
          /^SEARCH log_entry USING COVERING INDEX log_of_service \(tenant=\? AND service=\?( AND id<\?)?\)$/,
        )
      }
  })
})

describe('an export of a service, however it is searched', () => {
  it('reads a range of entries along their index, and each link by its entry', async () => {
    for (const { level, action, role, text } of combinations()) {
      const search = {
        ...(level === undefined ? {} : { level }),
        ...(action === undefined ? {} : { action }),
        ...(role === undefined ? {} : { role }),
        ...(text === undefined ? {} : { text }),
      }
      const range = { tenant: ONE, service: 's1', after: 'log_1', to: 'log_9' }
      const steps = await planOf(linksFoundQuery(range, search, 100))
      assert.match(
        steps.join('; '),
        /^SEARCH log_entry USING INDEX log_(of_service|gone_wrong) \(tenant=\? AND service=\?( AND level=\?)? AND id>\? AND id<\?\); SEARCH s USING INDEX log_seal_entry \(entry=\?\)$/,
        JSON.stringify(search),
      )
    }
  })
  it('finds the end of a range in the index alone', async () => {
    const steps = await planOf(rangeEndQuery({ tenant: ONE, service: 's1', after: 'log_1' }, 500))
    assert.match(steps.join('; '), /^SEARCH e USING COVERING INDEX log_of_service/)
  })
})
