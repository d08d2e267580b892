import type { Database } from '../../db/connect.ts'
import { SEALED_COLUMNS, type SealedColumn, type SealedRow, sealedRows } from '../../db/sealed.ts'
import { type Place, SealBroken } from './seal.ts'
import type { Vault } from './vault.ts'

/** Rows that are read at a time. */
export const ROWS_AT_A_TIME = 200

/** Walks every sealed value of the database, a batch at a time, in the order of columns and rows. */
export async function* sealedValues(
  db: Database,
  batch: number = ROWS_AT_A_TIME,
): AsyncGenerator<{ readonly column: SealedColumn; readonly rows: readonly SealedRow[] }> {
  for (const column of SEALED_COLUMNS) {
    let after = ''
    for (;;) {
      const rows = await sealedRows(db, column, after, batch)
      const last = rows.at(-1)
      if (last === undefined) break
      after = last.row
      yield { column, rows }
    }
  }
}

/** The key that sealed a value; undefined for what is no sealed value. */
export function keyOf(vault: Pick<Vault, 'keyOf'>, sealed: string): string | undefined {
  try {
    return vault.keyOf(sealed)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return undefined
  }
}

/** Sealed values of one column by key. */
export interface ColumnInventory extends SealedColumn {
  readonly keys: ReadonlyMap<string, number>
  /** Values that do not open where they stand, whichever key they name; counted only when they were opened. */
  readonly unreadable: number
}

/** Where a value stands, rebuilt from its row. */
export function placeOf({ table, column }: SealedColumn, { tenant, row }: SealedRow): Place {
  return { tenant, table, row, column }
}

async function opens(vault: Pick<Vault, 'open'>, column: SealedColumn, row: SealedRow) {
  try {
    await vault.open(placeOf(column, row), row.sealed)
    return true
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return false
  }
}

/**
 * Counts what is sealed with which key.
 *
 * @param opening whether each value is opened as well, to tell how many do not: 0.2 ms each
 */
export async function inventoryOf(
  db: Database,
  vault: Pick<Vault, 'keyOf' | 'open'>,
  opening = false,
): Promise<ColumnInventory[]> {
  const found = new Map<SealedColumn, { keys: Map<string, number>; unreadable: number }>(
    SEALED_COLUMNS.map((column) => [column, { keys: new Map(), unreadable: 0 }]),
  )
  for await (const { column, rows } of sealedValues(db)) {
    const counts = found.get(column)
    if (counts === undefined) continue
    for (const row of rows) {
      const key = keyOf(vault, row.sealed)
      if (key !== undefined) counts.keys.set(key, (counts.keys.get(key) ?? 0) + 1)
      if (key === undefined || (opening && !(await opens(vault, column, row))))
        counts.unreadable += 1
    }
  }
  return [...found].map(([column, counts]) => ({ ...column, ...counts }))
}

/** The database holds values that no key of the ring opens; the process must not start. */
export class VaultKeysMissing extends Error {
  readonly code = 'vault_keys_missing'
  override readonly name = 'VaultKeysMissing'
}

/** @throws {VaultKeysMissing} naming the keys that are not in the ring and how many values each has sealed */
export async function refuseMissingKeys(
  db: Database,
  vault: Pick<Vault, 'keyOf' | 'open' | 'keys'>,
): Promise<void> {
  const inventory = await inventoryOf(db, vault)
  const missing = inventory.flatMap(({ table, column, keys }) =>
    [...keys]
      .filter(([key]) => !vault.keys.all.includes(key))
      .map(([key, rows]) => `${rows} of ${table}.${column} with key ${key}`),
  )
  if (missing.length > 0)
    throw new VaultKeysMissing(
      `the database holds values sealed with vault keys that are not given: ${missing.join(', ')}. Put these keys behind the current one`,
    )
}
