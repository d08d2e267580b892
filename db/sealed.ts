import { sql } from 'drizzle-orm'
import type { Database, Statement } from './connect.ts'

/**
 * Every column that holds sealed values, with the columns its place is rebuilt from. Re-sealing, the vault's status and
 * the look at the start walk this list; tests compare it with the marks in schema.ts and with every place that is sealed.
 */
export const SEALED_COLUMNS = [
  { table: 'configuration', column: 'token', row: 'id', tenant: 'tenant' },
  { table: 'operation', column: 'secrets', row: 'id', tenant: 'tenant' },
  { table: 'audit_key', column: 'secret', row: 'kid', tenant: null },
] as const satisfies readonly SealedColumn[]

/** A column, and the columns that say which row it is of and whose. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** Unique; rows are walked in its order. */
  readonly row: string
  /** Null where it belongs to no tenant: its place then has an empty one. */
  readonly tenant: string | null
}

/** A sealed value and whose it is. */
export interface SealedRow {
  readonly tenant: string
  readonly row: string
  readonly sealed: string
}

/** Sealed values of a column in the order of their rows, behind `after`. @param after empty for the first */
export async function sealedRows(
  db: Database,
  { table, column, row, tenant }: SealedColumn,
  after: string,
  limit: number,
): Promise<SealedRow[]> {
  const [value, id] = [sql.identifier(column), sql.identifier(row)]
  const owner = tenant === null ? sql`''` : sql.identifier(tenant)
  return db.orm.all<SealedRow>(
    sql`SELECT ${owner} AS tenant, ${id} AS row, ${value} AS sealed FROM ${sql.identifier(table)}
        WHERE ${value} IS NOT NULL AND ${value} <> '' AND ${id} > ${after} ORDER BY ${id} LIMIT ${limit}`,
  )
}

/** Puts a value sealed anew in the place of the one that was read; does nothing where another stands by now. */
export function resealed(
  { table, column, ...named }: SealedColumn,
  { tenant, row, sealed }: SealedRow,
  anew: string,
): Statement {
  const owner = named.tenant === null ? `'' = ?` : `"${named.tenant}" = ?`
  return {
    sql: `UPDATE "${table}" SET "${column}" = ? WHERE ${owner} AND "${named.row}" = ? AND "${column}" = ?`,
    args: [anew, tenant, row, sealed],
  }
}
