import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/** What bff/log/README.md says of one column. */
export interface PersonalColumn {
  /** As `table.column`. */
  readonly column: string
  readonly fate: string
  readonly why: string
}

/** The rows of the table "Column by column". */
export function personalColumns(readme: string): PersonalColumn[] {
  const section = /^### Column by column\n(.*?)^### /ms.exec(readme)?.[1] ?? ''
  return section.split('\n').flatMap((line) => {
    const [, table, columns, fate = '', why = ''] = line.split('|').map((cell) => cell.trim())
    const name = /^`(\w+)`$/.exec(table ?? '')?.[1]
    if (name === undefined) return []
    return [...(columns ?? '').matchAll(/`(\w+)`/g)].map(([, column]) => ({
      column: `${name}.${column}`,
      fate,
      why,
    }))
  })
}

/** Columns of a table that are no numbers, as `table.column`. */
export function textColumns(table: SQLiteTable): string[] {
  return Object.values(getTableColumns(table))
    .filter((column) => column.getSQLType() !== 'integer')
    .map(({ name }) => `${getTableName(table)}.${name}`)
}
