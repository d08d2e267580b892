import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import process from 'node:process'
import { KEYS_LIMIT, outputOf, wordsOf } from './key-command.ts'
import { type KeyRing, parseKeyRing, VaultKeysInvalid } from './key-ring.ts'

/** The keys of the vault as `parseKeyRing` reads them, or where they are. */
export type KeysSource =
  | string
  | { readonly file: string }
  /** An absolute path and its arguments, as `wordsOf` reads them. */
  | { readonly command: string }

async function opened(path: string): Promise<FileHandle> {
  try {
    // What is no file, a pipe for one, must not make us wait here.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    throw new VaultKeysInvalid('the file of the vault keys cannot be opened')
  }
}

/**
 * Reads a file that its owner alone may read: what is asked of it is asked of what was opened, so that nobody can put
 * another file in its place meanwhile.
 */
async function contentOf(path: string): Promise<string> {
  const file = await opened(path)
  try {
    const facts = await file.stat()
    if (!facts.isFile())
      throw new VaultKeysInvalid('the file of the vault keys is no ordinary file')
    if ((facts.mode & 0o077) !== 0)
      throw new VaultKeysInvalid(
        'the file of the vault keys is open to others than its owner; chmod 600 closes it',
      )
    const us = process.geteuid?.()
    if (us !== undefined && facts.uid !== us && facts.uid !== 0)
      throw new VaultKeysInvalid('the file of the vault keys belongs to another user')
    if (facts.size > KEYS_LIMIT)
      throw new VaultKeysInvalid('the file of the vault keys is too large')
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * Reads the keys of the vault from where they are.
 *
 * @param env what a command is given as its environment, without our own settings
 * @throws {VaultKeysInvalid} they cannot be had, or not be used; the text names ids at most
 */
export async function readKeyRing(
  source: KeysSource,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<KeyRing> {
  if (typeof source === 'string') return parseKeyRing(source)
  if ('file' in source) return parseKeyRing(await contentOf(source.file))
  return parseKeyRing(await outputOf(wordsOf(source.command), { env }))
}
