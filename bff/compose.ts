import { setTimeout as wait } from 'node:timers/promises'
import { tellingOfChanges } from '../db/changes.ts'
import { type Database, openDatabase } from '../db/connect.ts'
import { isMigrated, migrate } from '../db/migrate.ts'
import { leasesOfTheDeadEnded } from '../db/operations.ts'
import { PrimaryClock } from '../db/primary-clock.ts'
import { type App, createApp } from './app.ts'
import { FailureBrake } from './auth/failure-brake.ts'
import { RemoteKeys } from './auth/key-source.ts'
import { Revocations } from './auth/revocation.ts'
import type { Config } from './config.ts'
import type { ConfigurationDeps } from './configurations/deps.ts'
import { Panels } from './configurations/panels.ts'
import { type Clock, systemClock } from './contract/clock.ts'
import { gaugesOf } from './gauges.ts'
import type { TurnedAway } from './http/access.ts'
import { bareRefusals } from './http/bare-refusal.ts'
import { addressTeller } from './http/client-address.ts'
import { Metrics, metricsFetch } from './http/metrics.ts'
import { operatorApp } from './http/operator/operator.ts'
import { RateCounter } from './http/rate-counter.ts'
import { RateExchange } from './http/rate-exchange.ts'
import { Rates } from './http/rates.ts'
import type { WidgetFiles } from './http/widget-files.ts'
import type { WireLimits } from './http/wire.ts'
import { Listening } from './listening.ts'
import type { Head } from './log/chain/head.ts'
import { Sealer } from './log/chain/sealer.ts'
import type { EngineDeps } from './operations/deps.ts'
import { Feed } from './operations/feed.ts'
import { type Runner, startRunner } from './operations/runner.ts'
import { PRODUCTION_TIMINGS, type Timings } from './operations/timings.ts'
import { guardedFetch } from './providers/guarded-fetch.ts'
import type { Provider } from './providers/provider.ts'
import { ServerLines } from './providers/server-line.ts'
import { Refresher } from './services/refresh.ts'
import { TenantDirectory } from './tenants/directory.ts'
import { revokedReader } from './tenants/revoked-reader.ts'
import { sayFor } from './texts/speech.ts'
import { refuseMissingKeys } from './vault/inventory.ts'
import { readKeyRing } from './vault/read-key-ring.ts'
import { startResealing } from './vault/reseal.ts'
import { createVault, type Vault } from './vault/vault.ts'

/** What a composition is told besides its configuration. Defaults are those of production. */
export interface ComposeOptions {
  readonly provider: Provider
  /** Told of everything that went wrong where no caller can be told. */
  report(error: unknown, about: string): void
  /** Told of every answered request: no query, no body, no token. */
  readonly answered?: (entry: {
    method: string
    path: string
    status: number
    ms: number
    request_id: string | null
  }) => void
  /**
   * Told of every end of a tenant's log that this process signs. Keep it where whoever can write the database cannot: it
   * finds what was cut off or written anew.
   */
  readonly headSigned?: (head: Head) => void
  /** Told why a request was not let in. */
  readonly turnedAway?: (entry: TurnedAway) => void
  readonly clock?: Clock
  readonly timings?: Timings
  readonly widgets?: WidgetFiles
  /** What a connection may cost; the limits of production unless told. */
  readonly wire?: Partial<WireLimits>
  /** Whether to carry operations out on a timer; a test may drive `runner.tick()` itself. */
  readonly automatic?: boolean
}

/** The rooms with their database open, before anything listens. */
export interface Rooms {
  readonly db: Database
  readonly configurations: ConfigurationDeps
  readonly engine: EngineDeps
  readonly refresher: Refresher
  readonly tenants: TenantDirectory
  readonly vault: Vault
  /** Waits for reads and calls under way, then closes. @param isCut closes now: they are left */
  close(isCut?: boolean): Promise<void>
}

/** A running BFF. */
export interface Bff {
  readonly app: App
  readonly rooms: Rooms
  readonly runner: Runner
  readonly feed: Feed
  /** Keeps the rates of several replicas together. */
  readonly exchange: RateExchange
  fetch(request: Request): Response | Promise<Response>
  /** Starts listening, on the operator's socket and for metrics too. @returns where */
  listen(): Promise<{ readonly url: string; readonly port: number; readonly metrics?: number }>
  /**
   * Ends in good order: not ready any more and nothing claimed from now on, what was only claimed given back, streams
   * ended with a word, requests and calls under way waited for, everything closed. Again it changes nothing.
   *
   * @returns `cut` when something was still under way after all the grace: it is in the database as *sent*, and is read
   *   back by whoever runs next
   */
  close(ending?: Ending): Promise<'settled' | 'cut'>
}

/** How a process ends, in milliseconds from when it is told to. */
export interface Ending {
  /** How long connections are still taken, for balancers that have yet to see that this one is not ready; 0 unless told. */
  readonly drain?: number
  /** How long requests and calls under way are waited for; without end unless told. */
  readonly grace?: number
}

/**
 * Opens the database, brings it to the newest schema and puts the rooms together.
 *
 * @throws {DatabaseOwned} another process owns the database file
 * @throws {VaultKeysInvalid} the keys of the vault cannot be had or used
 * @throws {VaultKeysMissing} the database holds what none of them opens
 */
export async function openRooms(
  config: Pick<Config, 'database' | 'vaultKeys' | 'allowedHosts'>,
  options: Pick<ComposeOptions, 'provider' | 'report' | 'clock' | 'timings'> & {
    /** Told of every write that has changed a row. */
    readonly changed?: () => void
  },
): Promise<Rooms> {
  const { provider, report } = options
  const vault = createVault(await readKeyRing(config.vaultKeys))
  const db = tellingOfChanges(await openDatabase(config.database), options.changed ?? (() => {}))
  const clock = new PrimaryClock(db, options.clock ?? systemClock)
  try {
    await clock.start((error) => report(error, 'the time of the database'))
    await migrate(db, { clock })
    await refuseMissingKeys(db, vault)
  } catch (error) {
    clock.stop()
    await db.close()
    throw error
  }
  const { allowedHosts } = config
  const timings = options.timings ?? PRODUCTION_TIMINGS
  const lines = new ServerLines(clock, timings.breaker)
  const panels = new Panels({ db, provider, vault, allowedHosts, lines, report })
  const panelOf: EngineDeps['panelOf'] = (tenant, configuration) =>
    panels.panelOf(tenant, configuration)
  const refresher = new Refresher({ db, clock, panelOf, report })
  return {
    db,
    configurations: { db, clock, vault, provider, panels, allowedHosts },
    engine: {
      db,
      clock,
      timings,
      provider,
      panelOf,
      lines,
      seal: (place, plain) => vault.seal(place, plain),
      open: (place, sealed) => vault.open(place, sealed),
      hmac: (data) => vault.hmac(data),
      matches: (data, known) => vault.matches(data, known),
      report,
    },
    refresher,
    tenants: new TenantDirectory(db, clock),
    vault,
    async close(isCut = false) {
      if (!isCut) {
        await refresher.settled()
        await panels.close()
      }
      clock.stop()
      await db.close()
    },
  }
}

/** Milliseconds the database may take before this process is not ready. */
const READY_WITHIN = 1000

async function inTime<T>(ms: number, answer: Promise<T>): Promise<T> {
  const timer = new AbortController()
  const late = wait(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms`)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    timer.abort()
    late.catch(() => undefined)
  }
}

async function keysAndSchemaFit({ db, engine }: Rooms): Promise<boolean> {
  await engine.hmac('ready')
  return isMigrated(db)
}

/** Puts a whole BFF together. It carries operations out from now on, and listens when told to. */
export async function composeBff(config: Config, given: ComposeOptions): Promise<Bff> {
  const metrics = config.metrics === undefined ? undefined : new Metrics(() => app.routes)
  const options: ComposeOptions = {
    ...given,
    report(error, about) {
      metrics?.fault()
      given.report(error, about)
    },
  }
  const automatic = options.automatic ?? true
  let ending: Promise<'settled' | 'cut'> | undefined
  let changed = () => {}
  const rooms = await openRooms(config, { ...options, changed: () => changed() })
  const { configurations, refresher, tenants } = rooms
  const feed = new Feed(
    { ...rooms.engine, isServed: (tenant) => tenants.isServed(tenant) },
    { automatic },
  )
  changed = () => feed.nudge()
  // Whoever owns the file now is its only process: other holders can be no more than dead.
  if (rooms.db.kind === 'file') await rooms.db.write([leasesOfTheDeadEnded()])
  const runner = startRunner(rooms.engine, { automatic })
  const sealer = new Sealer(
    {
      ...configurations,
      timings: rooms.engine.timings,
      report: options.report,
      signed: options.headSigned ?? (() => {}),
    },
    { automatic },
  )
  const resealer = startResealing(
    { ...rooms.engine, vault: rooms.vault, report: options.report },
    automatic,
  )
  const engine: EngineDeps = { ...rooms.engine, queued: () => runner.nudge() }
  const counter = new RateCounter()
  const exchange = new RateExchange({
    db: rooms.db,
    clock: engine.clock,
    counter,
    report: options.report,
  })
  // A file has one process: nobody to tell, and nobody to hear.
  if (automatic && rooms.db.kind === 'server') exchange.start(engine.timings.rate_exchange)
  const remoteKeys = new RemoteKeys({
    clock: engine.clock,
    fetch: guardedFetch(config.allowedHosts),
    report: options.report,
  })
  const brake = new FailureBrake(engine.clock)
  const revocations = new Revocations(engine.clock, revokedReader(engine))
  const app = createApp({
    engine,
    rates: new Rates({
      clock: engine.clock,
      counter,
      limitsOf: (tenant) => tenants.limitsOf(tenant),
    }),
    configurations,
    refresher,
    feed,
    addressOf: addressTeller(config.trustedProxies),
    auth: {
      clock: engine.clock,
      audience: config.publicUrl,
      remoteKeys,
      revocations,
      brake,
      tenantOf: (issuer) => tenants.tenantOf(issuer),
    },
    sayFor,
    isKnownOrigin: (origin) => tenants.isKnownOrigin(origin),
    languageOf: (tenant) => tenants.languageOf(tenant),
    async isReady() {
      if (ending !== undefined) return false
      try {
        return await inTime(READY_WITHIN, keysAndSchemaFit(rooms))
      } catch (error) {
        options.report(error, 'readiness')
        return false
      }
    },
    warnings() {
      const missing = remoteKeys.status().filter(({ state }) => state !== 'fresh').length
      return missing === 0 ? [] : [`key sets that cannot be fetched: ${missing}`]
    },
    ...(options.widgets === undefined ? {} : { widgets: options.widgets }),
    ...(options.turnedAway === undefined ? {} : { turnedAway: options.turnedAway }),
  })

  async function fetchTelling(
    request: Request,
    from?: { readonly peer: string | undefined },
  ): Promise<Response> {
    const began = performance.now()
    const response = await app.hono.fetch(request, from)
    // Whoever asks again must come to a process that stays.
    if (ending !== undefined) response.headers.set('connection', 'close')
    const { method } = request
    const path = new URL(request.url).pathname
    const { status } = response
    const ms = performance.now() - began
    metrics?.answered({ method, path, status, ms })
    options.answered?.({
      method,
      path,
      status,
      ms: Math.round(ms),
      request_id: response.headers.get('x-request-id'),
    })
    return response
  }

  const door = operatorApp(
    { ...configurations, vault: rooms.vault },
    {
      changed: () => tenants.forget(),
      revoked: () => revocations.forget(),
      report: options.report,
      ...(options.timings === undefined ? {} : { timings: options.timings }),
    },
  )
  const listening = new Listening({
    refuse: bareRefusals({
      now: () => engine.clock.now(),
      say: sayFor(undefined).say,
      told: ({ status, request_id }) => {
        metrics?.answered({ method: '-', path: '-', status, ms: 0 })
        options.answered?.({ method: '-', path: '-', status, ms: 0, request_id })
      },
    }),
    ...(options.wire === undefined ? {} : { limits: options.wire }),
  })

  async function end({ drain = 0, grace }: Ending): Promise<'settled' | 'cut'> {
    const settled = async () => {
      const carried = runner.stop()
      feed.stop()
      metrics?.stop()
      await Promise.all([
        carried,
        resealer.stop(),
        exchange.stop(),
        wait(drain).then(() => listening.close()),
      ])
      await sealer.stop()
      await rooms.close()
      return 'settled' as const
    }
    const done = settled()
    if (grace === undefined) return done
    const end = await Promise.race([done, wait(grace, 'cut' as const, { ref: false })])
    if (end === 'settled') return end
    // What happens from here on is told by nobody: the process is about to end.
    done.catch(() => undefined)
    listening.cut()
    sealer.halt()
    await rooms.close(true)
    return end
  }

  return {
    app,
    rooms,
    runner,
    feed,
    exchange,
    fetch: fetchTelling,
    async listen() {
      const port = await listening.onPort(fetchTelling, config.port, config.host)
      const told = { url: config.publicUrl, port }
      if (config.socket !== undefined) await listening.onSocket(door.fetch, config.socket)
      if (metrics === undefined || config.metrics === undefined) return told
      return {
        ...told,
        metrics: await listening.onPort(
          metricsFetch(metrics, () => gaugesOf(engine, feed, brake), options.report),
          config.metrics.port,
          config.metrics.host,
        ),
      }
    },
    close(how = {}) {
      ending ??= end(how)
      return ending
    },
  }
}
