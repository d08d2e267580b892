import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { importsOf } from '../house/rooms.ts'
import { root } from '../house/tree.ts'

/** What the files of an element have in them, sorted. */
export interface Drawn {
  readonly parts: string[]
  readonly slots: string[]
  readonly customProperties: string[]
  /** Class names. */
  readonly events: string[]
}

/** An element's own file and everything it brings along, sooner or later. */
function filesOf(entry: string): Map<string, string> {
  const files = new Map<string, string>()
  const wanted = [entry]
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (files.has(path)) continue
    const source = readFileSync(join(root, path), 'utf8')
    files.set(path, source)
    for (const { specifier, typeOnly } of importsOf(path, source))
      if (!typeOnly && specifier.startsWith('.'))
        wanted.push(posix.join(posix.dirname(path), specifier))
  }
  return files
}

/** Parts that are handed to a view by name, by the view. */
const HANDED: Readonly<Record<string, RegExp>> = {
  'widgets/parts/confirmation.ts': /\btexts\([^)]*\), \w+, '([a-z]+)'\)/g,
}

export function drawnBy(entry: string): Drawn {
  const found = {
    parts: new Set(''),
    slots: new Set(''),
    properties: new Set(''),
    events: new Set(''),
  }
  for (const [path, source] of filesOf(entry)) {
    const each = (pattern: RegExp) => [...source.matchAll(pattern)].map(([, name = '']) => name)
    const literal = each(/\bpart="([^"]+)"/g).flatMap((names) => names.split(' '))
    const dynamic = each(/\bpart=\$\{(\w+)\}/g)
    const handed = HANDED[path] === undefined ? [] : each(HANDED[path])
    if (dynamic.length > 0 && handed.length === 0)
      throw new Error(`${path} draws a part whose name is not known here`)
    for (const name of [...literal, ...handed]) found.parts.add(name)
    for (const name of each(/<slot(?: name="([a-z]+)")?>/g)) found.slots.add(name)
    for (const name of each(/var\((--provision-[a-z-]+)/g)) found.properties.add(name)
    for (const name of each(/\bnew (Provision\w+Event)\(/g)) found.events.add(name)
  }
  const sorted = (names: Set<string>) => [...names].sort()
  return {
    parts: sorted(found.parts),
    slots: sorted(found.slots),
    customProperties: sorted(found.properties),
    events: sorted(found.events),
  }
}
