import type { IncomingMessage, ServerResponse } from 'node:http'
import { page, sendHtml } from './answers.ts'
import { callerOf, readCredentials } from './credentials.ts'
import type { Params } from './function.ts'
import { randomCpsess } from './session-names.ts'
import type { WhmState } from './state.ts'
import type { LoginSession } from './world.ts'

const IDLE_SECONDS = 900
const COOKIES = { cpaneld: 'cpsession', whostmgrd: 'whostmgrsession', webmaild: 'webmailsession' }
const HOMES = {
  cpaneld: 'frontend/jupiter/index.html',
  whostmgrd: 'scripts/command?PFILE=main',
  webmaild: 'webmail/jupiter/index.html',
}
const TITLES = { cpaneld: 'Control panel', whostmgrd: 'Server administration', webmaild: 'Webmail' }

/** Everything outside the API: a session is opened once, then its pages show who is logged in. */
export function handlePage(
  state: WhmState,
  request: IncomingMessage,
  response: ServerResponse,
  asked: { readonly path: string; readonly params: Params },
): void {
  const { world } = state
  const found = /^(\/cpsess\d{10})?(\/.*)$/.exec(asked.path)
  const [prefix, rest] = [found?.[1], found?.[2] ?? asked.path]
  if (rest.startsWith('/login')) {
    const id = asked.params.get('session')
    if (prefix !== undefined && id !== undefined) open(state, response, prefix, id)
    else denyLogin(state, response)
  } else if (prefix !== undefined) {
    showHome(state, request, response, prefix)
  } else if (rest === '/' && entersWithPassword(state, request)) {
    const target = `${randomCpsess()}/`
    const html = `<html><head><META HTTP-EQUIV="refresh" CONTENT="2;URL=${target}"></head><body></body></html>\n`
    sendHtml(world, response, 307, html, { phrase: 'Moved', headers: { Location: target } })
  } else if (rest === '/' || rest.startsWith('/scripts') || rest.startsWith('/frontend')) {
    const html = page('Log in', 'This page needs a session.')
    sendHtml(world, response, 401, html, { phrase: 'Token Denied' })
  } else {
    sendHtml(world, response, 404, page('404 Not Found', 'There is nothing at this address.'))
  }
}

function entersWithPassword(state: WhmState, request: IncomingMessage): boolean {
  const credentials = readCredentials(request.headers.authorization)
  if (credentials?.kind !== 'password') return false
  const address = request.socket.remoteAddress ?? ''
  return callerOf(state.world, credentials, address, state.now()) !== undefined
}

function denyLogin(state: WhmState, response: ServerResponse): void {
  sendHtml(state.world, response, 401, '{"status":0,"message":"see_login_log"}', {
    phrase: 'Access Denied',
    headers: { 'Content-Type': 'text/plain; charset="utf-8"' },
  })
}

function open(state: WhmState, response: ServerResponse, prefix: string, id: string): void {
  const { world } = state
  const session = world.sessions.find((each) => each.id === id && each.security_token === prefix)
  if (session === undefined || session.opened || session.expires <= state.now()) {
    const html = page(
      'Session expired',
      'This address was opened before, or it is too old. Ask for a new one.',
    )
    sendHtml(world, response, 401, html, { phrase: 'Access Denied' })
    return
  }
  session.opened = true
  session.expires = state.now() + IDLE_SECONDS
  state.save()
  const cookie = `${COOKIES[session.service]}=${encodeURIComponent(session.id)}; HttpOnly; Secure; Path=/`
  const target = `${prefix}/${HOMES[session.service]}`
  sendHtml(world, response, 301, page('Moved', 'The session is open.'), {
    phrase: 'Moved',
    headers: { Location: target, 'Set-Cookie': cookie },
  })
}

function showHome(
  state: WhmState,
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
): void {
  const session = openedSession(state, request)
  if (session === undefined || session.security_token !== prefix) {
    const html = page('Log in', 'This page needs a session.')
    sendHtml(state.world, response, 401, html, { phrase: 'Token Denied' })
    return
  }
  const app = session.app === null ? '' : ` Opened at “${session.app}”.`
  const html = page(TITLES[session.service], `You are logged in as ${session.user}.${app}`)
  sendHtml(state.world, response, 200, html)
}

/** The session whose cookie a request carries, if it was opened and is not too old. Each use keeps it alive. */
export function openedSession(state: WhmState, request: IncomingMessage): LoginSession | undefined {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/)
  const session = state.world.sessions.find(
    (each) =>
      each.opened &&
      each.expires > state.now() &&
      cookies.includes(`${COOKIES[each.service]}=${encodeURIComponent(each.id)}`),
  )
  if (session !== undefined) session.expires = state.now() + IDLE_SECONDS
  return session
}
