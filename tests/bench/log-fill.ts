import Libsql from 'libsql'
import { makeId, type TenantId } from '../../bff/contract/ids.ts'
import { openDatabase, type Statement } from '../../db/connect.ts'
import { migrate } from '../../db/migrate.ts'
import { entryInserted } from '../../db/settlement.ts'

/** The service nine of ten entries are of; every tenth is of one of the others, in turns. */
export const BUSY = 'busy'
/** Entries each of the others has. */
export const EACH = 500
/** Stands in about two of a hundred entries, in none of them, and in none of those a client may read. */
export const WORDS = { rare: 'Overdue', missing: 'nowhere to be found' } as const
/** About two of a hundred entries are of the one, none of the other. */
export const ACTIONS = { rare: 'change-password', missing: 'repack' } as const

/** How many others there are in a log of so many entries. */
export const others = (rows: number): number => Math.max(1, Math.floor(rows / (10 * EACH)))

/** A prime, so that what an entry says and whose it is do not go together. */
const SAMPLES = 101
/** Entries one transaction writes. */
const CHUNK = 500_000

/** Entries as the product writes them. */
function samples(tenant: TenantId, at: number): Statement[] {
  return Array.from({ length: SAMPLES }, (_, k) => {
    const action = k % 50 === 7 ? ACTIONS.rare : k % 3 === 0 ? 'suspend' : 'change-package'
    const failed = k % 50 === 11
    return entryInserted({
      id: makeId('log', at),
      tenant,
      service: BUSY,
      at,
      level: failed ? 'error' : k % 20 === 3 ? 'warning' : 'info',
      actor: JSON.stringify({ role: 'staff', label: `Ann Smith ${k}` }),
      role: k % 5 === 0 ? 'system' : 'staff',
      action,
      operation: makeId('op', at),
      reason: k % 50 === 13 ? `${WORDS.rare} by ${k} days` : null,
      duration_ms: 1000 + k,
      code: failed ? 'log.action.failed' : 'log.action.succeeded',
      params: JSON.stringify({ action, account: `user${k}`, domain: `shop-${k}.example` }),
      detail: failed ? JSON.stringify([{ code: 'detail.error', value: 'error.disk_full' }]) : null,
      client_visible: k % 10 !== 0,
    })
  })
}

/** As long as a salt (22) or a hash (43) is in base64url; nobody verifies this chain. */
const salt = `substr(hex(randomblob(11)), 1, 22)`
const hash = `substr(hex(randomblob(22)), 1, 43)`

function filled(db: Libsql.Database, tenant: TenantId, rows: number, began: number): void {
  db.exec(`CREATE TEMP TABLE sample AS SELECT rowid - 1 AS k, * FROM log_entry`)
  const triggers = db
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'log_%'`)
    .all() as { name: string; sql: string }[]
  // They queue each entry and tell it to open pages: in a log of this age both have been done with.
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
  for (const table of ['log_entry', 'log_unsealed', 'feed']) db.exec(`DELETE FROM ${table}`)
  const entries = db.prepare(
    `WITH RECURSIVE c(n) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT n + 1 FROM c WHERE n < ?2)
     INSERT INTO log_entry (id, tenant, service, at, level, actor, role, action, operation, reason, duration_ms,
       code, params, detail, client_visible)
     SELECT printf('log_%010d', n) || lower(hex(randomblob(8))), tenant,
       CASE WHEN n % 10 = 0 THEN 's' || ((n / 10) % ${others(rows)}) ELSE service END, ?3 + n, level, actor, role,
       action, 'op_' || printf('%010d', n) || substr(operation, 14), reason, duration_ms, code, params, detail,
       client_visible
     FROM c JOIN sample ON k = n % ${SAMPLES}`,
  )
  const seals = db.prepare(
    `INSERT INTO log_seal (tenant, seq, entry, sealed_at, caught_up_at, who_salt, what_salt, digest, prev, hash)
     SELECT tenant, rowid, id, at, at, ${salt}, ${salt}, ${hash}, ${hash}, ${hash}
     FROM log_entry WHERE rowid BETWEEN ?1 AND ?2`,
  )
  for (let first = 1; first <= rows; first += CHUNK) {
    const last = Math.min(rows, first + CHUNK - 1)
    db.exec('BEGIN')
    entries.run(first, last, began)
    seals.run(first, last)
    db.exec('COMMIT')
    if (rows > CHUNK) process.stderr.write(`${last} of ${rows} log entries written\n`)
  }
  db.prepare(
    `INSERT INTO log_chain (tenant, seq, hash, sealed_at, caught_up_at)
     SELECT tenant, seq, hash, sealed_at, caught_up_at FROM log_seal WHERE tenant = ? AND seq = ?`,
  ).run(tenant, rows)
  for (const { sql } of triggers) db.exec(sql)
}

/**
 * Makes a database whose log holds so many entries of one tenant, each in its chain: schema and indexes by the product's
 * own migrations, the rows copied from entries the product wrote. Entries lie in the order of time, services mixed.
 *
 * @param path of a file that is not there yet; takes about 1 kB per entry
 * @param began time of the first entry, milliseconds since the epoch
 */
export async function fillLog(
  path: string,
  tenant: TenantId,
  rows: number,
  began: number,
): Promise<void> {
  const db = await openDatabase({ url: `file:${path}` })
  await migrate(db)
  await db.write(samples(tenant, began))
  await db.close()
  const handle = new Libsql(path)
  // Whoever loses power here fills anew.
  handle.exec('PRAGMA synchronous = OFF')
  handle.exec('PRAGMA cache_size = -1000000')
  handle.exec('PRAGMA temp_store = MEMORY')
  filled(handle, tenant, rows, began)
  handle.close()
}

/** The id of the entry that was written as so manieth. */
export function entryAt(path: string, place: number): string {
  const handle = new Libsql(path, { readonly: true })
  const row = handle.prepare('SELECT id FROM log_entry WHERE rowid = ?').get(place) as
    | { id: string }
    | undefined
  handle.close()
  if (row === undefined) throw new Error(`there is no entry ${place}`)
  return row.id
}
