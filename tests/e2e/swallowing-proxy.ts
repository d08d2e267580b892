import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A forward proxy between a browser and the world that keeps streams of events back until they end, as some do. */
export class SwallowingProxy {
  /** Streams that were kept back. */
  swallowed = 0
  readonly #server: Server

  private constructor() {
    this.#server = createServer((asked, answer) => {
      const { method, url = '', headers } = asked
      const upstream = request(url, { method, headers }, (response) => {
        const { statusCode = 502, headers: told } = response
        if (told['content-type']?.startsWith('text/event-stream') === true) {
          this.swallowed++
          const kept: Buffer[] = []
          response.on('data', (piece: Buffer) => kept.push(piece))
          response.on('end', () => answer.writeHead(statusCode, told).end(Buffer.concat(kept)))
          return
        }
        answer.writeHead(statusCode, told)
        response.pipe(answer)
      })
      upstream.on('error', () => answer.destroy())
      answer.on('close', () => upstream.destroy())
      asked.pipe(upstream)
    })
  }

  static async start(): Promise<SwallowingProxy> {
    const proxy = new SwallowingProxy()
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    // Listening on a port, so it is no path.
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
