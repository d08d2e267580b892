import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eq } from 'drizzle-orm'
import { guarded } from '../../db/connect.ts'
import { GuardFailed, UniqueConflict } from '../../db/errors.ts'
import { migrate } from '../../db/migrate.ts'
import { logEntries, tenants } from '../../db/schema.ts'
import { tenantId } from '../tenant-id.ts'
import { KINDS, type TestDatabase } from './databases.ts'

const tenant = (id: string) => ({
  id: tenantId(id),
  label: 'first',
  issuer: `https://${id}.example`,
  algorithms: '["ES256"]',
  origins: '[]',
  created_at: 1,
})

for (const [name, start] of KINDS) {
  describe(`writing to ${name}`, () => {
    let test: TestDatabase
    before(async () => {
      test = await start()
    })
    after(() => test.end())

    const labelOf = async (id: string) =>
      (
        await test.db.orm
          .select()
          .from(tenants)
          .where(eq(tenants.id, tenantId(id)))
      )[0]?.label

    it('keeps what drizzle built and what was given as SQL', async () => {
      await test.db.write([
        test.db.orm.insert(tenants).values(tenant('a')),
        { sql: 'UPDATE tenant SET label = ? WHERE id = ?', args: ['second', 'a'] },
      ])
      assert.equal(await labelOf('a'), 'second')
    })

    it('lets a guarded update of one row pass and leaves nothing in the guard', async () => {
      const results = await test.db.write([
        { sql: 'UPDATE tenant SET label = ? WHERE id = ?', args: ['third', 'a'] },
        ...guarded(),
        { sql: 'SELECT count(*) AS n FROM guard' },
      ])
      assert.equal(results.at(-1)?.rows[0]?.n, 0)
    })

    it('undoes the whole batch when a guarded update hits no row', async () => {
      await assert.rejects(
        test.db.write([
          { sql: 'UPDATE tenant SET label = ? WHERE id = ?', args: ['lost', 'a'] },
          { sql: 'UPDATE tenant SET label = ? WHERE id = ?', args: ['x', 'nobody'] },
          ...guarded(),
        ]),
        GuardFailed,
      )
      assert.equal(await labelOf('a'), 'third')
    })

    it('undoes the whole batch when a guarded insert met a row of the same key', async () => {
      await assert.rejects(
        test.db.write([
          { sql: 'UPDATE tenant SET label = ? WHERE id = ?', args: ['lost', 'a'] },
          test.db.orm.insert(tenants).values(tenant('a')).onConflictDoNothing(),
          ...guarded(),
        ]),
        GuardFailed,
      )
      assert.equal(await labelOf('a'), 'third')
    })

    it('says which columns were not unique', async () => {
      await assert.rejects(
        test.db.write([
          test.db.orm.insert(tenants).values({ ...tenant('b'), issuer: 'https://a.example' }),
        ]),
        (error) => error instanceof UniqueConflict && error.columns.join() === 'tenant.issuer',
      )
    })

    it('loses none of many writes at the same time', async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          test.db.write([test.db.orm.insert(tenants).values(tenant(`many-${i}`))]),
        ),
      )
      const rows = await test.db.orm.select({ id: tenants.id }).from(tenants)
      assert.equal(rows.filter(({ id }) => id.startsWith('many-')).length, 50)
    })

    it('goes on after a failed write', async () => {
      await assert.rejects(test.db.write([{ sql: 'SELECT * FROM nowhere' }]), {
        code: 'database_failed',
      })
      await test.db.write([{ sql: "UPDATE tenant SET label = 'on' WHERE id = 'a'" }])
      assert.equal(await labelOf('a'), 'on')
    })

    it('never tells arguments in an error', async () => {
      const secret = 'S3cret-argument'
      await assert.rejects(
        test.db.write([{ sql: 'INSERT INTO guard(ok) VALUES (?)', args: [secret] }]),
        (error) => {
          let text = ''
          for (let e: unknown = error; e instanceof Error; e = e.cause)
            text += `${e.message} ${e.stack}`
          return !text.includes(secret)
        },
      )
    })

    it('refuses to change or to delete a log entry', async () => {
      await test.db.write([
        test.db.orm.insert(logEntries).values({
          id: 'log_1',
          tenant: tenantId('a'),
          at: 1,
          level: 'info',
          actor: '{}',
          role: 'staff',
          action: 'x',
          code: 'log.x',
          params: '{}',
          client_visible: true,
        }),
      ])
      await assert.rejects(test.db.write([{ sql: "UPDATE log_entry SET level = 'error'" }]))
      await assert.rejects(test.db.write([{ sql: 'DELETE FROM log_entry' }]))
      const rows = await test.db.orm.select().from(logEntries)
      assert.deepEqual(
        rows.map(({ level }) => level),
        ['info'],
      )
    })

    it('has nothing to migrate the second time', async () => {
      assert.equal(await migrate(test.db), 0)
    })
  })
}
