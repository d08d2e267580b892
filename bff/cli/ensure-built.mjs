// Builds dist/ when it is missing or was built from other sources. Node built-ins only, plain JavaScript.
// `--record` only notes what the present dist/ was built from: the last step of `npm run build`.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const stampPath = join(root, 'dist', 'built-from')
const SOURCES = [
  'bff',
  'db',
  'widgets',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
]
const OUTPUTS = ['dist/bff/main.js', 'dist/bff/provision.js']

/** Contents, not modification times: a checkout renews those. */
function sourceDigest() {
  const hash = createHash('sha256')
  /** @param {string} path */
  const add = (path) => {
    const full = join(root, path)
    if (!existsSync(full)) return
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(`${path}/${name}`)
      return
    }
    const content = readFileSync(full)
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  for (const path of SOURCES) add(path)
  return hash.digest('hex')
}

function isBuilt() {
  return (
    OUTPUTS.every((path) => existsSync(join(root, path))) &&
    existsSync(stampPath) &&
    readFileSync(stampPath, 'utf8').trim() === sourceDigest()
  )
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  // Standard output belongs to the command that follows.
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (result.error || result.status !== 0) {
    process.stderr.write(
      `\`${command} ${args.join(' ')}\` failed: see its message above, then run this again.\n`,
    )
    process.exit(2)
  }
}

const hasSources = existsSync(join(root, 'vite.config.ts'))

if (process.argv.includes('--record')) {
  mkdirSync(dirname(stampPath), { recursive: true })
  writeFileSync(stampPath, `${sourceDigest()}\n`)
} else if (hasSources) {
  if (!isBuilt()) {
    process.stderr.write('Building (dist is missing or older than the sources) …\n')
    run('npm', ['run', 'build'])
  } else if (!existsSync(join(root, 'node_modules'))) {
    run(process.execPath, ['bff/cli/ensure-installed.mjs'])
  }
}
