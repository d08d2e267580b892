import { type Client, createClient, type ResultSet } from '@libsql/client'
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql'
import { deadlined, rereading } from './deadline.ts'
import { classify, DatabaseBusy } from './errors.ts'
import { takeOwnership } from './owner.ts'
import { pauseBefore } from './pause.ts'
import * as schema from './schema.ts'
import { type Statement, toInStatement } from './statement.ts'
import { WriteLane } from './write-lane.ts'
import { writeOnce } from './write-once.ts'

export { isDatabaseAway, isGuardFailed, isUniqueConflict } from './errors.ts'
export { guarded, type Statement } from './statement.ts'

export interface OpenOptions {
  /** `file:…`, or `http(s)://`, `ws(s)://`, `libsql://` of the primary. */
  readonly url: string
  readonly authToken?: string
  /** Milliseconds a call to a server may take; 10 s unless told. Files have none. */
  readonly deadline?: number
  /**
   * Milliseconds a write to a file waits inside SQLite for outside tools such as a backup, each time it is tried; 100
   * unless told. Nothing else happens in the process meanwhile.
   */
  readonly busy?: number
  /** Milliseconds a write to a file waits for the writes before it; 15 s unless told. */
  readonly queue?: number
  /** Milliseconds after its start in which a call to a server that got no answer is sent again; 3 s unless told. */
  readonly patience?: number
}

export interface WriteOptions {
  /** How often a busy database is tried; 20 times for a file, 8 for a server. */
  readonly attempts?: number
  /** Milliseconds after its start in which a write that got no answer is sent again; the database's own unless told. */
  readonly patience?: number
  /**
   * Whether the batch may be written twice as it is, so that it needs no receipt; then the table of receipts need not
   * exist yet.
   */
  readonly repeatable?: boolean
}

export interface Database {
  readonly kind: 'file' | 'server'
  /**
   * For reads, and to build statements. What changes something goes through `write`: what goes through here may be sent
   * twice.
   */
  readonly orm: LibSQLDatabase<typeof schema>
  /**
   * Runs all statements in one write transaction, or none. A server whose answer was lost is asked again, and writes the
   * batch once nevertheless.
   *
   * @returns one result per statement. `rowsAffected` means nothing: with RETURNING it is always 0, and when an answer was
   *   lost on the way only what was selected is known.
   * @throws {GuardFailed} a guarded update hit no row
   * @throws {UniqueConflict} a unique index refused a row
   * @throws {DatabaseBusy} another writer was in the way for too long; nothing was written
   * @throws {DatabaseUnavailable} no answer; whether it was written is unknown
   */
  write(statements: readonly Statement[], options?: WriteOptions): Promise<ResultSet[]>
  /**
   * The same database for whoever can wait longer for an answer, or less long.
   *
   * @param patience milliseconds; a file always answers
   */
  withPatience(patience: number): Database
  /**
   * Writes a file anew, so that neither it nor its write-ahead log holds what was changed or deleted before. Nothing else
   * happens in the process meanwhile: about four seconds for 100 MB.
   *
   * @returns `busy`: another program reads the file, and old pages are left; `server`: its files are not ours
   */
  rewriteFile(): Promise<'rewritten' | 'busy' | 'server'>
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
      await pauseBefore(attempt + 1)
    }
  }
}

/** What is in the log of writes goes into the file, the file is made anew, and that log is cut to nothing. */
async function rewritten(client: Client): Promise<'rewritten' | 'busy'> {
  try {
    await client.execute('VACUUM')
    const { rows } = await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    return rows[0]?.busy === 0 ? 'rewritten' : 'busy'
  } catch (error) {
    const classified = classify(error)
    if (!(classified instanceof DatabaseBusy)) throw classified
    client.reconnect()
    return 'busy'
  }
}

/**
 * Opens the database. A file is owned by this process alone from here on and runs with a write-ahead log that is
 * synced on every commit.
 *
 * @throws {DatabaseOwned} another process owns the file
 * @throws {DatabaseExposed} other users of this machine may open the file
 */
export async function openDatabase({
  url,
  authToken,
  deadline = 10_000,
  busy = 100,
  queue = 15_000,
  patience = 3000,
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
    const inLane = (work: () => Promise<ResultSet[]>) => {
      const came = performance.now()
      return lane.run(async () => {
        if (performance.now() - came > queue) throw new DatabaseBusy()
        // A file answers without a turn of the event loop: a row of writes would let nothing else happen between them.
        await new Promise((resolve) => setImmediate(resolve))
        return work()
      })
    }
    const view = (patience: number): Database => ({
      kind,
      orm: drizzle({ client: kind === 'file' ? client : rereading(client, patience), schema }),
      write(statements, options = {}) {
        const attempts = options.attempts ?? (kind === 'file' ? 20 : 8)
        const send = (batch: readonly Statement[]) => writeRetrying(client, batch, attempts)
        if (kind === 'file') return inLane(() => send(statements))
        return writeOnce(send, statements, {
          patience: options.patience ?? patience,
          repeatable: options.repeatable ?? false,
        })
      },
      withPatience: view,
      async rewriteFile() {
        if (kind === 'server') return 'server'
        return lane.run(() => rewritten(client))
      },
      async close() {
        await lane.run(async () => client.close())
        letGo()
      },
    })
    return view(patience)
  } catch (error) {
    letGo()
    throw classify(error)
  }
}
