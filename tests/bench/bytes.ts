import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Figure, figure } from './measure.ts'

const BUILT = new URL('../../dist/widgets/1', import.meta.url).pathname
/** Bytes DESIGN §11 allows, gzip, with what an entry imports statically. */
const BUDGETS: Readonly<Record<string, number>> = {
  'provision.js': 35_000,
  'configuration.js': 47_000,
}
const ONE_ELEMENT = 20_000

/** An entry and everything it imports statically, by reading the built files. */
function filesOf(entry: string): Set<string> {
  const seen = new Set<string>()
  const wanted = [entry]
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const code = readFileSync(join(BUILT, name), 'utf8')
    for (const match of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
      if (match[1] !== undefined) wanted.push(match[1])
    }
  }
  return seen
}

/** Gzip bytes of each built entry beside its budget; empty when nothing is built. */
export function bundleBytes(): Figure[] {
  if (!existsSync(BUILT)) return []
  return readdirSync(BUILT)
    .filter((name) => /^[a-z]+\.js$/.test(name))
    .map((name) => {
      const bytes = [...filesOf(name)].reduce(
        (sum, file) => sum + gzipSync(readFileSync(join(BUILT, file)), { level: 9 }).length,
        0,
      )
      return figure(name, 'bytes, gzip', bytes, 'budget', BUDGETS[name] ?? ONE_ELEMENT)
    })
}
