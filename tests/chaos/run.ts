// `npm run chaos -- [--operations N] [--database file|sqld|both] [--seed S] [--workers 3] [--out FILE]`
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { type ChaosResult, runChaos } from './chaos-run.ts'
import { INVARIANTS, type Invariant } from './check.ts'
import { counted, shownFigures } from './figures.ts'

const USAGE = `Lets BFF processes, their database and WHM servers die and lie at random, and counts what came of it.

  --operations N     operations to be accepted on each database (300)
  --database WHICH   file, sqld or both (both)
  --seed S           the same seed gives the same row of chances (drawn and printed)
  --workers N        BFF processes on sqld (3); a file has one
  --servers N        WHM servers (2, or 4 from 1,000 operations on)
  --products N       products on each server (12)
  --minutes M        after which nothing new is asked for (30)
  --scale X          how much longer than usual everything takes (measured by the start of a process)
  --out FILE         writes the figures as JSON
  --verbose          shows what the processes reported, counted
  --help             this text
`

const MOST_SHOWN = 10

function whole(text: string, name: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new Error(`--${name} is no whole number: ${text}`)
}

function databasesOf(which: string): ('file' | 'sqld')[] {
  if (which === 'both') return ['file', 'sqld']
  if (which === 'file' || which === 'sqld') return [which]
  throw new Error(`--database is none of file, sqld, both: ${which}`)
}

/** What a process reported, without what is different each time. */
function kindOf(line: string): string {
  return line
    .replaceAll(/op_\w+/g, 'op_…')
    .replaceAll(/\d{3,}/g, '…')
    .slice(0, 300)
}

function show({ figures, findings }: ChaosResult): void {
  process.stdout.write(`${shownFigures(figures)}\n`)
  for (const name of Object.keys(INVARIANTS)) {
    // The keys of INVARIANTS are those of the findings.
    const found = findings[name as Invariant]
    for (const sentence of found.slice(0, MOST_SHOWN))
      process.stdout.write(`    ${name}: ${sentence}\n`)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      operations: { type: 'string', default: '300' },
      database: { type: 'string', default: 'both' },
      seed: { type: 'string' },
      workers: { type: 'string', default: '3' },
      servers: { type: 'string' },
      products: { type: 'string', default: '12' },
      minutes: { type: 'string', default: '30' },
      scale: { type: 'string' },
      out: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return
  }
  const operations = whole(values.operations, 'operations')
  const results: ChaosResult[] = []
  for (const database of databasesOf(values.database)) {
    const reports: string[] = []
    const result = await runChaos({
      operations,
      database,
      seed: values.seed === undefined ? Date.now() % 1_000_000 : whole(values.seed, 'seed'),
      workers: whole(values.workers, 'workers'),
      servers: whole(values.servers ?? (operations >= 1000 ? '4' : '2'), 'servers'),
      products: whole(values.products, 'products'),
      ...(values.scale === undefined ? {} : { scale: Math.max(1, Number(values.scale) || 1) }),
      limit: whole(values.minutes, 'minutes') * 60_000,
      progress: (line) => process.stdout.write(`  ${database} ${line}\n`),
      overheard: (line) => void reports.push(kindOf(line)),
    })
    results.push(result)
    show(result)
    if (Object.values(result.findings).some((found) => found.length > 0)) {
      const file = join(tmpdir(), `provision-chaos-${database}-${result.figures.seed}.json`)
      writeFileSync(file, JSON.stringify(result.history, null, 1), { mode: 0o600 })
      process.stdout.write(`  what it was drawn from: ${file}\n`)
    }
    if (values.verbose)
      for (const [line, times] of Object.entries(counted(reports)))
        process.stdout.write(`    reported ${times} times: ${line}\n`)
    if (values.out !== undefined)
      writeFileSync(
        values.out,
        `${JSON.stringify(
          results.map(({ figures }) => figures),
          null,
          2,
        )}\n`,
      )
  }
  const broken = results.some(({ findings }) =>
    Object.values(findings).some((all) => all.length > 0),
  )
  process.exitCode = broken ? 1 : 0
}

// What was started ends with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exitCode = 2
})
