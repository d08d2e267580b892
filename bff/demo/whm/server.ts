import type { Server as HttpServer } from 'node:http'
import { createServer, type Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { functions as catalogue } from './catalogue.ts'
import { certificateFor } from './certificate.ts'
import type { ChangeRecord } from './changes.ts'
import { controlServer } from './control.ts'
import type { WhmFunction } from './function.ts'
import { handleRequest } from './handle-request.ts'
import { sampleWorld } from './sample.ts'
import { WhmState } from './state.ts'
import { loadWorld } from './state-file.ts'
import type { World } from './world.ts'

const KEEP_ALIVE_MS = 70_000

/** How a server is started. */
export interface WhmOptions {
  /** Default: `functions` of catalogue.ts. */
  readonly functions?: readonly WhmFunction[]
  /** Used when there is no state file, and for a reset; default: `sampleWorld(clock())`. */
  readonly world?: () => World
  /** Keeps `whm-state.json` and `whm-certificate.json` (0600); missing: memory only. */
  readonly dataDir?: string
  /** Port of the API on 127.0.0.1; default 0, a free one. */
  readonly port?: number
  /** Port of the control address (plain HTTP) on 127.0.0.1; default 0. */
  readonly controlPort?: number
  /** More names in the certificate beside `localhost` and `127.0.0.1`; default `['whm.demo.test']`. */
  readonly hostNames?: readonly string[]
  /** Milliseconds; default `Date.now`. */
  readonly clock?: () => number
  /** Told of every call that may change something once nothing more can come of it, changes after a cut included. */
  readonly told?: (record: ChangeRecord) => void
}

/** A server that answers like WHM. */
export interface Whm {
  /** `https://localhost:PORT` */
  readonly url: string
  readonly port: number
  readonly controlUrl: string
  /** PEM of the self-signed certificate. */
  readonly ca: string
  /** SHA-256 of the certificate: hex, lower case, no colons. */
  readonly fingerprint: string
  /** What the server knows at this moment; it changes under the reader. */
  world(): World
  /** Cuts every connection and frees the ports. */
  close(): Promise<void>
}

/** Starts a server. Throws when a port is taken or the state file is none of its own. */
export async function startWhm(options: WhmOptions = {}): Promise<Whm> {
  const clock = options.clock ?? Date.now
  const fresh = options.world ?? (() => sampleWorld(clock()))
  const { dataDir: directory } = options
  const kept = directory === undefined ? undefined : loadWorld(directory)
  const state = new WhmState({
    world: kept ?? fresh(),
    functions: new Map((options.functions ?? catalogue).map((each) => [each.name, each])),
    clock,
    directory,
    fresh,
    told: options.told ?? (() => undefined),
  })
  const names = options.hostNames ?? ['whm.demo.test']
  const certificate = await certificateFor(names, directory, Date.now())
  const server = apiServer(state, certificate)
  const port = await listen(server, options.port ?? 0)
  const control = controlServer(state)
  let controlPort: number
  try {
    controlPort = await listen(control, options.controlPort ?? 0)
  } catch (error) {
    await shut(server)
    throw error
  }
  return {
    url: `https://localhost:${port}`,
    port,
    controlUrl: `http://127.0.0.1:${controlPort}`,
    ca: certificate.cert,
    fingerprint: certificate.fingerprint,
    world: () => state.world,
    async close() {
      state.stop()
      await Promise.all([shut(server), shut(control)])
    },
  }
}

function apiServer(
  state: WhmState,
  certificate: { readonly key: string; readonly cert: string },
): HttpsServer {
  const server = createServer(
    { key: certificate.key, cert: certificate.cert },
    (request, response) => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      handleRequest(state, `https://localhost:${port}`, request, response).catch(() => {
        // The caller hung up in the middle, or a function is broken; either way there is no answer left to give.
        response.destroy()
      })
    },
  )
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return server
}

function listen(server: HttpServer | HttpsServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      // A server that listens on a port, not on a socket file, has such an address.
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function shut(server: HttpServer | HttpsServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
