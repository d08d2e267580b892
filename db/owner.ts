import { resolve } from 'node:path'
import Libsql from 'libsql'
import { DatabaseOwned } from './errors.ts'
import { keepPrivate } from './private-file.ts'

// At module level, so that no garbage collection closes the handle and lets go of the lock.
const held = new Map<string, Libsql.Database>()

/**
 * Takes sole ownership of a database file for this process: an exclusive lock on `<path>.owner`, which the kernel
 * takes back when the process dies, however it dies.
 *
 * @returns a function that lets go
 * @throws {DatabaseOwned} another process, or another handle in this one, owns the file
 * @throws {DatabaseExposed} other users of this machine may open it
 */
export function takeOwnership(path: string): () => void {
  const absolute = resolve(path)
  if (held.has(absolute)) throw new DatabaseOwned(absolute)
  keepPrivate(absolute)
  keepPrivate(`${absolute}.owner`)
  const handle = new Libsql(`${absolute}.owner`, { timeout: 0 })
  try {
    handle.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    handle.close()
    const busy =
      error instanceof Error &&
      /SQLITE_BUSY|locked/.test(`${'code' in error ? error.code : ''} ${error.message}`)
    throw busy ? new DatabaseOwned(absolute, error) : error
  }
  held.set(absolute, handle)
  return () => {
    if (held.get(absolute) !== handle) return
    held.delete(absolute)
    handle.close()
  }
}
