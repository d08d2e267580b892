import { chmodSync, lstatSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { tellingOfChanges } from '../db/changes.ts'
import { type Database, openDatabase } from '../db/connect.ts'
import { migrate } from '../db/migrate.ts'
import { leasesOfTheDeadEnded } from '../db/operations.ts'
import { PrimaryClock } from '../db/primary-clock.ts'
import { tenantById } from '../db/tenants.ts'
import { type App, createApp } from './app.ts'
import { RemoteKeys } from './auth/key-source.ts'
import type { Config } from './config.ts'
import type { ConfigurationDeps } from './configurations/deps.ts'
import { Panels } from './configurations/panels.ts'
import { type Clock, systemClock } from './contract/clock.ts'
import { operatorApp } from './http/operator.ts'
import type { WidgetFiles } from './http/widget-files.ts'
import type { EngineDeps } from './operations/deps.ts'
import { Feed } from './operations/feed.ts'
import { type Runner, startRunner } from './operations/runner.ts'
import { PRODUCTION_TIMINGS, type Timings } from './operations/timings.ts'
import type { Provider } from './providers/provider.ts'
import { ServerLines } from './providers/server-line.ts'
import { Refresher } from './services/refresh.ts'
import { TenantDirectory } from './tenants/directory.ts'
import { sayFor } from './texts/speech.ts'
import { parseKeyRing } from './vault/key-ring.ts'
import { createVault } from './vault/vault.ts'

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
  readonly clock?: Clock
  readonly timings?: Timings
  readonly widgets?: WidgetFiles
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
  close(): Promise<void>
}

/** A running BFF. */
export interface Bff {
  readonly app: App
  readonly rooms: Rooms
  readonly runner: Runner
  readonly feed: Feed
  fetch(request: Request): Response | Promise<Response>
  /** Starts listening, on the operator's socket too. @returns where */
  listen(): Promise<{ readonly url: string; readonly port: number }>
  /** Stops claiming, lets calls under way end, closes everything. Whatever is cut short stays provable. */
  close(): Promise<void>
}

/**
 * Opens the database, brings it to the newest schema and puts the rooms together.
 *
 * @throws {DatabaseOwned} another process owns the database file
 */
export async function openRooms(
  config: Pick<Config, 'database' | 'vaultKeys' | 'allowedHosts'>,
  options: Pick<ComposeOptions, 'provider' | 'report' | 'clock' | 'timings'> & {
    /** Told of every write that has changed a row. */
    readonly changed?: () => void
  },
): Promise<Rooms> {
  const { provider, report } = options
  const vault = createVault(parseKeyRing(config.vaultKeys))
  const db = tellingOfChanges(await openDatabase(config.database), options.changed ?? (() => {}))
  const clock = new PrimaryClock(db, options.clock ?? systemClock)
  try {
    await clock.start((error) => report(error, 'the time of the database'))
    await migrate(db, { clock })
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
      report,
    },
    refresher,
    tenants: new TenantDirectory(db, clock),
    async close() {
      await refresher.settled()
      await panels.close()
      clock.stop()
      await db.close()
    },
  }
}

async function listenOn(server: ServerType, ...where: [number, string] | [string]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      server.off('error', reject)
      resolve()
    })
    if (where.length === 1) server.listen(where[0])
    else server.listen(where[0], where[1])
  })
}

async function listenOnSocket(server: ServerType, path: string): Promise<void> {
  // Ours to remove: whoever owned the database before us is gone. Anything but a socket is somebody's.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path)
  const before = process.umask(0o177)
  try {
    await listenOn(server, path)
  } finally {
    process.umask(before)
  }
  chmodSync(path, 0o600)
}

async function closeServer(server: ServerType): Promise<void> {
  if (!server.listening) return
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  })
}

/** Puts a whole BFF together. It carries operations out from now on, and listens when told to. */
export async function composeBff(config: Config, options: ComposeOptions): Promise<Bff> {
  const automatic = options.automatic ?? true
  let changed = () => {}
  const rooms = await openRooms(config, { ...options, changed: () => changed() })
  const feed = new Feed(rooms.engine, { automatic })
  changed = () => feed.nudge()
  const { engine, configurations, refresher, tenants } = rooms
  const app = createApp({
    engine,
    configurations,
    refresher,
    feed,
    auth: {
      clock: engine.clock,
      audience: config.publicUrl,
      remoteKeys: new RemoteKeys({ clock: engine.clock, fetch: (url, init) => fetch(url, init) }),
      tenantOf: (issuer) => tenants.tenantOf(issuer),
    },
    sayFor,
    isKnownOrigin: (origin) => tenants.isKnownOrigin(origin),
    async isReady() {
      try {
        await tenantById(rooms.db, '')
        return true
      } catch (error) {
        options.report(error, 'readiness')
        return false
      }
    },
    ...(options.widgets === undefined ? {} : { widgets: options.widgets }),
  })
  // Whoever owns the file now is its only process: other holders can be no more than dead.
  if (rooms.db.kind === 'file') await rooms.db.write([leasesOfTheDeadEnded()])
  const runner = startRunner(engine, { automatic })

  async function fetchTelling(request: Request): Promise<Response> {
    const began = performance.now()
    const response = await app.hono.fetch(request)
    options.answered?.({
      method: request.method,
      path: new URL(request.url).pathname,
      status: response.status,
      ms: Math.round(performance.now() - began),
      request_id: response.headers.get('x-request-id'),
    })
    return response
  }

  const door = operatorApp(configurations, {
    changed: () => tenants.forget(),
    report: options.report,
  })
  const servers: ServerType[] = []
  return {
    app,
    rooms,
    runner,
    feed,
    fetch: fetchTelling,
    async listen() {
      const server = createAdaptorServer({ fetch: fetchTelling })
      servers.push(server)
      await listenOn(server, config.port, config.host)
      if (config.socket !== undefined) {
        const socket = createAdaptorServer({ fetch: door.fetch })
        servers.push(socket)
        await listenOnSocket(socket, config.socket)
      }
      const address = server.address()
      // A server that listens on a port has an address with one.
      const { port } = address as AddressInfo
      return { url: config.publicUrl, port }
    },
    async close() {
      feed.stop()
      await Promise.all(servers.map(closeServer))
      await runner.stop()
      await rooms.close()
    },
  }
}
