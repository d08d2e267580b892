import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import { createCpanelProvider } from '../../bff/providers/cpanel/cpanel-provider.ts'
import { addTenant } from '../../bff/tenants/add.ts'
import { tenantInputSchema } from '../../bff/tenants/tenant-input.ts'
import { openDatabase } from '../../db/connect.ts'
import { migrate } from '../../db/migrate.ts'
import { type Sqld, startSqld } from '../sqld.ts'
import { BffClient, ISSUER } from './bff-client.ts'
import { type Bundle, bundlePrograms } from './bundle.ts'
import { check, type Findings } from './check.ts'
import { Diary } from './diary.ts'
import { type Figures, figuresOf } from './figures.ts'
import { historyOf } from './history-of-run.ts'
import { readLeftovers } from './leftovers.ts'
import { Murderer } from './murderer.ts'
import { Person } from './person.ts'
import type { Kind, Product } from './plans.ts'
import { Random } from './random.ts'
import { finalDifferences, sweep } from './sweep.ts'
import { scaleOf, timesOf } from './timings.ts'
import { WhmServer } from './whm-server.ts'
import { Worker } from './worker.ts'

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
  /** Told every ten seconds how far it is. */
  readonly progress?: (line: string) => void
  /** Told what the processes themselves reported. */
  readonly overheard?: (line: string) => void
}

export interface ChaosResult {
  readonly figures: Figures
  readonly findings: Findings
}

const START_MS = 60_000
const PROGRESS_MS = 10_000
/** After the last operation was accepted: quarantine, a retry, another quarantine. */
const DRAIN_MS = 90_000
const PUBLIC_URL = 'http://localhost:1'

const idSchema = z.object({ id: z.string() })

/** Everything that runs, with one way to end it all. */
class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'provision-chaos-'))
  readonly servers: WhmServer[] = []
  readonly workers: Worker[] = []
  sqld: Sqld | undefined
  /** How much longer than usual everything takes here. */
  scale = 1
  url = `file:${join(this.folder, 'chaos.db')}`

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()))
    await Promise.all(this.servers.map((server) => server.end()))
    await this.sqld?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function startAll(
  rig: Rig,
  bundle: Bundle,
  options: ChaosOptions,
  random: Random,
): Promise<BffClient> {
  if (options.database === 'sqld') {
    rig.sqld = await startSqld()
    rig.url = rig.sqld.url
  }
  for (let at = 0; at < options.servers; at++)
    rig.servers.push(await WhmServer.start(`whm${at + 1}`, bundle.whm, rig.folder))
  const actions = createCpanelProvider().actions.map(({ name }) => name)
  const client = await BffClient.open(PUBLIC_URL, actions, rig.workers, random)
  const db = await openDatabase({ url: rig.url })
  await migrate(db)
  await addTenant(
    { db, clock: { now: () => Date.now() } },
    tenantInputSchema.parse({
      label: 'Chaos',
      issuer: ISSUER,
      algorithms: ['ES256'],
      origins: ['https://admin.chaos.example'],
      jwks: await client.keySet(),
    }),
  )
  await db.close()
  const count = options.database === 'file' ? 1 : options.workers
  const vaultKeys = `chaos:${randomBytes(32).toString('base64')}`
  const first = await freeInARow(5900, count)
  for (let at = 0; at < count; at++)
    rig.workers.push(
      new Worker({
        program: bundle.bff,
        folder: rig.folder,
        settings: {
          port: first + at,
          publicUrl: PUBLIC_URL,
          database: rig.url,
          vaultKeys,
          stopsBeforeSending: 0.01,
          seed: options.seed + at * 101,
          scale: 1,
        },
        selfStop: () => random.between(...timesOf(rig.scale).freeze),
        overheard: options.overheard ?? (() => undefined),
      }),
    )
  const startAll = async () => {
    for (const worker of rig.workers) worker.start(rig.scale)
    await Promise.all(rig.workers.map((worker) => worker.listening(START_MS)))
  }
  await startAll()
  rig.scale = scaleOf(Math.max(...rig.workers.map(({ startMs }) => startMs)))
  // Again, with the times this machine can keep.
  for (const worker of rig.workers) await worker.end()
  await startAll()
  return client
}

/** The products of one server: a reseller with accounts of its own, and others. */
function kindsOf(count: number): Kind[] {
  return Array.from({ length: count }, (_, at) =>
    at === 0 ? 'reseller' : at < 4 ? 'child' : 'plain',
  )
}

async function order(rig: Rig, client: BffClient, options: ChaosOptions, random: Random) {
  const products: Product[] = []
  for (const server of rig.servers) {
    const made = await client.ask('POST', '/configurations', {
      label: server.name,
      host: 'localhost',
      port: server.port,
      user: 'root',
      token: server.token,
      pin: { ca: server.ca },
    })
    const configuration = idSchema.parse(made.body).id
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
  const bundle = await bundlePrograms()
  const rig = new Rig()
  try {
    const client = await startAll(rig, bundle, options, random)
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
    await Promise.all(rig.workers.map((worker) => worker.listening(START_MS)))
    await sweep(client, diary, products, Date.now() + DRAIN_MS * rig.scale)
    const differences = await finalDifferences(client, products, rig.servers)
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
      run: { database: options.database, seed: options.seed, seconds, scale: rig.scale },
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
    return { findings, figures }
  } finally {
    await rig.end()
    bundle.remove()
  }
}
