import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_SETTINGS, type World } from './world.ts'

const NAME = 'whm-state.json'

/** Writes a file that only its owner reads, whole or not at all. */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`
  writeFileSync(beside, text, { mode: 0o600 })
  renameSync(beside, path)
}

/** A text file's content; `undefined` when there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The world kept in a directory; `undefined` when there is none. Throws on a file that is not one. */
export function loadWorld(directory: string): World | undefined {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, NAME)
  const text = readIfThere(path)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const world = worldFrom(value)
  if (world === undefined)
    throw new Error(`${path} holds no state of this server. Move it away to start over.`)
  return world
}

/** Keeps the world in a directory. */
export function saveWorld(directory: string, world: World): void {
  replaceFile(join(directory, NAME), JSON.stringify(world))
}

const SHAPE: Readonly<Record<keyof World, 'string' | 'number' | 'object' | 'array'>> = {
  hostname: 'string',
  version: 'string',
  accounts: 'object',
  removed: 'array',
  resellers: 'object',
  packages: 'object',
  acl_lists: 'object',
  tokens: 'array',
  passwords: 'object',
  sessions: 'array',
  bandwidth: 'object',
  nameservers: 'array',
  ips: 'array',
  stale_domains: 'array',
  settings: 'object',
  random: 'object',
  next_uid: 'number',
}

/** A world from JSON; `undefined` when its outline is another one. Settings that are missing get their defaults. */
export function worldFrom(value: unknown): World | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: Record<string, unknown> = { ...value }
  const right = Object.entries(SHAPE).every(([key, type]) => kindOf(found[key]) === type)
  if (!right) return undefined
  const settings = {
    ...DEFAULT_SETTINGS,
    ...(typeof found.settings === 'object' ? found.settings : {}),
  }
  // The outline was compared with SHAPE, which names every key of a World; what is inside comes from this server itself or from its developer.
  return { ...found, settings } as World
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}
