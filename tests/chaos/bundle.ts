import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The programs of the chaos as plain JavaScript: a process that is killed every few seconds must be quick to start. */
export interface Bundle {
  readonly bff: string
  readonly whm: string
  remove(): void
}

/** Builds them in a folder of their own inside `node_modules`, where they find their dependencies. */
export async function bundlePrograms(): Promise<Bundle> {
  const folder = mkdtempSync(join(root, 'node_modules', '.provision-chaos-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    // Thousands of small files take longer to find than to run. The database's driver is native.
    ssr: { noExternal: true, external: ['@libsql/client', 'libsql', 'undici'] },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node20.19',
      minify: false,
      rolldownOptions: {
        input: { bff: 'tests/chaos/bff-process.ts', whm: 'bff/demo/whm/main.ts' },
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  cpSync(join(root, 'db/migrations'), join(folder, 'migrations'), { recursive: true })
  return {
    bff: join(folder, 'bff.mjs'),
    whm: join(folder, 'whm.mjs'),
    remove,
  }
}
