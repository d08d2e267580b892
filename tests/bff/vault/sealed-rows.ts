import { createHash } from 'node:crypto'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'
import { type ResealDeps, startResealing } from '../../../bff/vault/reseal.ts'
import { createVault, type Vault } from '../../../bff/vault/vault.ts'
import type { Database } from '../../../db/connect.ts'
import { SEALED_COLUMNS } from '../../../db/sealed.ts'
import type { TestDatabase } from '../../db/databases.ts'

/** A key that is always the same for its name. */
export const keyNamed = (id: string) =>
  `${id}:${createHash('sha256').update(`vault key ${id}`).digest('base64')}`

/** A vault with these keys, the first in front. */
export const vaultWith = (...ids: string[]): Vault =>
  createVault(parseKeyRing(ids.map(keyNamed).join(',')))

/** What is sealed at a place of these tests. */
export const secretOf = (table: string, row: string) => `the secret of ${table} ${row}`

/** Configurations and operations of two tenants, and keys of nobody's, with sealed values. */
export interface SealedRows {
  readonly db: Database
  readonly clock: { time: number; now(): number }
  readonly reports: string[]
  deps(vault: Vault): ResealDeps
  resealer(vault: Vault): ReturnType<typeof startResealing>
  /** Adds so many rows to each table, sealed by this vault. */
  add(vault: Vault, count: number): Promise<void>
  /** The stored value of a row. */
  stored(table: string, row: string): Promise<string>
  put(table: string, row: string, sealed: string): Promise<void>
  /** Every secret there is, as this vault opens them. */
  opened(vault: Vault): Promise<string[]>
}

let rows = 0

export async function sealedRows({ db }: TestDatabase): Promise<SealedRows> {
  const clock = { time: Date.UTC(2026, 10, 25), now: () => clock.time }
  const reports: string[] = []
  const run = async (sql: string, args: (string | number)[] = []) => {
    const [result] = await db.write([{ sql, args }])
    return result?.rows ?? []
  }
  for (const id of ['one', 'two'])
    await run(
      `INSERT INTO tenant (id, label, issuer, algorithms, origins, created_at) VALUES (?, ?, ?, '[]', '[]', 0)`,
      [id, id, `https://${id}.example`],
    )
  await run(
    `INSERT INTO server (id, provider, host, port, created_at) VALUES ('srv', 'x', 'whm.example', 2087, 0)`,
  )
  const scene: SealedRows = {
    db,
    clock,
    reports,
    deps: (vault) => ({
      db,
      clock,
      vault,
      timings: { reseal_lease: 60_000, reseal_pause: 0, reseal_every: 600_000 },
      report: (error, about) => reports.push(`${about}: ${String(error)}`),
    }),
    resealer: (vault) => startResealing(scene.deps(vault), false),
    async add(vault, count) {
      for (let i = 0; i < count; i++) {
        const row = String(rows++).padStart(6, '0')
        const tenant = i % 2 === 0 ? 'one' : 'two'
        const seal = (table: string, column: string, owner = tenant) =>
          vault.seal({ tenant: owner, table, row, column }, secretOf(table, row))
        await db.write([
          {
            sql: `INSERT INTO configuration (id, tenant, server, label, api_user, token, created_at)
                  VALUES (?, ?, 'srv', 'x', 'root', ?, 0)`,
            args: [row, tenant, await seal('configuration', 'token')],
          },
          {
            sql: `INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor,
                    subject, idempotency_key, fingerprint, input, secrets)
                  VALUES (?1, ?2, ?1, 'x', ?1, 'srv', 'queued', 0, '{}', 's', ?1, 'f', '{}', ?3)`,
            args: [row, tenant, await seal('operation', 'secrets')],
          },
          {
            // One key at a time is not retired; what is sealed in the others is walked all the same.
            sql: `INSERT INTO audit_key (kid, public, secret, created_at, retired_at) VALUES (?, '{}', ?, 0, 1)`,
            args: [row, await seal('audit_key', 'secret', '')],
          },
        ])
      }
    },
    async stored(table, row) {
      const column = SEALED_COLUMNS.find((known) => known.table === table)?.column ?? ''
      const [found] = await run(`SELECT ${column} AS sealed FROM ${table} WHERE id = ?`, [row])
      return String(found?.sealed)
    },
    async put(table, row, sealed) {
      const column = SEALED_COLUMNS.find((known) => known.table === table)?.column ?? ''
      await run(`UPDATE ${table} SET ${column} = ? WHERE id = ?`, [sealed, row])
    },
    async opened(vault) {
      const found: string[] = []
      for (const { table, column, ...named } of SEALED_COLUMNS) {
        const all = await run(
          `SELECT ${named.row} AS id, ${named.tenant ?? "''"} AS tenant, ${column} AS sealed FROM ${table}
           WHERE ${column} IS NOT NULL ORDER BY ${named.row}`,
        )
        for (const { id, tenant, sealed } of all)
          found.push(
            await vault.open(
              { tenant: String(tenant), table, row: String(id), column },
              String(sealed),
            ),
          )
      }
      return found
    },
  }
  return scene
}
