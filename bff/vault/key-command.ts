import { spawn } from 'node:child_process'
import { VaultKeysInvalid } from './key-ring.ts'

/** Bytes of keys, from wherever they come. */
export const KEYS_LIMIT = 64 * 1024
/** Milliseconds a command may take. */
const COMMAND_TIMEOUT = 10_000

/** Parses what names a command: words between blanks, or a JSON array of strings for words with blanks in them. Pure. */
export function wordsOf(command: string): readonly string[] {
  const trimmed = command.trim()
  if (!trimmed.startsWith('[')) return trimmed.split(/\s+/).filter((word) => word !== '')
  try {
    const words: unknown = JSON.parse(trimmed)
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : []
  } catch {
    return []
  }
}

/** What a command is given to know: the process's environment without our own settings, which hold secrets. */
function surroundings(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('PROVISION_')))
}

export interface CommandOptions {
  /** Handed to the command, without our own settings. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds; 10 s unless told. */
  readonly timeout?: number
}

/**
 * Runs a command and returns what it wrote to its standard output. No shell reads it, so nothing in it is expanded; its
 * standard input is empty; what it says on standard error goes nowhere, since a failing command may well repeat a secret.
 * One that is cut off ends with everything it has started.
 *
 * @param words an absolute path and its arguments
 * @throws {VaultKeysInvalid} it cannot be run, fails, takes too long or says too much; never with a word it said
 */
export function outputOf(
  words: readonly string[],
  { env, timeout = COMMAND_TIMEOUT }: CommandOptions,
): Promise<string> {
  const [path = '', ...args] = words
  if (!path.startsWith('/'))
    return Promise.reject(
      new VaultKeysInvalid(
        'the command for the vault keys must begin with the absolute path of a program',
      ),
    )
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      env: surroundings(env),
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that what the command has started can be ended too.
      detached: true,
    })
    const chunks: Buffer[] = []
    let size = 0
    const fail = (why: string) => {
      clearTimeout(timer)
      reject(new VaultKeysInvalid(`the command for the vault keys ${why}`))
    }
    const cutOff = (why: string) => {
      fail(why)
      child.stdout.destroy()
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    const timer = setTimeout(() => cutOff(`gave no keys within ${timeout} ms`), timeout)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > KEYS_LIMIT) cutOff(`said more than ${KEYS_LIMIT} bytes`)
      else chunks.push(chunk)
    })
    child.once('error', () => fail('cannot be run'))
    child.once('close', (code, signal) => {
      if (signal !== null) return fail(`was ended by ${signal}`)
      if (code !== 0) return fail(`failed with exit code ${code}`)
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
}
