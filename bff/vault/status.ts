import type { Database } from '../../db/connect.ts'
import { inventoryOf } from './inventory.ts'
import type { Vault } from './vault.ts'

/** One key and what it has sealed. */
export interface KeyStatus {
  readonly id: string
  /** `current` seals and opens, `previous` opens, `missing` is not given to this process. */
  readonly use: 'current' | 'previous' | 'missing'
  /** Values sealed with it, by `table.column`. */
  readonly sealed: Readonly<Record<string, number>>
  /** Whether nothing is sealed with it any more and it seals nothing new in this process. */
  readonly may_be_dropped: boolean
}

export interface VaultStatus {
  readonly keys: readonly KeyStatus[]
  /** Values that do not open where they stand, by `table.column`; each is opened to know. */
  readonly unreadable: Readonly<Record<string, number>>
}

/** What is sealed with which key, and which previous key is not needed any more. */
export async function vaultStatus(db: Database, vault: Vault): Promise<VaultStatus> {
  const inventory = await inventoryOf(db, vault, true)
  const ids = new Set([...vault.keys.all, ...inventory.flatMap(({ keys }) => [...keys.keys()])])
  return {
    keys: [...ids].map((id) => {
      const sealed = Object.fromEntries(
        inventory.map(({ table, column, keys }) => [`${table}.${column}`, keys.get(id) ?? 0]),
      )
      const use =
        id === vault.keys.current ? 'current' : vault.keys.all.includes(id) ? 'previous' : 'missing'
      return {
        id,
        use,
        sealed,
        may_be_dropped: use === 'previous' && Object.values(sealed).every((rows) => rows === 0),
      }
    }),
    unreadable: Object.fromEntries(
      inventory.map(({ table, column, unreadable }) => [`${table}.${column}`, unreadable]),
    ),
  }
}
