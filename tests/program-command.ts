import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Environment variable of a test that runs as built: the folder it was built into. */
export const BUILT_TESTS = 'PROVISION_BUILT_TESTS'

/** Where a source, named from the root, stands in the folder of what was built. */
export function builtName(source: string): string {
  return `${source.slice(0, -'.ts'.length)}.mjs`
}

/**
 * Arguments for Node that run a program of this repository: as built with the tests, else from its sources.
 *
 * @param file from the root; plain JavaScript is run as it is
 */
export function commandOf(file: string, env: NodeJS.ProcessEnv = process.env): string[] {
  if (/[.]m?js$/.test(file)) return [file]
  const folder = env[BUILT_TESTS]
  const built = folder === undefined ? undefined : join(folder, builtName(file))
  return built !== undefined && existsSync(built)
    ? ['--enable-source-maps', built]
    : ['--import', 'tsx', file]
}
