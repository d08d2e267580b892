// `npm test`: every suite after the other, then one summary and `N passed, N failed`.
// `npm test -- <filter>…` keeps the suites and files whose name contains one of the words.
import { spawn } from 'node:child_process'
import { type Dirent, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'
import { findBrowser } from './browser.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const scratch = mkdtempSync(join(tmpdir(), 'provision-tests-'))

// A suite that says nothing for so long hangs on an open handle; it is ended and counts as failed.
const SILENCE_MS = 5 * 60_000

const countsSchema = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  empty: z.array(z.string()),
})

interface Outcome {
  passed: number
  failed: number
  skipped: number
  notes: string[]
}

type Suite =
  | { kind: 'command'; name: string; command: readonly string[] }
  | { kind: 'node'; name: string; files: readonly string[]; processes: number; browser: boolean }
  | { kind: 'browser'; name: string; files: readonly string[] }

function testFiles(folder: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return entries
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return testFiles(path)
      return entry.name.endsWith('.test.ts') ? [path] : []
    })
    .sort()
}

function nodeSuite(name: string, processes: number, browser = false): Suite {
  return { kind: 'node', name, files: testFiles(`tests/${name}`), processes, browser }
}

function allSuites(): Suite[] {
  const parallel = Math.max(1, Math.min(4, availableParallelism()))
  return [
    { kind: 'command', name: 'types', command: ['node_modules/.bin/tsc', '--noEmit'] },
    { kind: 'command', name: 'lint', command: ['node_modules/.bin/biome', 'check', '.'] },
    nodeSuite('house', parallel),
    nodeSuite('db', parallel),
    nodeSuite('bff', parallel),
    nodeSuite('widgets-node', parallel),
    nodeSuite('package', parallel),
    nodeSuite('conformance', parallel),
    nodeSuite('chaos', 1),
    nodeSuite('fuzz', 1),
    { kind: 'browser', name: 'widgets', files: testFiles('tests/widgets') },
    nodeSuite('hosts', 1, true),
    nodeSuite('e2e', 1, true),
  ]
}

function matching(suites: readonly Suite[], filters: readonly string[]): Suite[] {
  if (filters.length === 0) return [...suites]
  return suites.flatMap((suite): Suite[] => {
    if (filters.some((filter) => suite.name.includes(filter))) return [suite]
    if (suite.kind === 'command') return []
    const files = suite.files.filter((file) => filters.some((filter) => file.includes(filter)))
    return files.length > 0 ? [{ ...suite, files }] : []
  })
}

const running = new Set<number>()

/** Ends what a suite started and left behind: each suite has a process group of its own. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!gone) throw error
  }
}

interface Ending {
  ok: boolean
  /** Why it is not ok, in words. */
  reason: string
}

function runCommand(command: readonly string[], env: Record<string, string>): Promise<Ending> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    const { pid } = child
    if (pid !== undefined) running.add(pid)
    let silent = false
    let timer: NodeJS.Timeout | undefined
    const heard = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        silent = true
        if (pid !== undefined) endGroup(pid)
      }, SILENCE_MS)
    }
    heard()
    child.stdout.on('data', (chunk: Buffer) => {
      heard()
      process.stdout.write(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      heard()
      process.stderr.write(chunk)
    })
    const done = (ending: Ending) => {
      clearTimeout(timer)
      if (pid !== undefined) {
        running.delete(pid)
        endGroup(pid)
      }
      resolve(ending)
    }
    child.on('error', (error) => done({ ok: false, reason: `cannot start: ${error.message}` }))
    // `exit`, not `close`: a process the suite left behind would keep the pipes open for ever.
    child.on('exit', (code, signal) => {
      const reason = silent
        ? `silent for ${SILENCE_MS / 60_000} minutes, ended`
        : `ended with ${code ?? signal}`
      setImmediate(() => done({ ok: code === 0, reason }))
    })
  })
}

/** What the suite's reporter wrote, or an outcome that says it crashed before it could. */
function readCounts(path: string, ending: Ending): Outcome {
  let text = ''
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  if (text === '') return { passed: 0, failed: 1, skipped: 0, notes: [`crashed: ${ending.reason}`] }
  const { passed, failed, skipped, empty } = countsSchema.parse(JSON.parse(text))
  const outcome: Outcome = {
    passed,
    failed,
    skipped,
    notes: empty.map((file) => `executed no test: ${file}`),
  }
  if (!ending.ok && failed === 0) {
    outcome.failed = 1
    outcome.notes.push(ending.reason)
  }
  if (outcome.passed + outcome.failed === 0) {
    outcome.failed = 1
    outcome.notes.push('executed no test')
  }
  return outcome
}

async function runSuite(suite: Suite, index: number): Promise<Outcome> {
  if (suite.kind === 'command') {
    const { ok, reason } = await runCommand(suite.command, {})
    return ok
      ? { passed: 1, failed: 0, skipped: 0, notes: [] }
      : { passed: 0, failed: 1, skipped: 0, notes: [reason] }
  }
  const countsPath = join(scratch, `${index}.json`)
  const env: Record<string, string> = {}
  if (suite.kind === 'browser' || suite.browser) env.CHROME_PATH = findBrowser()
  if (suite.kind === 'browser') {
    env.PROVISION_TEST_COUNTS = countsPath
    const command = ['node_modules/.bin/wtr', '--files', ...suite.files]
    return readCounts(countsPath, await runCommand(command, env))
  }
  const command = [
    process.execPath,
    '--import',
    'tsx',
    '--test',
    `--test-concurrency=${suite.processes}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${pathToFileURL(join(root, 'tests/count-reporter.mjs'))}`,
    `--test-reporter-destination=${countsPath}`,
    ...suite.files,
  ]
  return readCounts(countsPath, await runCommand(command, env))
}

function describeOutcome(name: string, { passed, failed, skipped, notes }: Outcome): string {
  const parts = [`${passed} passed`, `${failed} failed`]
  if (skipped > 0) parts.push(`${skipped} skipped`)
  const why = notes.length > 0 ? `  (${notes.join('; ')})` : ''
  return `${failed > 0 ? '✗' : '✓'} ${name.padEnd(12)} ${parts.join(', ')}${why}`
}

async function main(filters: readonly string[]): Promise<number> {
  const suites = matching(allSuites(), filters)
  const lines: string[] = []
  const total = { passed: 0, failed: 0 }
  for (const [index, suite] of suites.entries()) {
    if (suite.kind !== 'command' && suite.files.length === 0) {
      lines.push(`· ${suite.name.padEnd(12)} no test files`)
      continue
    }
    console.log(`\n── ${suite.name} ──`)
    let outcome: Outcome
    try {
      outcome = await runSuite(suite, index)
    } catch (error) {
      // One suite that cannot run (no browser, say) must not hide what the others find.
      const message = error instanceof Error ? error.message : String(error)
      console.error(message)
      outcome = { passed: 0, failed: 1, skipped: 0, notes: [message] }
    }
    total.passed += outcome.passed
    total.failed += outcome.failed
    lines.push(describeOutcome(suite.name, outcome))
  }
  const nothing = total.passed + total.failed === 0
  if (nothing) lines.push(`✗ nothing matches ${filters.join(' ')}`)
  console.log(
    `\n── summary ──\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`,
  )
  return total.failed > 0 || nothing ? 1 : 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const pid of running) endGroup(pid)
    rmSync(scratch, { recursive: true, force: true })
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
