import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { ProblemCode } from '../contract/problem.ts'
import type { WrittenProblem } from './problem.ts'
import { BODY_LIMIT } from './read-body.ts'
import { parserFault, WIRE_LIMITS, type WireLimits, wireFault } from './wire.ts'

/** @param from who is at the other end of the connection */
type Fetch = (
  request: Request,
  from: { readonly peer: string | undefined },
) => Response | Promise<Response>

export interface WireServerOptions {
  readonly fetch: Fetch
  /** The answer to what never became a request. */
  refuse(code: ProblemCode): WrittenProblem
  readonly limits?: Partial<WireLimits>
}

/** How long a refused connection is given to read why, in milliseconds. */
const FAREWELL = 2_000

function send(outgoing: ServerResponse, { status, headers, body }: WrittenProblem): void {
  outgoing.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
  outgoing.end(body)
}

/** Ends a connection, giving its reader the time to read what was said. */
function farewell(socket: Duplex, last?: string): void {
  const gone = setTimeout(() => socket.destroy(), FAREWELL)
  socket.once('close', () => clearTimeout(gone))
  if (last === undefined) socket.end()
  else socket.end(last)
}

/** Answers where Node has no response object: on the bare connection, and ends it. */
function sendBare(socket: Duplex, { status, headers, body }: WrittenProblem): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  farewell(socket, `${head.join('\r\n')}\r\n\r\n${body}`)
}

/** A server that takes requests with one meaning only, and not for ever. */
export function wireServer({ fetch, refuse, limits: given }: WireServerOptions): Server {
  const limits = { ...WIRE_LIMITS, ...given }
  const listener = getRequestListener(
    (request, { incoming }) => fetch(request, { peer: incoming.socket.remoteAddress }),
    {
      // A name that is none; ours comes from the configuration, never from a request.
      hostname: 'bff.invalid',
      errorHandler(error) {
        const { status, headers, body } = refuse(
          error instanceof RequestError ? 'bad_request' : 'internal_error',
        )
        return new Response(body, { status, headers })
      },
    },
  )
  const server = createServer({
    maxHeaderSize: limits.header_bytes,
    headersTimeout: limits.headers_within,
    requestTimeout: limits.request_within,
    keepAliveTimeout: limits.keep_alive,
    connectionsCheckingInterval: limits.checked_every,
  })
  // Node would leave out what is too many without a word; we count them.
  server.maxHeadersCount = 0
  server.maxConnections = limits.connections
  /** Connections with an answer under way: another one in between would be taken for it. */
  const answering = new WeakMap<Duplex, ServerResponse>()
  const refused = new WeakSet<Duplex>()

  const take = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    answering.set(incoming.socket, outgoing)
    outgoing.once('close', () => answering.delete(incoming.socket))
    const fault = wireFault(incoming, limits)
    if (fault !== undefined) send(outgoing, refuse(fault))
    else void listener(incoming, outgoing)
  }
  const end = (socket: Duplex, code: ProblemCode) => {
    if (refused.has(socket)) return
    refused.add(socket)
    const answer = answering.get(socket)
    if (!socket.writable || answer?.writableEnded === false) socket.destroy()
    else if (answer !== undefined) farewell(socket)
    else sendBare(socket, refuse(code))
  }

  server.on('request', take)
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // What is announced as too long is refused before it is sent.
    if (Number(incoming.headers['content-length'] ?? 0) <= BODY_LIMIT) outgoing.writeContinue()
    take(incoming, outgoing)
  })
  server.on('checkExpectation', (_incoming: IncomingMessage, outgoing: ServerResponse) => {
    send(outgoing, refuse('expectation_failed'))
  })
  server.on('connect', (_incoming: IncomingMessage, socket: Duplex) => {
    end(socket, 'method_not_allowed')
  })
  server.on('clientError', (error: Error, socket: Duplex) => end(socket, parserFault(error)))
  return server
}
