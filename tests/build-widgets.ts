import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The elements as they are now, built below a folder of their own as `1/`. */
export interface BuiltWidgets {
  /** Holds one folder per major version. */
  readonly folder: string
  remove(): void
}

export async function buildWidgets(): Promise<BuiltWidgets> {
  const folder = mkdtempSync(join(tmpdir(), 'provision-widgets-'))
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: join(folder, '1') },
  })
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}
