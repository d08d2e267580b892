import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { defineConfig, type Plugin, parseSync, type UserConfig } from 'vite'

const root = import.meta.dirname

/** Entry name → source, of the sources that exist. */
function existing(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter(([, path]) => existsSync(join(root, path))),
  )
}

function tagModules(): Record<string, string> {
  const folder = 'widgets/define'
  if (!existsSync(join(root, folder))) return {}
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))
  return Object.fromEntries(names.map((name) => [name.slice(0, -3), `${folder}/${name}`]))
}

/** Writes `integrity.json`: the name of each built file → what goes into its `integrity` attribute. */
function integrityManifest(): Plugin {
  return {
    name: 'provision:integrity',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const entries = Object.values(bundle).map((file): [string, string] => {
          const content = file.type === 'chunk' ? file.code : file.source
          return [file.fileName, `sha384-${createHash('sha384').update(content).digest('base64')}`]
        })
        entries.sort(([a], [b]) => (a < b ? -1 : 1))
        const source = `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`
        this.emitFile({ type: 'asset', fileName: 'integrity.json', source })
      },
    },
  }
}

interface TemplatePart {
  readonly start: number
  readonly end: number
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isPart(value: unknown): value is TemplatePart {
  return isObject(value) && typeof value.start === 'number' && typeof value.end === 'number'
}

/** The literal parts of all templates tagged `html` or `css`. */
function templateParts(node: unknown): TemplatePart[] {
  if (Array.isArray(node)) return node.flatMap(templateParts)
  if (!isObject(node)) return []
  const inner = Object.values(node).flatMap(templateParts)
  const { type, tag, quasi } = node
  if (type !== 'TaggedTemplateExpression' || !isObject(tag) || !isObject(quasi)) return inner
  const isOurs = tag.name === 'html' || tag.name === 'css'
  return isOurs && Array.isArray(quasi.quasis) ? [...quasi.quasis.filter(isPart), ...inner] : inner
}

/** A module with each run of white space in its Lit templates as one space, as a browser shows it. Pure. */
export function foldTemplates(path: string, code: string): string {
  let folded = ''
  let at = 0
  const parts = templateParts(parseSync(path, code).program).sort((a, b) => a.start - b.start)
  for (const { start, end } of parts) {
    folded += code.slice(at, start) + code.slice(start, end).replace(/\s+/g, ' ')
    at = end
  }
  return folded + code.slice(at)
}

function foldedTemplates(): Plugin {
  const ours = join(root, 'widgets')
  return {
    name: 'provision:fold-templates',
    transform: (code, id) => (id.startsWith(ours) ? foldTemplates(id, code) : undefined),
  }
}

/** Puts a folder's files beside the bundle. */
function shippedFolder(folder: string, target: string): Plugin {
  return {
    name: `provision:ship-${target}`,
    generateBundle() {
      const base = join(root, folder)
      if (!existsSync(base)) return
      for (const entry of readdirSync(base, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const full = join(entry.parentPath, entry.name)
        const path = relative(base, full).replaceAll('\\', '/')
        this.emitFile({ type: 'asset', fileName: `${target}/${path}`, source: readFileSync(full) })
      }
    },
  }
}

/** Puts one file beside the bundle. */
function shippedFile(path: string, fileName: string): Plugin {
  return {
    name: `provision:ship-${fileName}`,
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: readFileSync(join(root, path)) })
    },
  }
}

/** A build without a single entry is refused by the bundler; this one says why and makes nothing. */
const nothingToBuild: UserConfig = {
  build: { write: false, rolldownOptions: { input: 'provision:nothing' } },
  plugins: [
    {
      name: 'provision:nothing',
      resolveId: (id) => (id === 'provision:nothing' ? '\0provision:nothing' : undefined),
      load: (id) => (id === '\0provision:nothing' ? 'export {}' : undefined),
    },
  ],
}

/** The elements: one ES module per tag and `provision.js`, sharing hashed chunks, under `dist/widgets/1/`. */
function widgets(): UserConfig {
  const input = tagModules()
  if (Object.keys(input).length === 0) return nothingToBuild
  return {
    root,
    base: './',
    publicDir: false,
    build: {
      outDir: 'dist/widgets/1',
      emptyOutDir: true,
      target: 'es2022',
      // A library: without it the bundler puts <link rel="modulepreload"> into the host's page for each dynamic import.
      lib: { entry: input, formats: ['es'] },
      rolldownOptions: {
        output: {
          minify: true,
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          assetFileNames: 'assets/[name]-[hash][extname]',
          // What every element needs comes in one file, and what those need that read in another.
          codeSplitting: {
            groups: [
              {
                name: 'element',
                test: /widgets\/(?:parts\/(?:base-element|content\.styles|define|problem-note)|locales\/vocabulary|session\/version)\.ts$/,
              },
              {
                name: 'reading',
                test: /widgets\/parts\/reading-element\.ts$|\/directives\/repeat\.js$/,
              },
            ],
          },
        },
      },
    },
    plugins: [
      foldedTemplates(),
      shippedFile('widgets/theme/host.css', 'host.css'),
      integrityManifest(),
    ],
  }
}

/** The BFF and the operator's command for Node, dependencies left outside, migrations beside them, under `dist/bff/`. */
function bff(): UserConfig {
  const input = existing({ main: 'bff/main.ts', provision: 'bff/cli/provision.ts' })
  if (Object.keys(input).length === 0) return nothingToBuild
  return {
    root,
    publicDir: false,
    build: {
      ssr: true,
      outDir: 'dist/bff',
      emptyOutDir: true,
      target: 'node20.19',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        // All in one folder: code that looks for `migrations` beside itself finds it from any chunk.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
    plugins: [shippedFolder('db/migrations', 'migrations')],
  }
}

export default defineConfig(({ mode }) => (mode === 'bff' ? bff() : widgets()))
