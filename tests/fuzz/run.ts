// `npm run fuzz -- [--requests N] [--seed S] [--workers W]`
import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type FuzzFigures, type FuzzFound, fuzz, LIFE } from './fuzz.ts'

const USAGE = `Asks a whole BFF with two brands random things, and holds every answer against what must be true of it.

  --requests N   how many (1,000,000)
  --seed S       the same seed asks the same (drawn and printed)
  --workers W    processes that ask (one per processor)
  --help         this text
`

/** What a worker tells: how far it is, and with what it ended. */
type Told =
  | { readonly kind: 'progress'; readonly figures: FuzzFigures }
  | { readonly kind: 'ended'; readonly figures: FuzzFigures; readonly found: FuzzFound | undefined }

function whole(text: string, name: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new Error(`--${name} is no whole number: ${text}`)
}

function sum(all: readonly FuzzFigures[]): FuzzFigures {
  const statuses: Record<string, number> = {}
  for (const figures of all)
    for (const [status, count] of Object.entries(figures.statuses))
      statuses[status] = (statuses[status] ?? 0) + count
  return {
    requests: all.reduce((total, { requests }) => total + requests, 0),
    writes: all.reduce((total, { writes }) => total + writes, 0),
    statuses,
  }
}

function said(found: FuzzFound): string {
  const history = found.history.map((happening) => `  ${JSON.stringify(happening)}\n`).join('')
  return `found: ${found.finding.broken}: ${found.finding.why}\n${history}again with: npm run fuzz -- --workers 1 --requests ${LIFE} --seed ${found.seed}\n`
}

/** Asks its part and tells the process that started it. */
async function work(requests: number, seed: number, stride: number): Promise<void> {
  const tell = (told: Told) => void process.send?.(told)
  const { figures, found } = await fuzz({
    requests,
    seed,
    stride,
    progress: (so_far) => tell({ kind: 'progress', figures: so_far }),
  })
  tell({ kind: 'ended', figures, found })
  process.disconnect()
}

async function lead(requests: number, seed: number, workers: number): Promise<void> {
  process.stdout.write(`${requests} requests, seed ${seed}, ${workers} processes\n`)
  const began = performance.now()
  const figures = new Map<number, FuzzFigures>()
  let next = began + 10_000
  let found: FuzzFound | undefined
  const rate = (done: number) => Math.round((done * 1000) / (performance.now() - began))
  const children: ChildProcess[] = []
  const ended = Array.from({ length: workers }, (_, at) => {
    const share = Math.floor(requests / workers) + (at < requests % workers ? 1 : 0)
    const child = fork(fileURLToPath(import.meta.url), [
      ...['--requests', String(share), '--seed', String(seed + at)],
      ...['--stride', String(workers)],
    ])
    children.push(child)
    child.on('message', (told: Told) => {
      figures.set(at, told.figures)
      if (told.kind === 'ended' && told.found !== undefined) {
        found ??= told.found
        for (const other of children) if (other !== child) other.kill()
      }
      if (performance.now() < next) return
      next = performance.now() + 10_000
      const { requests: done } = sum([...figures.values()])
      process.stdout.write(`${done} requests, ${rate(done)} a second\n`)
    })
    return new Promise<number | null>((resolve) => child.once('exit', resolve))
  })
  const codes = await Promise.all(ended)
  const all = sum([...figures.values()])
  const lines = Object.entries(all.statuses).map(([status, count]) => `  ${status}  ${count}\n`)
  process.stdout.write(
    `${all.requests} requests, ${rate(all.requests)} a second, ${all.writes} of them wrote something\n${lines.join('')}`,
  )
  if (found !== undefined) process.stdout.write(said(found))
  const isDone = found === undefined && codes.every((code) => code === 0)
  if (isDone) process.stdout.write('nothing was found\n')
  else process.exitCode = 1
}

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    // Given to the workers by the process that starts them.
    stride: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const seed = whole(values.seed ?? String(Math.floor(Math.random() * 2 ** 31)), 'seed')
const requests = whole(values.requests, 'requests')

if (values.help) process.stdout.write(USAGE)
else if (values.stride !== undefined) await work(requests, seed, whole(values.stride, 'stride'))
else await lead(requests, seed, Math.max(1, whole(values.workers, 'workers')))
