// Type-stripping every file in every process takes longer than most tests do: they are translated once, all together.
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin, parseSync } from 'vite'
import { builtName } from './program-command.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** What tests start as processes of their own, besides their own `*-process.ts`. */
const PROGRAMS = ['bff/main.ts', 'bff/cli/provision.ts', 'bff/cli/demo.ts', 'bff/demo/whm/main.ts']

/** Test files and programs as plain JavaScript. */
export interface BuiltTests {
  readonly folder: string
  /** The built form of a test file named from the root. */
  of(file: string): string
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Where a module asks for its own address. */
function ownAddresses(node: unknown): { readonly start: number; readonly end: number }[] {
  if (Array.isArray(node)) return node.flatMap(ownAddresses)
  if (!isObject(node)) return []
  const { type, object, property, start, end } = node
  const isOwn =
    type === 'MemberExpression' &&
    isObject(object) &&
    object.type === 'MetaProperty' &&
    isObject(property) &&
    property.name === 'url'
  if (isOwn && typeof start === 'number' && typeof end === 'number') return [{ start, end }]
  return Object.values(node).flatMap(ownAddresses)
}

/** What a file finds beside itself, it finds beside its source. */
function sourceAddresses(): Plugin {
  return {
    name: 'provision:source-addresses',
    enforce: 'pre',
    transform(code, id) {
      if (/\bimport\(\s*`\.{1,2}\//.test(code))
        this.error(`${id} imports a path it makes up: name the modules, so that they are built too`)
      if (!code.includes('import.meta.url')) return undefined
      const address = JSON.stringify(pathToFileURL(id).href)
      const replaced = ownAddresses(parseSync(id, code).program)
        .sort((a, b) => b.start - a.start)
        .reduce((text, { start, end }) => text.slice(0, start) + address + text.slice(end), code)
      // No map: every line stays where it is.
      return { code: replaced, map: null }
    },
  }
}

/**
 * Builds test files, and the programs they start.
 *
 * One process still runs one test file. Packages stay outside; stack traces show the sources' lines under
 * `--enable-source-maps`.
 *
 * @param files from the root
 * @param folder is emptied; inside the repository, where what is built finds its packages
 */
export async function buildTests(files: readonly string[], folder: string): Promise<BuiltTests> {
  const processes = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('-process.ts'))
    .map((file) => `tests/${file.replaceAll('\\', '/')}`)
  const entries = [...files, ...processes, ...PROGRAMS]
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [sourceAddresses()],
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node20.19',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((file) => [file.slice(0, -3), join(root, file)])),
        // As Node would load the sources: every module whole, in its order, under its names.
        treeshake: false,
        output: {
          entryFileNames: '[name].mjs',
          chunkFileNames: 'chunks/[name]-[hash].mjs',
          keepNames: true,
          strictExecutionOrder: true,
          sourcemapExcludeSources: true,
        },
      },
    },
  })
  return { folder, of: (file) => join(folder, builtName(file)) }
}
