import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { root, sources } from './tree.ts'

const TOP_LEVEL = new Set([
  '.ci',
  '.git',
  '.gitignore',
  '.npmrc',
  'DESIGN.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'bff',
  'biome.json',
  'db',
  'docs',
  'package-lock.json',
  'package.json',
  'tests',
  'tsconfig.json',
  'vite.config.ts',
  'web-test-runner.config.mjs',
  'widgets',
])

const MOST_LINES = 500
// A language is one table, and so is the schema of the database; splitting it would hide what is missing.
const MAY_BE_LONGER =
  /^tests\/|^db\/migrations\/|^db\/schema\.ts$|^widgets\/locales\/|^bff\/texts\/[a-z]{2}\.ts$/

interface Ban {
  word: RegExp
  why: string
  /** Where it is banned; the house's own tests name the words and are exempt. */
  where: RegExp
}

const BANS: readonly Ban[] = [
  { word: /\bas any\b/, why: 'say `unknown` and prove the type', where: /./ },
  { word: /@ts-(?:ignore|nocheck)/, why: 'correct the type', where: /./ },
  { word: /unsafeHTML|unsafeSVG|\.innerHTML\s*=/, why: 'text stays text', where: /^widgets\// },
  { word: /styleMap|\sstyle="/, why: 'strict pages forbid inline styles', where: /^widgets\// },
]

function banned(path: string, source: string): string[] {
  return BANS.filter(({ where, word }) => where.test(path) && word.test(source)).map(
    ({ word, why }) => `${path}: ${word.source}: ${why}`,
  )
}

const code = sources(['bff', 'db', 'tests', 'widgets'], /\.(?:ts|mjs|js)$/)

describe('the top level', () => {
  it('holds only what the house names', () => {
    const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split(/[\n/]+/)
    const strangers = readdirSync(root).filter(
      (name) => !TOP_LEVEL.has(name) && !ignored.includes(name) && !name.endsWith('.log'),
    )
    assert.deepEqual(strangers, [])
  })
})

describe('package.json', () => {
  const versions = z.record(z.string(), z.string())
  const manifest = z
    .object({ dependencies: versions, devDependencies: versions })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

  it('names exact versions', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
    )
    assert.deepEqual(loose, [])
  })
})

describe('a source file', () => {
  it(`has at most ${MOST_LINES} lines`, () => {
    const long = [...code]
      .filter(([path]) => path.endsWith('.ts') && !MAY_BE_LONGER.test(path))
      .filter(([, text]) => text.trimEnd().split('\n').length > MOST_LINES)
      .map(([path]) => path)
    assert.deepEqual(long, [])
  })

  it('holds no banned word', () => {
    const found = [...code]
      .filter(([path]) => !path.startsWith('tests/house/'))
      .flatMap(([path, text]) => banned(path, text))
    assert.deepEqual(found, [])
  })
})

describe('a banned word', () => {
  const planted: [path: string, source: string][] = [
    ['bff/http/a.ts', 'const x = y as any'],
    ['tests/bff/a.test.ts', '// @ts-ignore'],
    ['widgets/parts/a.ts', "import { unsafeHTML } from 'lit/directives/unsafe-html.js'"],
    ['widgets/parts/a.ts', "import { styleMap } from 'lit/directives/style-map.js'"],
    ['widgets/parts/a.ts', 'html`<p style="color: red"></p>`'],
  ]
  for (const [path, source] of planted) {
    it(`is found: ${source}`, () => {
      assert.equal(banned(path, source).length, 1)
    })
  }
})
