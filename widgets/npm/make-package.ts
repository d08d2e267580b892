// `npm run package`: the elements as a package of their own in dist/npm, ready for `npm publish dist/npm`.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { cssData, htmlData, webTypes } from './editor-data.ts'
import { elementsOf } from './manifest.ts'
import { freshManifest, root } from './pages.ts'
import { plainTypes } from './plain-types.ts'
import { reactTypings, svelteTypings, vueTypings } from './typings.ts'

const named = z.looseObject({ name: z.string() })
const versioned = z.looseObject({
  version: z.string(),
  license: z.string(),
  dependencies: z.looseObject({ lit: z.string() }),
})

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

/** Compiles what the package's entries reach. @throws with the compiler's words when it does not compile */
function compile(target: string): void {
  const settings = join(target, 'tsconfig.json')
  const from = (path: string) => relative(target, join(root, path))
  writeFileSync(
    settings,
    JSON.stringify({
      extends: from('tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        rewriteRelativeImportExtensions: true,
        allowImportingTsExtensions: false,
        outDir: '.',
        rootDir: from('.'),
        types: [],
      },
      include: [from('widgets/define/*.ts'), from('widgets/npm/index.ts')],
    }),
  )
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', settings],
    { encoding: 'utf8' },
  )
  rmSync(settings)
  if (status !== 0) throw new Error(`the elements do not compile:\n${stdout}`)
}

/** Lets declarations name each other as the package has them, and the contract by its plain types. */
function rewriteDeclarations(target: string): void {
  for (const path of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.d.ts')) continue
    const full = join(target, path)
    const text = readFileSync(full, 'utf8')
      .replaceAll(/(["'])((?:\.\.\/)+)bff\/contract\/[\w-]+\.ts\1/g, '$1$2contract.js$1')
      .replaceAll(/(["'])(\.\.?\/[^"']+)\.ts\1/g, '$1$2.js$1')
    writeFileSync(full, text)
  }
}

/** Makes the package in a folder, which is emptied first. */
export function makePackage(target: string): void {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  compile(target)
  rmSync(join(target, 'bff'), { recursive: true })
  rewriteDeclarations(target)
  const manifest = freshManifest()
  const elements = elementsOf(manifest)
  const project = versioned.parse(readJson('package.json'))
  const own = named.parse(readJson('widgets/npm/package.json'))
  const { name, ...rest } = own
  const { version, license, dependencies } = project
  const files: Readonly<Record<string, unknown>> = {
    'package.json': { name, version, license, ...rest, dependencies: { lit: dependencies.lit } },
    'custom-elements.json': manifest,
    'web-types.json': webTypes(name, version, elements),
    'html-data.json': htmlData(elements),
    'css-data.json': cssData(elements),
    'react.d.ts': reactTypings(elements),
    'vue.d.ts': vueTypings(elements),
    'svelte.d.ts': svelteTypings(elements),
    'contract.d.ts': plainTypes(root),
    // What gives types only is still something to import.
    'types-only.js': 'export {}\n',
  }
  for (const [file, content] of Object.entries(files))
    writeFileSync(
      join(target, file),
      typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`,
    )
  cpSync(join(root, 'widgets/npm/README.md'), join(target, 'README.md'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makePackage(join(root, 'dist/npm'))
