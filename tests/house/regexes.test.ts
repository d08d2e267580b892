import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSync } from 'vite'
import { growthOf } from './regex-work.ts'
import { sources } from './tree.ts'

interface Found {
  readonly path: string
  readonly source: string
  readonly flags: string
}

/** Every pattern written in a file. */
function patternsOf(path: string, text: string): Found[] {
  const found: Found[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    if (typeof value !== 'object' || value === null) return
    const regex: unknown = Reflect.get(value, 'regex')
    if (typeof regex === 'object' && regex !== null && 'pattern' in regex && 'flags' in regex)
      found.push({ path, source: String(regex.pattern), flags: String(regex.flags) })
    for (const child of Object.values(value)) visit(child)
  }
  visit(parseSync(path, text).program)
  return found
}

/** What runs while the package is made, and reads this repository only. */
const makesThePackage = (path: string) =>
  path.startsWith('widgets/npm/') && path !== 'widgets/npm/index.ts'

const PATTERNS = [...sources(['bff', 'db', 'widgets'], /\.ts$/)]
  .filter(([path]) => !path.startsWith('bff/demo/') && !makesThePackage(path))
  .flatMap(([path, text]) => patternsOf(path, text))

/** Patterns whose work grows with the square of a text that is short for another reason. Written by hand. */
const SHORT: Readonly<Record<string, string>> = {
  '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"|[{}[\\],]': 'JSON that has parsed: every string in it is closed',
  'eyJ[\\w-]+\\.eyJ[\\w-]+\\.[\\w-]{80,}': 'a file the operator names on the command line',
  '\\?.*$': 'the address of the database, which the operator sets',
  '<[^>]*>': 'a warning of a server, cut before',
  '\\s+at \\S+ line \\d+\\.?\\s*$': 'a reason of a server, cut before',
  '\\/+$': 'an attribute the page itself sets',
}

describe('a pattern that meets a text from outside', () => {
  it('is found where it is written', () => assert.ok(PATTERNS.length > 40))
  for (const { path, source, flags } of PATTERNS)
    it(`does bounded work: ${path} /${source}/${flags}`, () => {
      const growth = growthOf(source, flags)
      const allowed = SHORT[source] === undefined ? ['bounded'] : ['bounded', 'squared']
      assert.ok(allowed.includes(growth), growth)
    })
  it('has no exception left over', () =>
    assert.deepEqual(
      Object.keys(SHORT).filter((known) => !PATTERNS.some(({ source }) => source === known)),
      [],
    ))
})

describe('the judge of patterns', () => {
  for (const [source, growth] of [
    ['^(a+)+$', 'exploding'],
    ['^(a*)*$', 'exploding'],
    ['^(a|a)*$', 'exploding'],
    ['^(a|aa)+$', 'exploding'],
    ['^([a-z]+[0-9]?)*$', 'exploding'],
    ['^(\\w+\\s?)*$', 'exploding'],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'exploding'],
    ['^(?:.*,)*x$', 'exploding'],
    ['(?=(a+)+b)', 'exploding'],
    ['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*@', 'exploding'],
    ['^a*a*$', 'squared'],
    ['\\s+$', 'squared'],
    ['<[^>]*>', 'squared'],
    ['\\s+', 'bounded'],
    ['x*', 'bounded'],
    ['^.*foo.*$', 'squared'],
    ['^\\d+\\.?\\d+$', 'squared'],
    ['^[a-z]+$', 'bounded'],
    ['^(ab)*$', 'bounded'],
    ['^[a-z]+(-[a-z]+)*$', 'bounded'],
    ['^(?:[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$', 'bounded'],
    ['[\\\\%_]', 'bounded'],
    ['^a{2,3}$', 'bounded'],
    ['^[^\\s@]{1,64}@[a-z]+$', 'bounded'],
  ] as const)
    it(`says of /${source}/ that it is ${growth}`, () => assert.equal(growthOf(source, ''), growth))
})
