import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { generate } from 'selfsigned'

/** A server that listens and does with a connection what a test says. */
export interface BrokenServer {
  readonly port: number
  readonly ca: string
  /** Connections that were opened. */
  readonly connections: () => number
  /** All bytes that came in over TLS, one string per connection. */
  readonly heard: string[]
  close(): Promise<void>
}

function listening(server: Server, sockets: Set<Socket>) {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  return new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
}

function closing(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}

/** Speaks no TLS: does with the bare connection what the test says. */
export async function startBare(greet: (socket: Socket) => void): Promise<BrokenServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    greet(socket)
  })
  const port = await listening(server, sockets)
  return {
    port,
    ca: '',
    heard: [],
    connections: () => connections,
    close: () => closing(server, sockets),
  }
}

function issue() {
  return generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2 as const, value: 'localhost' }] },
    ],
  })
}
let issued: ReturnType<typeof issue> | undefined

/**
 * Speaks TLS and then what the test says, byte by byte.
 *
 * @param hear called with everything heard so far on a connection, whenever more has come
 */
export async function startTls(
  hear: (socket: TLSSocket, heard: string, connection: number) => void,
  options: TlsOptions = {},
): Promise<BrokenServer> {
  issued ??= issue()
  const made = await issued
  const sockets = new Set<Socket>()
  const heard: string[] = []
  let connections = 0
  const server = createTlsServer({ key: made.private, cert: made.cert, ...options }, (socket) => {
    const connection = connections++
    heard[connection] = ''
    socket.on('error', () => undefined)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      heard[connection] += chunk
      hear(socket, heard[connection] ?? '', connection)
    })
  })
  server.on('tlsClientError', () => undefined)
  const port = await listening(server, sockets)
  return {
    port,
    ca: made.cert,
    heard,
    connections: () => connections,
    close: () => closing(server, sockets),
  }
}

/** An answer over HTTP/1.1, whole. */
export function httpAnswer(status: number, body: string, headers = ''): string {
  return `HTTP/1.1 ${status} X\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}
