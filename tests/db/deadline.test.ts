import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { type Database, isDatabaseAway, openDatabase } from '../../db/connect.ts'
import { DatabaseUnavailable } from '../../db/errors.ts'
import { migrate } from '../../db/migrate.ts'
import { tenants } from '../../db/schema.ts'
import { type Sqld, startSqld } from '../sqld.ts'

describe('a database server that takes calls and never answers', () => {
  let server: Server
  let db: Database
  before(async () => {
    server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    db = await openDatabase({ url: `http://127.0.0.1:${address.port}`, deadline: 100, patience: 0 })
  })
  after(async () => {
    await db.close()
    server.closeAllConnections()
    server.close()
  })

  it('ends a write with an error that says its outcome is unknown', async () => {
    await assert.rejects(db.write([{ sql: 'SELECT 1' }]), DatabaseUnavailable)
  })

  it('ends a read as well', async () => {
    await assert.rejects(async () => db.orm.select().from(tenants))
  })
})

describe('a database server that is not there', () => {
  it('is told apart from a refused statement', async () => {
    const db = await openDatabase({ url: 'http://127.0.0.1:9', deadline: 2000, patience: 0 })
    await assert.rejects(db.write([{ sql: 'SELECT 1' }]), DatabaseUnavailable)
    await db.close()
  })
})

const DEADLINE = 300

for (const scheme of ['http', 'ws'] as const) {
  describe(`a libSQL server asked over ${scheme}, stopped where it is`, () => {
    let server: Sqld
    let db: Database
    /** Every way the product asks the database something. */
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['a read', async () => db.orm.select().from(tenants)],
      ['a read in SQL', async () => db.orm.all('SELECT 1')],
      ['a prepared read', async () => db.orm.select().from(tenants).prepare().all()],
      ['a write', () => db.write([{ sql: 'DELETE FROM guard' }])],
      [
        'a write that may be repeated',
        () => db.write([{ sql: 'DELETE FROM guard' }], { repeatable: true }),
      ],
    ]
    before(async () => {
      server = await startSqld()
      db = await openDatabase({
        url: server.url.replace('http:', `${scheme}:`),
        deadline: DEADLINE,
        patience: 0,
      })
      await migrate(db)
    })
    after(async () => {
      await db.close()
      await server.stop()
    })

    for (const [name, call] of calls) {
      it(`ends ${name} in time, and says that nothing is known`, async () => {
        await call()
        await server.freeze()
        const outcome = await call().then(
          () => undefined,
          (error: unknown) => error,
        )
        server.thaw()
        assert.ok(isDatabaseAway(outcome), String(outcome))
      })
    }

    it('answers again as soon as it goes on, after more calls than there are places', async () => {
      await server.freeze()
      await Promise.allSettled(Array.from({ length: 60 }, () => db.orm.all('SELECT 1')))
      server.thaw()
      await db.write([{ sql: 'DELETE FROM guard' }], { patience: 5000 })
    })

    it('answers again when it was killed and is back', async () => {
      await server.kill()
      await assert.rejects(async () => db.orm.all('SELECT 1'))
      await server.restart()
      await db.write([{ sql: 'DELETE FROM guard' }], { patience: 5000 })
      await db.orm.select().from(tenants)
    })
  })
}
