import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type Database, openDatabase } from '../../db/connect.ts'
import { migrate } from '../../db/migrate.ts'
import { type LossyProxy, startLossyProxy } from '../lossy-proxy.ts'
import { type Sqld, startSqld } from '../sqld.ts'

const migrations = fileURLToPath(new URL('../../db/migrations', import.meta.url))

function first(replicas: readonly Database[]): Database {
  const [db] = replicas
  assert.ok(db)
  return db
}

describe('four replicas start at the same moment on an empty server', () => {
  let server: Sqld
  let replicas: Database[]
  let applied: number[]
  before(async () => {
    server = await startSqld()
    replicas = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ url: server.url })))
    applied = await Promise.all(replicas.map((db) => migrate(db)))
  })
  after(async () => {
    await Promise.all(replicas.map((db) => db.close()))
    await server.stop()
  })

  it('lets exactly one of them apply everything', () => {
    assert.equal(applied.filter((count) => count > 0).length, 1)
  })

  it('leaves a schema all of them can use', async () => {
    for (const db of replicas) await db.write([{ sql: 'SELECT id FROM operation' }])
  })

  it('leaves the lock free', async () => {
    const [result] = await first(replicas).write([{ sql: 'SELECT owner FROM migration_lock' }])
    assert.equal(result?.rows[0]?.owner, null)
  })
})

/** Leaves a folder's first migrations only, so that a story does not depend on what came later. */
async function onlyFirst(count: number, folder: string): Promise<void> {
  const path = join(folder, 'meta', '_journal.json')
  const journal = z
    .looseObject({ entries: z.array(z.unknown()) })
    .parse(JSON.parse(await readFile(path, 'utf8')))
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }))
}

for (const loss of ['unsent', 'lost', 'half', 'silent', 'gateway'] as const) {
  describe(`a starter whose every third request is ${loss}`, () => {
    let server: Sqld
    let proxy: LossyProxy
    let db: Database
    before(async () => {
      server = await startSqld()
      proxy = await startLossyProxy(server.url)
      db = await openDatabase({ url: proxy.url, deadline: 300 })
    })
    after(async () => {
      await db.close()
      await proxy.stop()
      await server.stop()
    })

    it('applies each migration once', async () => {
      proxy.lose((body) =>
        /migration/.test(body) && !/SELECT at, hash/.test(body) && proxy.requests % 3 === 1
          ? loss
          : undefined,
      )
      await migrate(db)
      const lost = proxy.losses
      proxy.mend()
      const rows = await db.orm.all<{ at: number }>('SELECT at FROM migration')
      assert.deepEqual(
        [lost > 0, rows.length, await migrate(db)],
        [true, new Set(rows.map(({ at }) => at)).size, 0],
      )
    })

    it('leaves the lock free', async () => {
      const [result] = await db.write([{ sql: 'SELECT owner FROM migration_lock' }])
      assert.equal(result?.rows[0]?.owner, null)
    })
  })
}

describe('a starter died while it held the migration lock', () => {
  let folder: string
  let db: Database
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provision-migrate-'))
    await cp(migrations, join(folder, 'migrations'), { recursive: true })
    await onlyFirst(2, join(folder, 'migrations'))
    db = await openDatabase({ url: `file:${join(folder, 'data.db')}` })
    await migrate(db, { folder: join(folder, 'migrations') })
    await db.write([
      { sql: 'DELETE FROM migration WHERE at = (SELECT max(at) FROM migration)' },
      { sql: 'DROP TRIGGER log_entry_no_update' },
      { sql: 'DROP TRIGGER log_entry_no_delete' },
      { sql: "UPDATE migration_lock SET owner = 'dead', lease_until = 1000" },
    ])
  })
  after(async () => {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('is not waited for longer than we are patient', async () => {
    let now = 900
    const clock = {
      now: () => {
        now += 10
        return Math.min(now, 990)
      },
    }
    await assert.rejects(migrate(db, { clock, folder: join(folder, 'migrations'), patience: 20 }), {
      code: 'migration_blocked',
    })
  })

  it('is followed by the next one once the lease is over', async () => {
    const clock = { now: () => 1001 }
    assert.equal(await migrate(db, { clock, folder: join(folder, 'migrations') }), 1)
  })

  it('refuses to go on with a migration that was edited after it was applied', async () => {
    await writeFile(join(folder, 'migrations', '0001_log_append_only.sql'), 'SELECT 1;')
    await assert.rejects(migrate(db, { folder: join(folder, 'migrations') }), {
      code: 'migration_changed',
    })
  })
})
