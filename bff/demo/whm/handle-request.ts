import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { page, sendDenied, sendHtml, sendJson } from './answers.ts'
import { type Credentials, callerOf, callerOfSession, readCredentials } from './credentials.ts'
import { envelope, tell, textOf } from './envelope.ts'
import type { Wanted } from './execute.ts'
import type { Caller, Params } from './function.ts'
import { masked } from './journal.ts'
import { handlePage, openedSession } from './login-pages.ts'
import { refused } from './outcome.ts'
import { readParams } from './parameters.ts'
import { answer, type Played, playFault } from './play-fault.ts'
import type { WhmState } from './state.ts'

const MOST_BYTES = 1_048_576

/** Answers one request. `origin` is this server's own address. */
export async function handleRequest(
  state: WhmState,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now()
  const at = new Date(state.clock()).toISOString()
  const body = await bodyOf(request)
  if (body === undefined) {
    const html = page('413', 'The request is too large.')
    sendHtml(state.world, response, 413, html, { headers: { Connection: 'close' } })
    return
  }
  const { path, query } = parts(request.url ?? '/')
  const params = readParams(query, body, request.headers['content-type'] ?? '')
  const name = functionOf(path)
  if (name === undefined) {
    handlePage(state, request, response, { path, params })
    return
  }
  const version = versionOf(params)
  const entry = { at, function: name, version, method: request.method ?? 'GET' }
  const call = await handleCall(state, origin, request, response, { name, version, params })
  state.journal.add({
    ...entry,
    user: call.user,
    params: masked(params),
    ...call.played,
    fault: call.fault ?? null,
    duration_ms: Math.round(performance.now() - started),
  })
}

interface Handled {
  readonly user: string | null
  readonly played: Played
  readonly fault?: string
}

async function handleCall(
  state: WhmState,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
  asked: Pick<Wanted, 'name' | 'version' | 'params'>,
): Promise<Handled> {
  const { world } = state
  if (!state.admits()) {
    const html = page('503 Service Unavailable', 'The server is busy.')
    return { user: null, played: played('rate_limited', sendHtml(world, response, 503, html)) }
  }
  const entrance = admit(state, request)
  if (!entrance.ok) {
    const { locked } = entrance
    const asResult = locked && world.settings.lockout === 'result_0'
    const status = asResult
      ? sendRefusal(state, response, asked, world.settings.lockout_text)
      : sendDenied(world, response)
    return { user: null, played: played('access_denied', status) }
  }
  const { caller } = entrance
  const user = caller.user
  if (world.settings.license_expired) {
    const text = world.settings.license_expired_text
    const status = sendRefusal(state, response, asked, text)
    return { user, played: { outcome: 'refused', status, reason: text } }
  }
  const wanted: Wanted = { ...asked, caller, now: state.now(), origin }
  const arrived_at = state.clock()
  const handled = await carryOut(state, response, wanted)
  if (state.changes(wanted.name)) {
    const { outcome, status, reason } = handled.played
    const pending = outcome === 'pending'
    state.handled(wanted, { arrived_at, status, reason, pending, fault: handled.fault ?? null })
  }
  return { user, ...handled }
}

async function carryOut(
  state: WhmState,
  response: ServerResponse,
  wanted: Wanted,
): Promise<Omit<Handled, 'user'>> {
  const changing = state.changes(wanted.name)
  const ms = state.chaos.duration(changing)
  if (ms > 0) await wait(ms, undefined, { ref: false })
  const fault =
    state.faults.take(wanted.name, wanted.params) ?? state.chaos.take(wanted.name, changing)
  if (fault === undefined) return { played: answer(state, response, state.run(wanted)) }
  return { played: await playFault(state, response, wanted, fault), fault: fault.kind }
}

function played(outcome: Played['outcome'], status: number): Played {
  return { outcome, status, reason: null }
}

type Entrance =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly locked: boolean }

function admit(state: WhmState, request: IncomingMessage): Entrance {
  const credentials = readCredentials(request.headers.authorization)
  if (credentials === undefined) return admitSession(state, request)
  if (state.lockedOut(credentials.user)) return { ok: false, locked: true }
  const caller = check(state, request, credentials)
  state.countLogin(credentials.user, caller !== undefined)
  return caller === undefined ? { ok: false, locked: false } : { ok: true, caller }
}

function check(state: WhmState, request: IncomingMessage, credentials: Credentials) {
  return callerOf(state.world, credentials, request.socket.remoteAddress ?? '', state.now())
}

/** The cookie alone is not enough: the address must carry the session's own prefix, which another site cannot know. */
function admitSession(state: WhmState, request: IncomingMessage): Entrance {
  const session = openedSession(state, request)
  const prefixed = session !== undefined && request.url?.startsWith(`${session.security_token}/`)
  const caller =
    prefixed === true && session.service === 'whostmgrd'
      ? callerOfSession(state.world, session.user)
      : undefined
  return caller === undefined ? { ok: false, locked: false } : { ok: true, caller }
}

function sendRefusal(
  state: WhmState,
  response: ServerResponse,
  asked: Pick<Wanted, 'name' | 'version' | 'params'>,
  text: string,
): number {
  const told = tell(state.world, refused(text))
  const body =
    asked.version === 0
      ? { status: 0, statusmsg: text }
      : envelope(asked.name, told, asked.params, state.world)
  return sendJson(state.world, response, textOf(state.world, body))
}

function versionOf(params: Params): 0 | 1 {
  const version = Number.parseInt(params.get('api.version') ?? '0', 10)
  return version >= 1 ? 1 : 0
}

/** Path and query of a request; a path that cannot be decoded stays as it is. */
function parts(url: string): { path: string; query: string } {
  const mark = url.indexOf('?')
  const raw = mark < 0 ? url : url.slice(0, mark)
  return { path: decoded(raw), query: mark < 0 ? '' : url.slice(mark + 1) }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function functionOf(path: string): string | undefined {
  return /^(?:\/cpsess\d{10})?\/json-api\/([^/]+)\/?$/.exec(path)?.[1]
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MOST_BYTES) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
