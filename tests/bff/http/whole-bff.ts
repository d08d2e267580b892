import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bff, type ComposeOptions, composeBff } from '../../../bff/compose.ts'
import type { Config } from '../../../bff/config.ts'
import { readWidgetFiles } from '../../../bff/http/widget-files.ts'
import { VAULT_KEYS } from '../operations/scene.ts'
import { ServerInMemory } from '../panel-in-memory.ts'

/** A whole BFF on a file of its own, listening on a port of this machine, with one file of elements to serve. */
export interface WholeBff {
  readonly bff: Bff
  readonly folder: string
  readonly base: string
  readonly port: number
  readonly metrics: number | undefined
  readonly reports: string[]
  /** Asks without the network. */
  ask(path: string, init?: RequestInit): Promise<Response>
  end(): Promise<void>
}

/** Path of the one file of elements it serves. */
export const ELEMENT = '/widgets/provision.js'

export async function openWholeBff(
  config: Partial<Config> = {},
  options: Partial<ComposeOptions> = {},
): Promise<WholeBff> {
  const folder = mkdtempSync(join(tmpdir(), 'whole-'))
  const widgets = mkdtempSync(join(folder, 'widgets-'))
  writeFileSync(join(widgets, 'provision.js'), 'export {}')
  const reports: string[] = []
  const bff = await composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: `file:${join(folder, 'provision.db')}` },
      vaultKeys: VAULT_KEYS,
      allowedHosts: [],
      socket: undefined,
      logLevel: 'silent',
      ...config,
    },
    {
      provider: new ServerInMemory().provider,
      report: (error, about) => reports.push(`${about}: ${String(error)}`),
      widgets: readWidgetFiles(widgets),
      automatic: false,
      ...options,
    },
  )
  const { port, metrics } = await bff.listen()
  return {
    bff,
    folder,
    base: `http://127.0.0.1:${port}`,
    port,
    metrics,
    reports,
    ask: async (path, init) => bff.fetch(new Request(`http://localhost${path}`, init)),
    async end() {
      await bff.close()
      rmSync(folder, { recursive: true })
    },
  }
}
