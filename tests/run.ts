// `npm test`: every suite, side by side as far as there are processors, then one summary and `N passed, N failed`.
// `npm test -- <filter>…` keeps the suites and files whose name contains one of the words.
import { type Dirent, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'
import { findBrowser } from './browser.ts'
import { type BuiltTests, buildTests } from './built-tests.ts'
import { OutputInTurn, type Section } from './output-in-turn.ts'
import { BUILT_TESTS } from './program-command.ts'
import { Room } from './room.ts'
import { type Ending, endSuites, runCommand } from './suite-process.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
mkdirSync(join(root, 'dist'), { recursive: true })
// Below the root, where what is built finds its packages; ignored like the rest of `dist`.
const scratch = mkdtempSync(join(root, 'dist', 'tests-'))

// More than four at a time only wait for each other.
const PROCESSES = Math.max(1, Math.min(4, availableParallelism()))

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

interface Timed extends Outcome {
  seconds: number
}

/** `processes`: how many of its test files run at a time. `browser`: drives one over what `npm run build` makes. */
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
  return [
    { kind: 'command', name: 'types', command: ['node_modules/.bin/tsc', '--noEmit'] },
    { kind: 'command', name: 'lint', command: ['node_modules/.bin/biome', 'check', '.'] },
    nodeSuite('house', PROCESSES),
    nodeSuite('db', PROCESSES),
    nodeSuite('bff', PROCESSES),
    nodeSuite('widgets-node', PROCESSES),
    nodeSuite('package', PROCESSES),
    nodeSuite('conformance', PROCESSES),
    nodeSuite('chaos', 1),
    nodeSuite('fuzz', 1),
    { kind: 'browser', name: 'widgets', files: testFiles('tests/widgets') },
    nodeSuite('hosts', 1, true),
    nodeSuite('e2e', PROCESSES, true),
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

/** What suites have in common, made when the first of them wants it. */
interface Prepared {
  tests(): Promise<BuiltTests>
  dist(section: Section): Promise<Ending>
}

function prepare(suites: readonly Suite[]): Prepared {
  const files = suites.flatMap((suite) => (suite.kind === 'node' ? suite.files : []))
  let tests: Promise<BuiltTests> | undefined
  let dist: Promise<Ending> | undefined
  return {
    tests() {
      tests ??= buildTests(files, join(scratch, 'built'))
      return tests
    },
    dist(section) {
      dist ??= runCommand([process.execPath, 'bff/cli/ensure-built.mjs'], {}, section)
      return dist
    },
  }
}

async function runSuite(
  suite: Suite,
  index: number,
  prepared: Prepared,
  section: Section,
): Promise<Outcome> {
  if (suite.kind === 'command') {
    const { ok, reason } = await runCommand(suite.command, {}, section)
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
    return readCounts(countsPath, await runCommand(command, env, section))
  }
  if (suite.browser) {
    const { ok, reason } = await prepared.dist(section)
    if (!ok) throw new Error(`the elements cannot be built: ${reason}`)
  }
  const tests = await prepared.tests()
  env[BUILT_TESTS] = tests.folder
  const command = [
    process.execPath,
    '--enable-source-maps',
    '--test',
    `--test-concurrency=${suite.processes}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${pathToFileURL(join(root, 'tests/count-reporter.mjs'))}`,
    `--test-reporter-destination=${countsPath}`,
    ...suite.files.map(tests.of),
  ]
  return readCounts(countsPath, await runCommand(command, env, section))
}

async function timed(run: () => Promise<Outcome>, section: Section): Promise<Timed> {
  const from = performance.now()
  let outcome: Outcome
  try {
    outcome = await run()
  } catch (error) {
    // One suite that cannot run (no browser, say) must not hide what the others find.
    const message = error instanceof Error ? error.message : String(error)
    section.write(`${message}\n`)
    outcome = { passed: 0, failed: 1, skipped: 0, notes: [message] }
  }
  return { ...outcome, seconds: Math.round((performance.now() - from) / 1000) }
}

function describeOutcome(name: string, { passed, failed, skipped, notes, seconds }: Timed): string {
  const parts = [`${passed} passed`, `${failed} failed`]
  if (skipped > 0) parts.push(`${skipped} skipped`)
  const why = notes.length > 0 ? `  (${notes.join('; ')})` : ''
  const mark = failed > 0 ? '✗' : '✓'
  return `${mark} ${name.padEnd(12)} ${`${seconds} s`.padStart(6)}  ${parts.join(', ')}${why}`
}

async function main(filters: readonly string[]): Promise<number> {
  const suites = matching(allSuites(), filters)
  const total = { passed: 0, failed: 0 }
  const output = new OutputInTurn((chunk) => process.stdout.write(chunk))
  const room = new Room(PROCESSES)
  const prepared = prepare(suites)
  const lines = await Promise.all(
    suites.map(async (suite, index) => {
      if (suite.kind !== 'command' && suite.files.length === 0)
        return `· ${suite.name.padEnd(12)} no test files`
      const leave = await room.enter(suite.kind === 'node' ? suite.processes : 1)
      const section = output.open()
      section.write(`\n── ${suite.name} ──\n`)
      const outcome = await timed(() => runSuite(suite, index, prepared, section), section)
      section.end()
      leave()
      total.passed += outcome.passed
      total.failed += outcome.failed
      return describeOutcome(suite.name, outcome)
    }),
  )
  const nothing = total.passed + total.failed === 0
  if (nothing) lines.push(`✗ nothing matches ${filters.join(' ')}`)
  console.log(
    `\n── summary ──\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`,
  )
  return total.failed > 0 || nothing ? 1 : 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endSuites()
    rmSync(scratch, { recursive: true, force: true })
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
