import { chmodSync, lstatSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WireServerOptions, wireServer } from './http/wire-server.ts'

type Fetch = WireServerOptions['fetch']

/** Milliseconds after which a connection on which nothing moves is cut: a reader that is gone and never said so. */
const STUCK = 300_000

function listenAt(server: Server, ...where: [number, string] | [string]): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      server.off('error', reject)
      resolve()
    })
    if (where.length === 1) server.listen(where[0])
    else server.listen(where[0], where[1])
  })
}

/** The doors of this process: what listens, and how it is closed. */
export class Listening {
  readonly #servers: Server[] = []
  readonly #options: Omit<WireServerOptions, 'fetch'>

  constructor(options: Omit<WireServerOptions, 'fetch'>) {
    this.#options = options
  }

  /** @returns the port, which was chosen by the system where 0 was asked for */
  async onPort(fetch: Fetch, port: number, host: string): Promise<number> {
    const server = this.#serverOf(fetch)
    await listenAt(server, port, host)
    // A server that listens on a port has an address with one.
    return (server.address() as AddressInfo).port
  }

  /** On a Unix socket that only our own user may open. */
  async onSocket(fetch: Fetch, path: string): Promise<void> {
    const server = this.#serverOf(fetch)
    // Ours to remove: whoever owned the database before us is gone. Anything but a socket is somebody's.
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path)
    const before = process.umask(0o177)
    try {
      await listenAt(server, path)
    } finally {
      process.umask(before)
    }
    chmodSync(path, 0o600)
  }

  /** Takes no more connections, and waits until the requests under way are answered. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            if (!server.listening) resolve()
            else {
              server.close(() => resolve())
              server.closeIdleConnections()
            }
          }),
      ),
    )
  }

  /** Cuts what is still open. */
  cut(): void {
    for (const server of this.#servers) server.closeAllConnections()
  }

  #serverOf(fetch: Fetch): Server {
    const server = wireServer({ ...this.#options, fetch })
    server.setTimeout(STUCK)
    this.#servers.push(server)
    return server
  }
}
