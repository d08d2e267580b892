import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { generate } from 'selfsigned'

export interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A real HTTPS server that answers as the test says and keeps what it was asked. */
export interface HttpsServer {
  readonly port: number
  readonly ca: string
  readonly asked: Asked[]
  answer: (response: ServerResponse, socket: Socket) => void
  /** Shows this certificate to whoever connects from now on, and lets go of who is connected. */
  present(shown: { readonly key: string; readonly cert: string }): void
  /** Cuts the connection as soon as a request line arrives, before its body. */
  close(): Promise<void>
}

export const yes = (data: unknown = undefined, reason = 'OK') =>
  JSON.stringify({ data, metadata: { version: 1, command: 'x', reason, result: 1 } })

/** @param names what the certificate is issued for */
export async function startHttps(names: readonly string[] = ['localhost']): Promise<HttpsServer> {
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2 as const, value })) },
    ],
  })
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ key: made.private, cert: made.cert }, (request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body })
      started.answer(response, request.socket)
    })
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const started: HttpsServer = {
    // A server that listens on TCP has an address with a port.
    port: (server.address() as AddressInfo).port,
    ca: made.cert,
    asked,
    answer: (response) => response.end(yes()),
    present({ key, cert }) {
      server.setSecureContext({ key, cert })
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return started
}
