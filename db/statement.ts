import type { InStatement, InValue } from '@libsql/client'

/** One statement of a batch: a drizzle query that was built and not run, or SQL with its arguments. */
export type Statement =
  | { toSQL(): { sql: string; params: unknown[] } }
  | { readonly sql: string; readonly args?: readonly InValue[] }

/** The form the driver takes. */
export function toInStatement(statement: Statement): InStatement {
  if ('toSQL' in statement) {
    const { sql, params } = statement.toSQL()
    // drizzle types parameters as unknown; its SQLite columns have mapped every one to a driver value by now.
    return { sql, args: params as InValue[] }
  }
  return { sql: statement.sql, args: [...(statement.args ?? [])] }
}

/**
 * Put these after a conditional UPDATE: unless it changed exactly one row, the batch fails with `GuardFailed` and
 * nothing of it stays.
 */
export function guarded(): readonly Statement[] {
  return [{ sql: 'INSERT INTO guard(ok) SELECT changes()' }, { sql: 'DELETE FROM guard' }]
}
