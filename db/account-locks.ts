import { and, eq, inArray } from 'drizzle-orm'
import type { Database, Statement } from './connect.ts'
import { accountLocks } from './schema.ts'

/**
 * Takes the locks of all these accounts for one operation, or rolls the batch back: the guard counts what the operation
 * holds afterwards. Repeating it is harmless.
 */
export function accountsLocked(
  server: string,
  usernames: readonly string[],
  operation: string,
  now: number,
): Statement[] {
  const names = [...new Set(usernames)]
  return [
    ...names.map((username) => ({
      sql: `INSERT INTO account_lock (server, username, operation, taken_at) VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING`,
      args: [server, username, operation, now],
    })),
    {
      sql: `INSERT INTO guard (ok) SELECT (SELECT count(*) FROM account_lock WHERE operation = ?) >= ?`,
      args: [operation, names.length],
    },
    { sql: 'DELETE FROM guard', args: [] },
  ]
}

/** Lets go of all accounts an operation holds. */
export function accountsUnlocked(operation: string): Statement {
  return { sql: 'DELETE FROM account_lock WHERE operation = ?', args: [operation] }
}

/** The operations that hold any of these accounts. */
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
