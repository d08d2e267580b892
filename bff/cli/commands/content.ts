import { readFileSync } from 'node:fs'
import process from 'node:process'

/** A file, or standard input for `-`: a secret never stands on a command line, which every user of a machine can read. */
export function contentOf(path: unknown): string | undefined {
  if (typeof path !== 'string') return undefined
  return readFileSync(path === '-' ? process.stdin.fd : path, 'utf8')
}
