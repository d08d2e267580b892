import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Clock } from '../bff/contract/clock.ts'
import type { Database } from './connect.ts'
import { DatabaseError, isUniqueConflict } from './errors.ts'

export interface MigrateOptions {
  readonly clock?: Clock
  /** Folder drizzle-kit wrote; the one beside this file unless told. */
  readonly folder?: string
  /** Milliseconds a starter may hold the lock without finishing one migration; 60 s unless told. */
  readonly lease?: number
  /** Milliseconds to wait for another starter in all; 5 min unless told. */
  readonly patience?: number
}

const BOOTSTRAP = [
  `CREATE TABLE IF NOT EXISTS migration_lock (
     id integer PRIMARY KEY CHECK (id = 1),
     owner text, fence integer NOT NULL DEFAULT 0, lease_until integer NOT NULL DEFAULT 0)`,
  `CREATE TABLE IF NOT EXISTS migration (
     at integer PRIMARY KEY, hash text NOT NULL, fence integer NOT NULL, applied_at integer NOT NULL)`,
  'INSERT INTO migration_lock(id) VALUES (1) ON CONFLICT DO NOTHING',
]

/** Each of these writes is harmless a second time, and the table of receipts may not be there yet. */
const REPEATABLE = { repeatable: true, patience: 30_000 }

const SHIPPED = fileURLToPath(new URL('./migrations', import.meta.url))

type Migration = ReturnType<typeof readMigrationFiles>[number]

async function pendingOf(db: Database, all: readonly Migration[]): Promise<Migration[]> {
  const rows = await db.orm.all<{ at: number; hash: string }>(sql`SELECT at, hash FROM migration`)
  const applied = new Map(rows.map((row) => [row.at, row.hash]))
  for (const migration of all) {
    const hash = applied.get(migration.folderMillis)
    if (hash !== undefined && hash !== migration.hash)
      throw new DatabaseError(
        'migration_changed',
        `the migration of ${new Date(migration.folderMillis).toISOString()} is not the one that was applied`,
      )
  }
  return all.filter(({ folderMillis }) => !applied.has(folderMillis))
}

let shipped: readonly Migration[] | undefined

/** Whether the database has every migration this program came with; one round trip. */
export async function isMigrated(db: Database): Promise<boolean> {
  shipped ??= readMigrationFiles({ migrationsFolder: SHIPPED })
  return (await pendingOf(db, shipped)).length === 0
}

/**
 * Brings the database to the newest schema. Any number of processes may call it at the same time: one works under a
 * lock row with a lease and a fence, the others wait and look again. Each migration is one transaction, and proves in
 * it that the lock is still ours.
 *
 * @returns how many migrations this call applied
 * @throws {DatabaseError} `migration_changed`: an applied file was edited; `migration_blocked`: somebody else held the
 *   lock for all our patience
 */
export async function migrate(db: Database, options: MigrateOptions = {}): Promise<number> {
  const clock = options.clock ?? { now: () => Date.now() }
  const lease = options.lease ?? 60_000
  const folder = options.folder ?? SHIPPED
  const all = readMigrationFiles({ migrationsFolder: folder })
  const owner = randomUUID()
  const giveUp = clock.now() + (options.patience ?? 300_000)
  await db.write(
    BOOTSTRAP.map((statement) => ({ sql: statement })),
    REPEATABLE,
  )
  for (;;) {
    if ((await pendingOf(db, all)).length === 0) return 0
    const now = clock.now()
    const [, claimed] = await db.write(
      [
        {
          sql: `UPDATE migration_lock SET owner = ?, fence = fence + 1, lease_until = ?
              WHERE id = 1 AND lease_until <= ?`,
          args: [owner, now + lease, now],
        },
        { sql: 'SELECT fence FROM migration_lock WHERE id = 1 AND owner = ?', args: [owner] },
      ],
      REPEATABLE,
    )
    const fence = claimed?.rows[0]?.fence
    if (typeof fence === 'number') return await applyAll(db, all, { owner, fence, clock, lease })
    if (now > giveUp)
      throw new DatabaseError('migration_blocked', 'another process holds the migration lock')
    await wait(50 + Math.random() * 100)
  }
}

interface Lock {
  readonly owner: string
  readonly fence: number
  readonly clock: Clock
  readonly lease: number
}

async function apply(db: Database, migration: Migration, lock: Lock): Promise<void> {
  const { folderMillis, hash, sql: statements } = migration
  const { owner, fence, clock, lease } = lock
  try {
    await db.write(
      [
        // Tables may be rebuilt: references are checked when the whole migration stands.
        { sql: 'PRAGMA defer_foreign_keys = ON' },
        {
          // The fence is null, and refused, once the lock has gone to somebody else.
          sql: `INSERT INTO migration(at, hash, applied_at, fence) VALUES (?, ?, ?,
                (SELECT fence FROM migration_lock WHERE id = 1 AND owner = ? AND fence = ?))`,
          args: [folderMillis, hash, clock.now(), owner, fence],
        },
        {
          sql: 'UPDATE migration_lock SET lease_until = ? WHERE id = 1 AND owner = ?',
          args: [clock.now() + lease, owner],
        },
        ...statements.filter((text) => text.trim() !== '').map((text) => ({ sql: text })),
      ],
      REPEATABLE,
    )
  } catch (error) {
    // Applied by the try before, whose answer was lost: one transaction, so all of it or nothing.
    if (!isUniqueConflict(error) || error.columns.join() !== 'migration.at') throw error
  }
}

async function applyAll(db: Database, all: readonly Migration[], lock: Lock): Promise<number> {
  const { owner, fence } = lock
  const release = {
    sql: 'UPDATE migration_lock SET owner = NULL, lease_until = 0 WHERE id = 1 AND owner = ? AND fence = ?',
    args: [owner, fence],
  }
  try {
    const pending = await pendingOf(db, all)
    for (const migration of pending) await apply(db, migration, lock)
    return pending.length
  } finally {
    await db.write([release], REPEATABLE)
  }
}
