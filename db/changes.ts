import type { Database } from './connect.ts'

/** The same database, which tells of every write that has changed a row; a hint: one whose answer was lost may be missing. */
export function tellingOfChanges(db: Database, changed: () => void): Database {
  return {
    ...db,
    async write(statements, options) {
      const results = await db.write(statements, options)
      if (results.some(({ rowsAffected }) => rowsAffected > 0)) changed()
      return results
    },
    withPatience: (patience) => tellingOfChanges(db.withPatience(patience), changed),
  }
}
