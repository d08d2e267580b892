import { setTimeout as wait } from 'node:timers/promises'
import { type Client, createClient, type ResultSet } from '@libsql/client'
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql'
import { deadlined } from './deadline.ts'
import { classify, DatabaseBusy } from './errors.ts'
import { takeOwnership } from './owner.ts'
import * as schema from './schema.ts'
import { type Statement, toInStatement } from './statement.ts'
import { WriteLane } from './write-lane.ts'

export { isGuardFailed, isUniqueConflict } from './errors.ts'
export { guarded, type Statement } from './statement.ts'

export interface OpenOptions {
  /** `file:…`, or `http(s)://`, `ws(s)://`, `libsql://` of the primary. */
  readonly url: string
  readonly authToken?: string
  /** Milliseconds a call to a server may take; 10 s unless told. Files have none. */
  readonly deadline?: number
  /** Milliseconds a write to a file waits inside SQLite for outside tools such as a backup; 5 s unless told. */
  readonly busy?: number
}

export interface WriteOptions {
  /** How often a busy database is tried; 3 times for a file, which waits each time, 8 for a server. */
  readonly attempts?: number
}

export interface Database {
  readonly kind: 'file' | 'server'
  /** For reads, and to build statements. What changes something goes through `write`. */
  readonly orm: LibSQLDatabase<typeof schema>
  /**
   * Runs all statements in one write transaction, or none.
   *
   * @returns one result per statement. `rowsAffected` of a statement with RETURNING is always 0.
   * @throws {GuardFailed} a guarded update hit no row
   * @throws {UniqueConflict} a unique index refused a row
   * @throws {DatabaseBusy} another writer was in the way for too long; nothing was written
   * @throws {DatabaseUnavailable} no answer; whether it was written is unknown
   */
  write(statements: readonly Statement[], options?: WriteOptions): Promise<ResultSet[]>
  close(): Promise<void>
}

function filePath(url: string): string {
  const path = url.replace(/^file:(\/\/(localhost)?(?=\/))?/, '').replace(/\?.*$/, '')
  return decodeURIComponent(path)
}

/** A refused commit leaves a connection that fails again; only new connections help. */
async function writeRetrying(
  client: Client,
  statements: readonly Statement[],
  attempts: number,
): Promise<ResultSet[]> {
  const batch = statements.map(toInStatement)
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.batch(batch, 'write')
    } catch (error) {
      const classified = classify(error)
      if (!(classified instanceof DatabaseBusy) || attempt >= attempts) {
        if (classified instanceof DatabaseBusy) client.reconnect()
        throw classified
      }
      client.reconnect()
      await wait(Math.random() * Math.min(1000, 10 * 2 ** attempt))
    }
  }
}

/**
 * Opens the database. A file is owned by this process alone from here on and runs with a write-ahead log that is
 * synced on every commit.
 *
 * @throws {DatabaseOwned} another process owns the file
 */
export async function openDatabase({
  url,
  authToken,
  deadline = 10_000,
  busy = 5000,
}: OpenOptions): Promise<Database> {
  const kind = url.startsWith('file:') ? 'file' : 'server'
  const letGo = kind === 'file' ? takeOwnership(filePath(url)) : () => undefined
  try {
    const client =
      kind === 'file'
        ? createClient({ url, timeout: busy })
        : deadlined({ url, ...(authToken === undefined ? {} : { authToken }) }, deadline)
    if (kind === 'file') {
      // Stays in the file; `synchronous` is full on every new connection of this driver.
      await client.execute('PRAGMA journal_mode = WAL')
    }
    const lane = new WriteLane()
    return {
      kind,
      orm: drizzle({ client, schema }),
      write(statements, options = {}) {
        const attempts = options.attempts ?? (kind === 'file' ? 3 : 8)
        const work = () => writeRetrying(client, statements, attempts)
        return kind === 'file' ? lane.run(work) : work()
      },
      async close() {
        await lane.run(async () => client.close())
        letGo()
      },
    }
  } catch (error) {
    letGo()
    throw classify(error)
  }
}
