import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { type Bff, composeBff } from '../compose.ts'
import { type Clock, systemClock } from '../contract/clock.ts'
import { readWidgetFiles } from '../http/widget-files.ts'
import type { Timings } from '../operations/timings.ts'
import { createCpanelProvider } from '../providers/cpanel/cpanel-provider.ts'
import { getService } from '../services/get.ts'
import { type Client, Company } from './company.ts'
import { DataFolder, freshlyKept, type Kept, type Ports } from './data-folder.ts'
import { freeInARow, isFree, mustBeFree, PortFixed } from './free-ports.ts'
import { adminSite } from './host/admin-site.ts'
import { clientSite } from './host/client-site.ts'
import { type Login, Sessions } from './host/sessions.ts'
import { describe, type Planted, plant, planted, type Soil } from './plant.ts'
import { type MayTouch, TokenMint, type Viewer } from './token-mint.ts'
import { ROOT_TOKEN } from './whm/sample.ts'
import { startWhm, type Whm } from './whm/server.ts'
import { departingWorld, livingWorld } from './worlds.ts'

export interface DemoOptions {
  /** Folder that keeps everything between runs. */
  readonly data: string
  /** Erase that folder first. */
  readonly fresh?: boolean
  /** Port of the BFF; the admin and the client area take the two above it. */
  readonly port?: number
  readonly whmPort?: number
  /** Folder of the built elements, with `1/` in it. */
  readonly widgets: string
  report(error: unknown, about: string): void
  /** For tests: other time and other durations than production's. */
  readonly clock?: Clock
  readonly timings?: Timings
  /** Milliseconds no call to WHM is waited for longer. */
  readonly patience?: number
}

/** What a program needs to know of a running demo. */
export interface DemoFacts {
  readonly bff: string
  readonly admin: string
  readonly client: string
  /** `ca` is the path of a PEM file. */
  readonly whm: {
    readonly url: string
    readonly user: string
    readonly token: string
    readonly ca: string
    readonly control: string
  }
  readonly tokens: { readonly staff: string; readonly client: string }
  readonly token_urls: { readonly staff: string; readonly client: string }
  readonly services: readonly {
    readonly id: string
    readonly state: string
    readonly username: string | null
    readonly domain: string | null
  }[]
}

export interface Demo {
  readonly bff: Bff
  readonly whm: Whm
  readonly company: Company
  readonly mint: TokenMint
  facts(): Promise<DemoFacts>
  close(): Promise<void>
}

/** The folder's demo is up: two on one folder would take each other's data. */
export class DemoRunning extends Error {
  readonly code = 'demo_running'
  override readonly name = 'DemoRunning'
}

const SOCKET = 'provision.socket'

function answersAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}

const STAFF: Viewer = { role: 'staff', subject: 'staff-1', name: 'Dana Reyes' }
/** The client whose area the demo opens. */
const ME = '1'

const FIRST_PORT = 4100
const WHM_PORT = 2087

async function choosePorts(options: DemoOptions, kept: Ports | undefined): Promise<Ports> {
  const { port, whmPort } = options
  const first = port ?? kept?.bff ?? (await freeInARow(FIRST_PORT, 5))
  for (const taken of [first, first + 1, first + 2]) await mustBeFree(taken, '--port')
  if (whmPort !== undefined && kept !== undefined && kept.whm !== whmPort)
    throw new PortFixed(
      `the services of this demo live on port ${kept.whm}; add --fresh to start over on another`,
    )
  const whm =
    whmPort ?? kept?.whm ?? ((await isFree(WHM_PORT)) ? WHM_PORT : await freeInARow(first + 10, 1))
  await mustBeFree(whm, '--whm-port')
  const spare = async (wanted: number) =>
    (await isFree(wanted)) ? wanted : await freeInARow(wanted + 1, 1)
  return {
    bff: first,
    admin: first + 1,
    client: first + 2,
    whm,
    control: await spare(kept?.control ?? first + 3),
    // Fixed once the configuration names it, whether or not somebody else answers there today.
    dead: kept?.dead ?? (await spare(first + 4)),
  }
}

function listen(app: Hono, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = createAdaptorServer({ fetch: app.fetch })
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}

async function plantFirst(soil: Soil, company: Company, whm: Whm, kept: Kept): Promise<void> {
  // Alive while it is planted, gone ever after: so its account is known, and its server cannot be reached.
  const dead = await startWhm({ port: kept.ports.dead, world: departingWorld })
  try {
    await plant(soil, company, whm, dead)
  } finally {
    await dead.close()
  }
}

/** Starts all of it: a server that answers like WHM, the BFF, and the admin and client area of an imaginary company. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { data, report } = options
  if (await answersAt(join(data, SOCKET))) throw new DemoRunning('this demo is running already')
  if (options.fresh === true) DataFolder.erase(data)
  const folder = new DataFolder(data)
  const before = folder.read()
  const ports = await choosePorts(options, before?.ports)
  const kept: Kept = { ...(before ?? (await freshlyKept(ports))), ports }
  folder.write(kept)
  const closing: (() => Promise<void>)[] = []
  const closeAll = async () => {
    for (const step of closing.reverse()) await step()
  }
  try {
    const whm = await startWhm({
      world: livingWorld,
      dataDir: data,
      port: ports.whm,
      controlPort: ports.control,
      ...(options.clock === undefined ? {} : { clock: () => options.clock?.now() ?? Date.now() }),
    })
    closing.push(() => whm.close())
    const caFile = folder.file('whm-ca.pem')
    writeFileSync(caFile, whm.ca)

    const bffUrl = `http://localhost:${ports.bff}`
    const adminUrl = `http://localhost:${ports.admin}`
    const clientUrl = `http://localhost:${ports.client}`
    const allowedHosts = ['localhost', '127.0.0.1']
    const bff = await composeBff(
      {
        host: '127.0.0.1',
        port: ports.bff,
        publicUrl: bffUrl,
        database: { url: `file:${folder.file('provision.db')}` },
        vaultKeys: kept.vault_keys,
        allowedHosts,
        socket: folder.file(SOCKET),
        logLevel: 'silent',
      },
      {
        provider: createCpanelProvider({
          allowedHosts,
          ...(options.patience === undefined ? {} : { patience: options.patience }),
        }),
        report,
        widgets: readWidgetFiles(options.widgets),
        ...(options.clock === undefined ? {} : { clock: options.clock }),
        ...(options.timings === undefined ? {} : { timings: options.timings }),
      },
    )
    closing.push(async () => {
      await bff.close()
    })

    const company = new Company(folder.file('orders.json'))
    const mint = new TokenMint(kept.signing_key, Company.issuer, bffUrl, options.clock)
    const soil: Soil = { rooms: bff.rooms, mint, origins: [adminUrl, clientUrl] }
    if (!kept.planted) {
      // A first run that was cut short left half of it: start over.
      await plantFirst(soil, company, whm, kept)
      folder.write({ ...kept, planted: true })
    }
    const ground = await planted(soil)
    await bff.listen()

    const mintStaff = mintForStaff(mint, company, ground)
    const mintClient = mintForClient(mint, company)
    const me = (): Client => clientOf(company)
    // Programs have no session; they are given tokens as if somebody had just proved who they are.
    const justNow = () => new Sessions(options.clock ?? systemClock).now()
    for (const [app, port] of [
      [adminSite(bffUrl, company, mintStaff, options.clock), ports.admin],
      [clientSite(bffUrl, me, mintClient, options.clock), ports.client],
    ] as const) {
      const server = await listen(app, port)
      closing.push(() => close(server))
    }

    return {
      bff,
      whm,
      company,
      mint,
      async facts() {
        const services = await Promise.all(
          company.firstProducts.map(async ({ id }) => {
            const service = await getService(bff.rooms, ground.tenant, id)
            return {
              id,
              state: service?.state ?? 'unknown',
              username: service?.username ?? null,
              domain: service?.domain ?? null,
            }
          }),
        )
        return {
          bff: bffUrl,
          admin: adminUrl,
          client: clientUrl,
          whm: {
            url: whm.url,
            user: 'root',
            token: ROOT_TOKEN,
            ca: caFile,
            control: whm.controlUrl,
          },
          tokens: {
            staff: await must(mintStaff(null, justNow())),
            client: await must(mintClient(null, justNow())),
          },
          token_urls: {
            staff: `${adminUrl}/provision-token`,
            client: `${clientUrl}/provision-token`,
          },
          services,
        }
      },
      close: closeAll,
    }
  } catch (error) {
    await closeAll()
    if (!kept.planted) rmSync(data, { recursive: true, force: true })
    throw error
  }
}

async function must(token: Promise<string | 'forbidden'>): Promise<string> {
  const minted = await token
  if (minted === 'forbidden') throw new Error('the demo refused its own token')
  return minted
}

function clientOf(company: Company): Client {
  const client = company.client(ME)
  if (client === undefined) throw new Error('the client of the demo is not there')
  return client
}

/** Staff see every product; the page of one describes it, so that a new order is registered on first use. */
function mintForStaff(mint: TokenMint, company: Company, { configurations }: Planted) {
  return async (
    service: string | null,
    login: Login | undefined,
  ): Promise<string | 'forbidden'> => {
    if (service === null) return mint.mint(STAFF, { kind: 'all' }, login)
    const found = company.product(service)
    if (found === undefined) return 'forbidden'
    return mint.mint(
      STAFF,
      { kind: 'one', service: describe(found.product, configurations) },
      login,
    )
  }
}

/** The check every host must make: this user may see this service. */
function mintForClient(mint: TokenMint, company: Company) {
  return async (
    service: string | null,
    login: Login | undefined,
  ): Promise<string | 'forbidden'> => {
    const client = clientOf(company)
    const viewer: Viewer = { role: 'client', subject: `client-${client.id}`, name: client.name }
    const own = client.products.map(({ id }) => id)
    if (service !== null && !own.includes(service)) return 'forbidden'
    const reach: MayTouch = { kind: 'these', services: service === null ? own : [service] }
    return mint.mint(viewer, reach, login)
  }
}
