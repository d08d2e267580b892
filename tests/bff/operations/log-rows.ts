import { desc, eq } from 'drizzle-orm'
import type { Database } from '../../../db/connect.ts'
import { logEntries } from '../../../db/schema.ts'

/** What the log holds of an operation, newest first. */
export async function logRows(db: Database, operation: string) {
  return db.orm
    .select()
    .from(logEntries)
    .where(eq(logEntries.operation, operation))
    .orderBy(desc(logEntries.id))
}
