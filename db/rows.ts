import type { ResultSet } from '@libsql/client'
import { getTableColumns } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/** Rows that a batch selected with all their columns, as drizzle would have given them. */
export function rowsOf<Table extends SQLiteTable>(
  table: Table,
  result: ResultSet | undefined,
): Table['$inferSelect'][] {
  const columns = Object.entries(getTableColumns(table))
  return (result?.rows ?? []).map((row) => {
    const entries = columns.map(([key, column]) => {
      const value: unknown = row[column.name]
      return [key, value === null ? null : column.mapFromDriverValue(value)]
    })
    // One entry per column of the table, each mapped by that column.
    return Object.fromEntries(entries) as Table['$inferSelect']
  })
}
