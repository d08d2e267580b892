import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Figure, figure } from './measure.ts'

const BUILT = new URL('../../dist/widgets/1', import.meta.url).pathname
/** Bytes DESIGN §11 allows, gzip, with what an entry imports statically. */
const BUDGETS: Readonly<Record<string, number>> = {
  'provision.js': 35_000,
  'configuration.js': 47_000,
}
const ONE_ELEMENT = 20_000
const ONE_LANGUAGE = 2_500

/** What is served for one name, gzip, and what that may be. */
export interface Served {
  readonly name: string
  readonly bytes: number
  readonly budget: number
}

/** An entry and everything it imports statically, by reading the built files. */
export function filesOf(folder: string, entry: string): Set<string> {
  const seen = new Set<string>()
  const wanted = [entry]
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const code = readFileSync(join(folder, name), 'utf8')
    for (const match of code.matchAll(/\b(?:from|import)\s*["'](\.[^"']+\.js)["']/g)) {
      if (match[1] !== undefined) wanted.push(posix.join(posix.dirname(name), match[1]))
    }
  }
  return seen
}

function gzipped(folder: string, names: Iterable<string>): number {
  return [...names].reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length,
    0,
  )
}

/** Each entry with what it imports statically, and each file of a language's words, beside their budgets. */
export function served(folder: string): Served[] {
  const entries = readdirSync(folder)
    .filter((name) => /^[a-z]+\.js$/.test(name))
    .map((name) => ({
      name,
      bytes: gzipped(folder, filesOf(folder, name)),
      budget: BUDGETS[name] ?? ONE_ELEMENT,
    }))
  const languages = readdirSync(join(folder, 'chunks'))
    .filter((name) => /^(?:words\.)?[a-z]{2}-/.test(name))
    .map((name) => ({
      name: name.replace(/-[\w-]{8}\.js$/, ''),
      bytes: gzipped(folder, [`chunks/${name}`]),
      budget: ONE_LANGUAGE,
    }))
  return [...entries, ...languages]
}

/** Gzip bytes of each built entry and language beside its budget; empty when nothing is built. */
export function bundleBytes(): Figure[] {
  if (!existsSync(BUILT)) return []
  return served(BUILT).map(({ name, bytes, budget }) =>
    figure(name, 'bytes, gzip', bytes, 'budget', budget),
  )
}
