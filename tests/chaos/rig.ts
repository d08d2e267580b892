import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import type { Random } from './random.ts'
import { scaleOf } from './timings.ts'
import { WhmServer } from './whm-server.ts'
import { Worker } from './worker.ts'

export interface RigOptions {
  readonly database: 'file' | 'sqld'
  readonly workers: number
  /** WHM servers. */
  readonly servers: number
  readonly seed: number
  readonly random: Random
  /** How often, 0 to 1, this worker stops itself after the last look at its lease. */
  stopsBeforeSending(worker: number): number
  /** Milliseconds until it is let go on. */
  selfStop(scale: number): number
  /** How much longer than usual everything takes; measured unless told. */
  readonly scale?: number
  /** Told what the processes themselves reported. */
  readonly overheard?: (line: string) => void
}

/** BFF processes, their database and WHM servers, with a tenant and somebody who may ask for everything. */
export interface Rig {
  readonly client: BffClient
  readonly workers: readonly Worker[]
  readonly servers: readonly WhmServer[]
  readonly sqld: Sqld | undefined
  /** Of the database. */
  readonly url: string
  /** How much longer than usual everything takes here. */
  readonly scale: number
  /** Waits until every worker listens. */
  listening(): Promise<void>
  end(): Promise<void>
}

const START_MS = 60_000
const PUBLIC_URL = 'http://localhost:1'
const idSchema = z.object({ id: z.string() })

/** What was started so far, so that all of it can be ended. */
class Started {
  readonly folder = mkdtempSync(join(tmpdir(), 'provision-chaos-'))
  readonly servers: WhmServer[] = []
  readonly workers: Worker[] = []
  bundle: Bundle | undefined
  sqld: Sqld | undefined

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()))
    await Promise.all(this.servers.map((server) => server.end()))
    await this.sqld?.stop()
    this.bundle?.remove()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Starts them. @throws when one cannot be; nothing is left running then */
export async function startRig(options: RigOptions): Promise<Rig> {
  const started = new Started()
  try {
    return await startedIn(started, options)
  } catch (error) {
    await started.end()
    throw error
  }
}

async function startedIn(started: Started, options: RigOptions): Promise<Rig> {
  const { folder, servers, workers } = started
  started.bundle = await bundlePrograms()
  if (options.database === 'sqld') started.sqld = await startSqld()
  const url = started.sqld?.url ?? `file:${join(folder, 'chaos.db')}`
  for (let at = 0; at < options.servers; at++)
    servers.push(await WhmServer.start(`whm${at + 1}`, started.bundle.whm, folder))
  const actions = createCpanelProvider().actions.map(({ name }) => name)
  const client = await BffClient.open(PUBLIC_URL, actions, workers, options.random)
  await prepareDatabase(url, client)
  const vaultKeys = `chaos:${randomBytes(32).toString('base64')}`
  const first = await freeInARow(5900, options.workers)
  let scale = 1
  for (let at = 0; at < options.workers; at++)
    workers.push(
      new Worker({
        program: started.bundle.bff,
        folder,
        settings: {
          port: first + at,
          publicUrl: PUBLIC_URL,
          database: url,
          vaultKeys,
          stopsBeforeSending: options.stopsBeforeSending(at),
          seed: options.seed + at * 101,
          scale,
        },
        selfStop: () => options.selfStop(scale),
        overheard: options.overheard ?? (() => undefined),
      }),
    )
  const listening = async () => {
    await Promise.all(workers.map((worker) => worker.listening(START_MS)))
  }
  for (const worker of workers) worker.start(scale)
  await listening()
  scale = options.scale ?? scaleOf(Math.max(...workers.map(({ startMs }) => startMs)))
  // Again, with the times this machine can keep.
  for (const worker of workers) await worker.end()
  for (const worker of workers) worker.start(scale)
  await listening()
  const { sqld } = started
  return { client, workers, servers, sqld, url, scale, listening, end: () => started.end() }
}

async function prepareDatabase(url: string, client: BffClient): Promise<void> {
  const db = await openDatabase({ url })
  await migrate(db)
  await addTenant(
    { db, clock: { now: () => Date.now() } },
    tenantInputSchema.parse({
      // Who looks forty times a second whether it is done is no page.
      limits: { token: 10_000_000, service: 10_000_000, tenant: 10_000_000 },
      label: 'Chaos',
      issuer: ISSUER,
      algorithms: ['ES256'],
      origins: ['https://admin.chaos.example'],
      jwks: await client.keySet(),
    }),
  )
  await db.close()
}

/** A configuration for a WHM server. @returns its id */
export async function configured(client: BffClient, server: WhmServer): Promise<string> {
  const made = await client.ask('POST', '/configurations', {
    label: server.name,
    host: 'localhost',
    port: server.port,
    user: 'root',
    token: server.token,
    pin: { ca: server.ca },
  })
  return idSchema.parse(made.body).id
}
