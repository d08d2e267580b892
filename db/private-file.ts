import { closeSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { DatabaseExposed } from './errors.ts'

/** Rights of everybody else: to read or write a file, and to reach what is in a folder. */
const OTHERS_FILE = 0o006
const OTHERS_REACH = 0o001

function madeAnew(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Makes sure that only our user, and a group the operator chose, can open a database file. One that is not there yet is
 * made, empty and for our user alone: SQLite gives its log and its index the same rights. One that is there is looked at,
 * never opened: closing it here would drop SQLite's locks.
 *
 * @throws {DatabaseExposed} everybody on this machine may read or write it
 */
export function keepPrivate(path: string): void {
  // Rights are of another kind there.
  if (process.platform === 'win32' || madeAnew(path)) return
  const isOpen = (statSync(path).mode & OTHERS_FILE) !== 0
  if (isOpen && (statSync(dirname(path)).mode & OTHERS_REACH) !== 0) throw new DatabaseExposed(path)
}
