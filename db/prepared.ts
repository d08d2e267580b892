import type { Database } from './connect.ts'

/**
 * Builds a query once per database: building takes longer than a file takes to answer, and the ones every request needs
 * are worth keeping. Values come in as placeholders.
 */
export function preparedFor<Query>(build: (db: Database) => Query): (db: Database) => Query {
  const built = new WeakMap<Database, Query>()
  return (db) => {
    const known = built.get(db)
    if (known !== undefined) return known
    const made = build(db)
    built.set(db, made)
    return made
  }
}
