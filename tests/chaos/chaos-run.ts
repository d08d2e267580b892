import { setTimeout as wait } from 'node:timers/promises'
import type { BffClient } from './bff-client.ts'
import { check, type Findings } from './check.ts'
import { Diary } from './diary.ts'
import { type Figures, figuresOf } from './figures.ts'
import type { History } from './history.ts'
import { historyOf } from './history-of-run.ts'
import { readLeftovers } from './leftovers.ts'
import { Murderer } from './murderer.ts'
import { Person } from './person.ts'
import type { Kind, Product } from './plans.ts'
import { Random } from './random.ts'
import { configured, type Rig, startRig } from './rig.ts'
import { finalDifferences, sweep } from './sweep.ts'
import { timesOf } from './timings.ts'

export interface ChaosOptions {
  /** How many operations are to be accepted; a few more may be. */
  readonly operations: number
  readonly database: 'file' | 'sqld'
  readonly seed: number
  /** BFF processes; a file has one. */
  readonly workers: number
  /** WHM servers. */
  readonly servers: number
  /** Products on each server. */
  readonly products: number
  /** How many processes must have been killed or frozen before it may end; none unless told. */
  readonly deeds?: number
  /** Milliseconds after which nothing new is asked for, and after which nothing is waited for. */
  readonly limit: number
  /** How much longer than usual everything takes; measured unless told. */
  readonly scale?: number
  /** Told every ten seconds how far it is. */
  readonly progress?: (line: string) => void
  /** Told what the processes themselves reported. */
  readonly overheard?: (line: string) => void
}

export interface ChaosResult {
  readonly figures: Figures
  readonly findings: Findings
  /** Everything the findings were drawn from. */
  readonly history: History
}

const PROGRESS_MS = 10_000
/** How often a process stops itself after the last look at its lease. */
const STOPS = 0.01
/** After the last operation was accepted: quarantine, a retry, another quarantine. */
const DRAIN_MS = 90_000

/** The products of one server: a reseller with accounts of its own, and others. */
function kindsOf(count: number): Kind[] {
  return Array.from({ length: count }, (_, at) =>
    at === 0 ? 'reseller' : at < 4 ? 'child' : 'plain',
  )
}

async function order(rig: Rig, client: BffClient, options: ChaosOptions, random: Random) {
  const products: Product[] = []
  for (const server of rig.servers) {
    const configuration = await configured(client, server)
    let family: Product | undefined
    for (const [at, kind] of kindsOf(options.products).entries()) {
      const stem = random.letters(8)
      const product: Product = {
        id: `${server.name}-${at + 1}`,
        server: server.name,
        kind,
        family,
        stem,
        username: undefined,
        passwords: new Map(),
      }
      if (kind === 'reseller') family = product
      products.push(product)
      const put = await client.ask('PUT', `/services/${product.id}`, {
        configuration,
        label: `Product ${product.id}`,
        domain: `${stem}-first.example`,
        package: 'starter',
      })
      if (put.status !== 201) throw new Error(`no service: ${JSON.stringify(put.body)}`)
    }
  }
  return products
}

/** Lets everything die and everybody work until enough was asked for and all of it has ended, and judges it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const random = new Random(options.seed)
  const rig = await startRig({
    ...options,
    workers: options.database === 'file' ? 1 : options.workers,
    stopsBeforeSending: () => STOPS,
    selfStop: (scale) => random.between(...timesOf(scale).freeze),
    random,
  })
  try {
    const { client } = rig
    const products = await order(rig, client, options, random)
    const diary = new Diary()
    const began = Date.now()
    const times = timesOf(rig.scale)
    const murderer = new Murderer(new Random(options.seed + 1), rig.workers, rig.sqld, times)
    const enough = () => diary.size >= options.operations && murderer.deeds >= (options.deeds ?? 0)
    const more = () => !enough() && Date.now() - began < options.limit
    let drainUntil = Number.POSITIVE_INFINITY
    const over = () => {
      if (!more()) drainUntil = Math.min(drainUntil, Date.now() + DRAIN_MS * rig.scale)
      return Date.now() > drainUntil
    }
    for (const [at, server] of rig.servers.entries()) await server.badDays(options.seed + at, times)
    murderer.start()
    const ticking = setInterval(() => {
      const seconds = Math.round((Date.now() - began) / 1000)
      options.progress?.(`${seconds} s: ${diary.size} accepted, ${diary.ended} ended`)
    }, PROGRESS_MS)
    const people = products.map((product) =>
      new Person(product, { client, diary, random, more, over }).work(),
    )
    await Promise.all(people).finally(() => clearInterval(ticking))
    await murderer.stop()
    for (const server of rig.servers) await server.goodDays()
    const seconds = (Date.now() - began) / 1000
    await rig.listening()
    await sweep(client, diary, products, Date.now() + DRAIN_MS * rig.scale)
    const differences = await finalDifferences(client, diary, products, rig.servers)
    await Promise.all(rig.workers.map((worker) => worker.end()))
    // A change that was to come after a hang-up has come by now.
    await wait(times.longestRun)
    const leftovers = await readLeftovers(
      rig.url,
      rig.servers.map(({ token }) => token),
    )
    const calls = rig.servers.flatMap((server) => server.calls())
    const history = historyOf(calls, diary.operations(), { ...leftovers, differences })
    const findings = check(history)
    const figures = figuresOf({
      run: {
        database: options.database,
        seed: options.seed,
        seconds,
        scale: rig.scale,
        assumed_run: times.longestRun,
      },
      workers: rig.workers.length,
      servers: rig.servers.length,
      history,
      calls,
      findings,
      leftovers,
      deaths: murderer.deaths,
      stopped_before_sending: rig.workers.reduce((sum, worker) => sum + worker.selfStops, 0),
      answers_lost: client.lost,
      refusals: diary.refusals,
    })
    return { findings, figures, history }
  } finally {
    await rig.end()
  }
}
