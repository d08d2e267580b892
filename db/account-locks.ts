import { and, eq, inArray } from 'drizzle-orm'
import type { Database, Statement } from './connect.ts'
import type { OwnOperation } from './operations.ts'
import { accountLocks } from './schema.ts'

/**
 * Takes the locks of all these accounts for one operation, or rolls the batch back: the guard counts what the operation
 * holds afterwards. Repeating it is harmless.
 */
export function accountsLocked(
  server: string,
  usernames: readonly string[],
  { tenant, id }: OwnOperation,
  now: number,
): Statement[] {
  const names = [...new Set(usernames)]
  return [
    ...names.map((username) => ({
      sql: `INSERT INTO account_lock (server, username, operation, taken_at) 
              SELECT ?, ?, id, ? FROM operation WHERE tenant = ? AND id = ?
            ON CONFLICT DO NOTHING`,
      args: [server, username, now, tenant, id],
    })),
    {
      sql: `INSERT INTO guard (ok) SELECT (SELECT count(*) FROM account_lock
              WHERE operation = (SELECT id FROM operation WHERE tenant = ? AND id = ?)) >= ?`,
      args: [tenant, id, names.length],
    },
    { sql: 'DELETE FROM guard', args: [] },
  ]
}

/** Lets go of all accounts an operation holds. */
export function accountsUnlocked({ tenant, id }: OwnOperation): Statement {
  return {
    sql: `DELETE FROM account_lock WHERE operation = (SELECT id FROM operation WHERE tenant = ? AND id = ?)`,
    args: [tenant, id],
  }
}

/**
 * The operations that hold any of these accounts.
 *
 * Over all tenants: a lock belongs to the account of a server, and keeps everybody else out; whose it is, is never told.
 */
export async function holdersOf(
  db: Database,
  server: string,
  usernames: readonly string[],
): Promise<{ username: string; operation: string }[]> {
  if (usernames.length === 0) return []
  return db.orm
    .select({ username: accountLocks.username, operation: accountLocks.operation })
    .from(accountLocks)
    .where(and(eq(accountLocks.server, server), inArray(accountLocks.username, [...usernames])))
}
