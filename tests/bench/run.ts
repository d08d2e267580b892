// `npm run bench` prints one line per figure, `npm run -s bench -- --json` one line of JSON; `npm run bench -- security`
// measures the cost of security alone, `-- logs` pages of a log of ten million entries, which takes minutes and 16 GB of
// disk and is no part of the whole; `-- logs --rows 100000` asks for a smaller one. `-- rows` measures ten thousand rows
// of the log in a browser.
//
// Each figure stands beside another that was measured in the same run on the same machine; `ratio` is the first by the
// second, and the only thing to compare between machines. Where the other one is called `budget` it is a number of
// DESIGN §11, and a ratio above 1 means that it is exceeded. Milliseconds are less the better, operations per second
// more. Times of a busy machine vary: run it twice before believing a difference below a fifth.
import { startSqld } from '../sqld.ts'
import { acceptedWhileAsleep, acceptedWhileManyWait } from './accepted.ts'
import { bundleBytes } from './bytes.ts'
import { operationsPerSecond, timeToAccepted, type Where } from './engine.ts'
import { eventLoopDelay } from './event-loop.ts'
import { costOfToken } from './http.ts'
import { readLatency } from './latency.ts'
import { logPages } from './log-pages.ts'
import { logRows } from './log-rows.ts'
import type { Figure } from './measure.ts'
import { openRig } from './rig.ts'
import { costOfSecurity } from './security.ts'
import { costOfStreams } from './streams.ts'

async function throughHttp(): Promise<Figure[]> {
  const rig = await openRig()
  try {
    return [
      ...(await readLatency(rig)),
      ...(await acceptedWhileAsleep(rig)),
      ...(await costOfSecurity(rig)),
    ]
  } finally {
    await rig.end()
  }
}

async function whileManyWait(where: Where): Promise<Figure[]> {
  const server = where === 'sqld' ? await startSqld() : undefined
  const rig = await openRig(server?.url)
  try {
    return await acceptedWhileManyWait(rig, where)
  } finally {
    await rig.end()
    await server?.stop()
  }
}

/** What security costs and nothing else: a minute instead of many. */
async function securityAlone(): Promise<Figure[]> {
  const rig = await openRig()
  try {
    return await costOfSecurity(rig)
  } finally {
    await rig.end()
  }
}

const everything = async (): Promise<Figure[]> => [
  ...bundleBytes(),
  ...(await throughHttp()),
  ...(await whileManyWait('file')),
  ...(await whileManyWait('sqld')),
  await operationsPerSecond('file'),
  await operationsPerSecond('sqld'),
  await timeToAccepted('file'),
  await timeToAccepted('sqld'),
  await eventLoopDelay('file'),
  await eventLoopDelay('sqld'),
  await costOfToken(),
  ...(await costOfStreams()),
  ...(await logRows()),
]

function rowsTold(): number | undefined {
  const at = process.argv.indexOf('--rows')
  if (at === -1) return undefined
  const rows = Number(process.argv[at + 1])
  if (!Number.isInteger(rows) || rows < 20_000) throw new Error('--rows: a whole number from 20000')
  return rows
}

const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  security: securityAlone,
  logs: () => logPages(rowsTold()),
  rows: logRows,
}

const part = process.argv.slice(2).find((word) => Object.hasOwn(PARTS, word))
const figures = await (PARTS[part ?? ''] ?? everything)()

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} else {
  const short = (value: number) => value.toPrecision(4)
  for (const { name, unit, value, against, against_value, ratio } of figures) {
    const share = unit === 'µs' ? ` (${(100 * ratio).toFixed(2)} %)` : ''
    process.stdout.write(
      `${name}: ${short(value)} ${unit}; ${against}: ${short(against_value)}; ratio ${ratio.toFixed(3)}${share}\n`,
    )
  }
}
