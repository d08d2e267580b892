import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** How every suite starts Chromium: as root there is no sandbox, and nothing may call home or ask questions. */
export const BROWSER_ARGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Not there or not ours to run: the next place may do.
    return false
  }
}

function alreadyHere(env: NodeJS.ProcessEnv): string | undefined {
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [...PLACES, ...onPath].find(isExecutable)
}

function installOnDebian(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update'],
    ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
  ]) {
    const { status, error } = spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env })
    if (error || status !== 0) {
      throw new Error(
        `No browser was found and \`apt-get ${args.join(' ')}\` failed: install Chromium or Chrome, or set CHROME_PATH to its program.`,
      )
    }
  }
}

/**
 * The Chromium or Chrome to test with: `CHROME_PATH`, else the usual places and the PATH, else (on Debian as root)
 * what `apt-get install chromium` brings.
 *
 * @throws Error saying in one sentence what to do when there is none.
 */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.CHROME_PATH
  if (named) {
    if (isExecutable(named)) return named
    throw new Error(`CHROME_PATH names ${named}, which is no program: correct it or unset it.`)
  }
  const found = alreadyHere(env)
  if (found) return found
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    process.stderr.write('No browser found: installing chromium with apt-get …\n')
    installOnDebian()
    const installed = alreadyHere(env)
    if (installed) return installed
  }
  throw new Error(
    'No browser was found: install Chromium or Chrome, or set CHROME_PATH to its program.',
  )
}
