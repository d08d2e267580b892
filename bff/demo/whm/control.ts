import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { assumptions } from './assumptions.ts'
import { chaosFrom } from './chaos.ts'
import { faultsFrom } from './faults.ts'
import { patched } from './settings.ts'
import type { WhmState } from './state.ts'
import { worldFrom } from './state-file.ts'

const MOST_BYTES = 16 * 1_048_576

interface Reply {
  readonly status: number
  readonly body?: unknown
}

/** The address through which a developer watches and steers the server: plain HTTP and JSON, for this machine only, and not for pages. */
export function controlServer(state: WhmState): Server {
  return createServer((request, response) => {
    answer(state, request)
      .then((reply) => send(response, reply))
      .catch(() => response.destroy())
  })
}

async function answer(state: WhmState, request: IncomingMessage): Promise<Reply> {
  if (request.headers.origin !== undefined) return problem(403, 'Pages may not call this address.')
  if (!isLocal(request.headers.host ?? '')) return problem(403, 'Call this address as localhost.')
  const text = await textOf(request)
  if (text === undefined) return problem(413, 'The request is too large.')
  let body: unknown
  try {
    body = text === '' ? undefined : JSON.parse(text)
  } catch {
    return problem(400, 'The body is not JSON.')
  }
  const path = (request.url ?? '/').split('?')[0]
  return route(state, `${request.method ?? 'GET'} ${path}`, body)
}

function route(state: WhmState, asked: string, body: unknown): Reply {
  const { world, journal, faults } = state
  switch (asked) {
    case 'GET /journal':
      return { status: 200, body: journal.entries() }
    case 'DELETE /journal':
      journal.clear()
      return { status: 204 }
    case 'GET /faults':
      return { status: 200, body: faults.list() }
    case 'PUT /faults': {
      const wanted = faultsFrom(body)
      if (typeof wanted === 'string') return problem(400, wanted)
      faults.set(wanted)
      return { status: 200, body: faults.list() }
    }
    case 'DELETE /faults':
      faults.set([])
      return { status: 204 }
    case 'GET /chaos':
      return { status: 200, body: state.chaos.get() ?? null }
    case 'PUT /chaos': {
      const wanted = chaosFrom(body)
      if (typeof wanted === 'string') return problem(400, wanted)
      state.chaos.set(wanted)
      return { status: 200, body: wanted }
    }
    case 'DELETE /chaos':
      state.chaos.set(undefined)
      return { status: 204 }
    case 'POST /release':
      return { status: 200, body: { released: state.release() } }
    case 'GET /settings':
      return { status: 200, body: world.settings }
    case 'PATCH /settings': {
      const settings = patched(world.settings, body)
      if (typeof settings === 'string') return problem(400, settings)
      state.replaceWorld({ ...world, settings })
      return { status: 200, body: settings }
    }
    case 'GET /world':
      return { status: 200, body: world }
    case 'PUT /world': {
      const wanted = worldFrom(body)
      if (wanted === undefined) return problem(400, 'The body is no world of this server.')
      state.replaceWorld(wanted)
      return { status: 200, body: world }
    }
    case 'POST /world/reset':
      state.reset()
      return { status: 200, body: world }
    case 'GET /assumptions':
      return { status: 200, body: assumptions(world.settings) }
    default:
      return problem(404, 'There is nothing at this address.')
  }
}

function isLocal(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/i.test(host)
}

function problem(status: number, detail: string): Reply {
  return { status, body: { error: detail } }
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MOST_BYTES) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, reply: Reply): void {
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body)
  response.writeHead(reply.status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(text)
}
