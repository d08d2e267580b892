import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { z } from 'zod'
import { claimsSelected, dueCheckClaimed, queuedClaimed, withinBound } from '../../db/claims.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { expiredTakenBack } from '../../db/operations.ts'
import type { Statement } from '../../db/statement.ts'
import { fileDatabase, KINDS, type TestDatabase } from './databases.ts'

const MINUTE = 60_000
const BOUND = 4
const QUARANTINE = 15 * MINUTE
const claimedSchema = z.array(
  z.object({ id: z.string(), owner: z.string(), server: z.string(), state: z.string() }),
)

let test: TestDatabase
let now = 0
let owners = 0

/** Queues operations `<name>-00001` … of a tenant for a server, in one statement. */
async function queue(name: string, tenant: string, server: string, count = 1): Promise<void> {
  await test.db.write([
    {
      sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor, subject,
                                   idempotency_key, fingerprint, input)
            SELECT printf('%s-%05d', ?, i), ?, printf('%s-%05d', ?, i), 'repack', 'cfg', ?, 'queued', 0, '{}', 'ann',
                   printf('%s-%05d', ?, i), '', '{}' FROM n`,
      args: [count, name, tenant, name, server, name],
    },
  ])
}

async function claim(passed: readonly string[] = [], by = `owner-${owners++}`) {
  const taking = { owner: by, now, lease_until: now + MINUTE, passed }
  const results = await test.db.write([...queuedClaimed(taking, BOUND), claimsSelected([by])])
  return claimedSchema.parse(results.at(-1)?.rows)[0]
}

const become = (id: string, state: string): Statement => ({
  sql: `UPDATE operation SET state = ?, owner = NULL, lease_until = 0, next_at = 0 WHERE id = ?`,
  args: [state, id],
})
const finish = (id: string) => test.db.write([become(id, 'succeeded')])

async function claimIds(count: number, passed: readonly string[] = []): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push((await claim(passed))?.id ?? 'none')
  return ids
}

async function ask(sql: string, args: (string | number)[] = []): Promise<unknown[][]> {
  const [result] = await test.db.write([{ sql, args }])
  return (result?.rows ?? []).map((row) => result?.columns.map((_, at) => row[at]) ?? [])
}

for (const [name, start] of KINDS) {
  describe(`whose turn it is, on ${name}`, () => {
    before(async () => {
      test = await start()
    })
    after(() => test.end())
    beforeEach(async () => {
      now = 1000
      await test.db.write([
        { sql: 'DELETE FROM step' },
        { sql: 'DELETE FROM operation' },
        { sql: 'DELETE FROM queue_turn' },
      ])
    })

    it('is another tenant’s after one of a tenant with ten thousand', async () => {
      await queue('long', 'big', 'one', 10_000)
      await queue('short', 'small', 'one')
      assert.deepEqual(await claimIds(2), ['long-00001', 'short-00001'])
    })
    it('is another tenant’s at the next free place, when one has taken them all', async () => {
      await queue('long', 'big', 'one', 100)
      const taken = await claimIds(BOUND)
      await queue('short', 'small', 'one')
      await finish(taken[0] ?? '')
      assert.deepEqual(await claimIds(1), ['short-00001'])
    })
    it('goes round when there is one place for many with long queues', async () => {
      await queue('x', 'x', 'one', BOUND - 1)
      await claimIds(BOUND - 1)
      for (const tenant of ['a', 'b', 'c', 'd', 'e']) await queue(tenant, tenant, 'one', 20)
      const order: string[] = []
      for (let turn = 0; turn < 10; turn++) {
        const got = await claim()
        order.push(got?.id[0] ?? '')
        await finish(got?.id ?? '')
      }
      assert.equal(order.join(''), 'abcdeabcde')
    })
    it('is that of the server with the fewest runners at work', async () => {
      await queue('busy', 'big', 'one', 10)
      await claimIds(2)
      await queue('idle', 'big', 'two')
      assert.deepEqual(await claimIds(1), ['idle-00001'])
    })
    it('of one tenant on one server is the oldest’s', async () => {
      await queue('long', 'big', 'one', 9)
      assert.deepEqual(await claimIds(2), ['long-00001', 'long-00002'])
    })
    it('is nobody’s of a server that is passed over', async () => {
      await queue('dead', 'big', 'dead', 5)
      await queue('fine', 'big', 'fine')
      assert.deepEqual(await claimIds(2, ['dead']), ['fine-00001', 'none'])
    })
    it('is nobody’s before it may be tried', async () => {
      await queue('long', 'big', 'one')
      await test.db.write([{ sql: 'UPDATE operation SET next_at = 1001' }])
      assert.deepEqual(await claimIds(1), ['none'])
    })
    it('is nobody’s twice, however many ask at once', async () => {
      await queue('many', 'big', 'one', 2)
      await queue('other', 'big', 'two', 2)
      const got = await Promise.all(Array.from({ length: 8 }, () => claim()))
      const ids = got.flatMap((one) => (one === undefined ? [] : [one.id]))
      assert.deepEqual([...ids].sort(), ['many-00001', 'many-00002', 'other-00001', 'other-00002'])
    })
    it('of what is to be read back passes a server over too', async () => {
      await queue('read', 'big', 'dead')
      await queue('back', 'big', 'fine')
      await test.db.write([{ sql: `UPDATE operation SET state = 'checking'` }])
      const taking = { owner: 'reader', now, lease_until: now + MINUTE, passed: ['dead'] }
      const results = await test.db.write([dueCheckClaimed(taking), claimsSelected(['reader'])])
      assert.deepEqual(
        claimedSchema.parse(results.at(-1)?.rows).map(({ id }) => id),
        ['back-00001'],
      )
    })
  })

  describe(`the bound of writes in flight per server, on ${name}`, () => {
    before(async () => {
      test = await start()
    })
    after(() => test.end())

    const inFlight = async () =>
      ask(
        `SELECT o.server, count(DISTINCT o.id) FROM step s JOIN operation o ON o.id = s.operation
         WHERE s.state IN ('sent', 'uncertain') AND s.quarantine_until > ? GROUP BY o.server`,
        [now],
      )

    /** Writes a step down as sent, as a runner does; what is refused goes back into the queue. */
    async function send(id: string, server: string): Promise<void> {
      try {
        await test.db.write([
          {
            sql: `UPDATE operation SET state = 'running', lease_until = ? WHERE id = ? AND state IN ('leased', 'running')`,
            args: [now + 5 * MINUTE, id],
          },
          {
            sql: `INSERT INTO step (operation, seq, name, account, params, state, sent_at, quarantine_until)
                  VALUES (?1, 0, 'repack', 'bob', '{}', 'sent', ?2, ?3)
                  ON CONFLICT DO UPDATE SET state = 'sent', sent_at = ?2, quarantine_until = ?3`,
            args: [id, now, now + QUARANTINE],
          },
          ...withinBound(server, now, BOUND),
        ])
      } catch (error) {
        if (!isGuardFailed(error)) throw error
        await test.db.write([become(id, 'queued')])
      }
    }
    const stepBecomes = (id: string, state: string): Statement => ({
      sql: 'UPDATE step SET state = ? WHERE operation = ?',
      args: [state, id],
    })
    const some = async (state: string, more = '') =>
      (
        await ask(`SELECT id, server FROM operation WHERE state = ? ${more} ORDER BY id LIMIT 3`, [
          state,
        ])
      ).map(([id, server]) => ({ id: String(id), server: String(server) }))

    /** What runners, time and people do to operations; each takes as many as it finds, several at once. */
    const EVENTS: Record<string, () => Promise<unknown>> = {
      claim: async () => {
        const got = await Promise.all([1, 2, 3].map(() => claim()))
        await Promise.all(got.map((one) => one && send(one.id, one.server)))
      },
      'claim and wait': () => claim(),
      'send late': async () =>
        Promise.all((await some('leased')).map(({ id, server }) => send(id, server))),
      answered: async () => {
        for (const { id } of await some('running'))
          await test.db.write([stepBecomes(id, 'succeeded'), become(id, 'succeeded')])
      },
      'answer lost': async () => {
        for (const { id } of await some('running'))
          await test.db.write([stepBecomes(id, 'uncertain'), become(id, 'checking')])
      },
      'runner dies': async () => {
        now += 6 * MINUTE
        await test.db.write(expiredTakenBack(now))
      },
      'sent again': async () => {
        const over = `AND NOT EXISTS (SELECT 1 FROM step s WHERE s.operation = operation.id AND s.quarantine_until > ${now})`
        const found = await some('checking', over)
        for (const { id } of found)
          await test.db.write([stepBecomes(id, 'pending'), become(id, 'running')])
        await Promise.all(found.map(({ id, server }) => send(id, server)))
      },
      'to a person': async () => {
        for (const { id } of await some('checking')) await test.db.write([become(id, 'attention')])
      },
      'a person says': async () => {
        for (const { id } of await some('attention')) await test.db.write([become(id, 'resolved')])
      },
      'time passes': async () => {
        now += 5 * MINUTE
      },
    }

    it('is kept, whatever runners, time and people do', { timeout: 300_000 }, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...Object.keys(EVENTS)), { minLength: 5, maxLength: 40 }),
          async (events) => {
            now = 1000
            await test.db.write([{ sql: 'DELETE FROM step' }, { sql: 'DELETE FROM operation' }])
            await queue('a', 'one', 'srv_1', 15)
            await queue('b', 'two', 'srv_1', 15)
            await queue('c', 'two', 'srv_2', 15)
            for (const event of events) {
              await EVENTS[event]?.()
              for (const [server, count] of await inFlight())
                assert.ok(Number(count) <= BOUND, `${count} at ${server} after ${event}`)
            }
          },
        ),
        { numRuns: name === 'a file' ? 60 : 12, endOnFailure: true },
      ),
    )
    it('is full at four: the fifth of any tenant waits', async () => {
      now = 1000
      await test.db.write([{ sql: 'DELETE FROM step' }, { sql: 'DELETE FROM operation' }])
      await queue('a', 'one', 'srv_1', 3)
      await queue('b', 'two', 'srv_1', 3)
      const got = await claimIds(5)
      assert.deepEqual([got.filter((id) => id !== 'none').length, got[4]], [BOUND, 'none'])
    })
    it('is kept by the write of sent, where what was read back claimed no place', async () => {
      now = 1000
      await test.db.write([{ sql: 'DELETE FROM step' }, { sql: 'DELETE FROM operation' }])
      await queue('a', 'one', 'srv_1', 9)
      await EVENTS.claim?.()
      await EVENTS['answer lost']?.()
      now += QUARANTINE
      for (let i = 0; i < 2; i++) await EVENTS.claim?.()
      await EVENTS['sent again']?.()
      assert.deepEqual(await inFlight(), [['srv_1', BOUND]])
    })
    it('counts what a person is asked about until its quarantine ends', async () => {
      await test.db.write([{ sql: 'DELETE FROM step' }, { sql: 'DELETE FROM operation' }])
      await queue('a', 'one', 'srv_1', 9)
      for (let i = 0; i < BOUND; i++) {
        const got = await claim()
        await send(got?.id ?? '', 'srv_1')
        await test.db.write([
          stepBecomes(got?.id ?? '', 'uncertain'),
          become(got?.id ?? '', 'attention'),
        ])
      }
      const full = await claimIds(1)
      now += QUARANTINE
      assert.deepEqual([full, (await claimIds(1))[0]], [['none'], 'a-00005'])
    })
    it('does not count what is read once more when all its steps are done', async () => {
      await test.db.write([{ sql: 'DELETE FROM step' }, { sql: 'DELETE FROM operation' }])
      await queue('a', 'one', 'srv_1', 9)
      for (let i = 0; i < BOUND; i++) {
        const got = await claim()
        await send(got?.id ?? '', 'srv_1')
        await test.db.write([
          stepBecomes(got?.id ?? '', 'succeeded'),
          become(got?.id ?? '', 'checking'),
        ])
      }
      assert.deepEqual(await claimIds(1), ['a-00005'])
    })
  })
}

/** A statement with its arguments written into it: what cannot be bound can still be explained. */
function literal(statement: Statement): string {
  if ('toSQL' in statement) throw new TypeError('not SQL')
  const args = (statement.args ?? []).map((arg) =>
    typeof arg === 'number' ? String(arg) : `'${String(arg)}'`,
  )
  let next = 0
  return statement.sql.replaceAll(/\?(\d*)/g, (_, at) =>
    String(args[at === '' ? next++ : Number(at) - 1]),
  )
}

describe('a claim among 10,000 queued and 100,000 finished operations', () => {
  before(async () => {
    test = await fileDatabase()
    await queue('done', 'big', 'one', 100_000 - 1)
    await test.db.write([{ sql: `UPDATE operation SET state = 'succeeded'` }])
    await queue('wait', 'big', 'one', 10_000)
  })
  after(() => test.end())

  it('walks no table: every row it looks at it finds by an index', async () => {
    const taking = { owner: 'one', now: 1000, lease_until: 2000 }
    const plans: string[] = []
    for (const statement of [
      ...queuedClaimed(taking, BOUND),
      dueCheckClaimed(taking),
      claimsSelected(['one']),
      ...withinBound('one', 1000, BOUND).slice(0, 1),
    ]) {
      const rows = await test.db.orm.all(sql.raw(`EXPLAIN QUERY PLAN ${literal(statement)}`))
      plans.push(
        ...z
          .array(z.object({ detail: z.string() }))
          .parse(rows)
          .map((row) => row.detail),
      )
    }
    assert.deepEqual(
      plans.filter(
        (line) => /^SCAN (o|operation|s|step)\b/.test(line) && !/USING .*INDEX/.test(line),
      ),
      [],
      plans.join('\n'),
    )
  })
  it('finds the oldest', async () => assert.deepEqual(await claimIds(1), ['wait-00001']))
})
