import { PROBLEMS, type ProblemCode, problemSchema } from '../../bff/contract/problem.ts'
import { NORTH, SOUTH } from '../bff/brands.ts'
import { formsOf } from '../secret-search.ts'
import { fileFault } from './export-file.ts'
import type { Seen } from './world.ts'

/** What must hold of every answer. */
export type Broken =
  | 'fault of ours'
  | 'changed by a refused request'
  | 'changed what is another tenant’s'
  | 'secret in an answer'
  | 'shows what is another tenant’s'
  | 'no problem'
  | 'not as described'
  | 'let in without a token'
  | 'headers'
  | 'reported'

export interface Finding {
  readonly broken: Broken
  readonly why: string
}

/** Statuses any route may answer with, whatever it declares: refused before it was the route’s turn. */
const ANYWHERE = [400, 401, 403, 404, 405, 413, 415, 429]

/** By how each secret may be written, once. */
const forms = new Map<string, readonly string[]>()
function waysOf(secret: string): readonly string[] {
  const known = forms.get(secret)
  if (known !== undefined) return known
  const made = [...formsOf(secret).values()]
  forms.set(secret, made)
  return made
}

const strictProblem = problemSchema.strict()
const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code)

function problemFault({ status, headers, text }: Seen): string | undefined {
  if (headers.get('content-type') !== 'application/problem+json')
    return `content type ${headers.get('content-type')}`
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return 'not JSON'
  }
  const problem = strictProblem.safeParse(body)
  if (!problem.success) return problem.error.message
  const { code, request_id, type } = problem.data
  if (!isProblemCode(code)) return `unknown code ${code}`
  if (PROBLEMS[code].status !== status || problem.data.status !== status)
    return `${code} with status ${status}`
  if (type !== `/v1/errors/${code}`) return `type ${type}`
  return request_id === headers.get('x-request-id') ? undefined : 'another request’s number'
}

/** The service a request's path names, where its route has one. */
function serviceIn({ route, request }: Seen): string | undefined {
  const at = route?.path.split('/').indexOf(':service') ?? -1
  if (at < 0) return undefined
  // Below `/v1`, as the route's own path is.
  const [written = ''] = request.path.split('?')
  return decodeURIComponent(written.split('/')[at + 1] ?? '')
}

function descriptionFault(seen: Seen): string | undefined {
  const { route, status, text, request, headers, principal } = seen
  if (route === undefined) return undefined
  // What a token says of a service can be wrong wherever it is shown first.
  const ofToken =
    status === 422 && (request.method === 'HEAD' || text.includes('"registration_invalid"'))
  if (!route.statuses.includes(status) && !ANYWHERE.includes(status) && !ofToken)
    return `${status} is not among ${route.statuses.join(' ')}`
  if (status >= 300 || status === 204 || request.method === 'HEAD' || route.streams)
    return undefined
  const type = headers.get('content-type') ?? ''
  if (route.downloads.some((known) => type.startsWith(known)))
    return fileFault(type, text, { tenant: principal.tenant, service: serviceIn(seen) })
  if (type !== 'application/json') return 'not application/json'
  const parsed = route.response.safeParse(JSON.parse(text))
  return parsed.success ? undefined : parsed.error.message
}

function headerFault({ headers, request }: Seen): string | undefined {
  const origin = headers.get('access-control-allow-origin')
  if (request.path.startsWith('/widgets/')) return undefined
  if (request.method === 'OPTIONS') return undefined
  if (origin !== null && origin !== request.headers.origin) return `allows ${origin}`
  if (headers.has('access-control-allow-credentials')) return 'allows credentials'
  if (headers.has('set-cookie')) return 'sets a cookie'
  if (headers.get('x-content-type-options') !== 'nosniff') return 'may be sniffed'
  if (!/^req_[0-9a-z]{26}$/.test(headers.get('x-request-id') ?? '')) return 'has no number'
  const caching = headers.get('cache-control')
  if (
    request.path.startsWith('/v1/') &&
    !isOpen(request.path) &&
    caching?.includes('no-store') !== true
  )
    return `may be kept: ${caching}`
  return undefined
}

const isOpen = (path: string) =>
  /^\/(v1\/(openapi\.json|errors(\/[^?]*)?)|livez|readyz|widgets\/.*)(\?|$)/.test(path)

/** Refused, and written nevertheless: what a refusal is allowed to leave behind, and why. */
function mayBeWritten({ route, request, status }: Seen, table: string): boolean {
  // What a token says of its service holds from the first request on that nothing was in the way of.
  const isFirstUse =
    request.as.startsWith('describing') && [404, 409, 422, 428, 503].includes(status)
  if (isFirstUse && /^(service|field|log_entry|log_unsealed|feed)$/.test(table)) return true
  // A read action that came back with nothing is in the log all the same.
  const isAction = route?.path === '/services/:service/actions/:action'
  return (
    isAction &&
    status === 503 &&
    request.method === 'POST' &&
    /^(log_entry|log_unsealed|feed)$/.test(table)
  )
}

/** Everything that is wrong with one answer. Pure. */
export function judge(seen: Seen, secrets: Readonly<Record<string, string>>): Finding[] {
  const { status, text, request, principal, headers, touched } = seen
  const findings: Finding[] = []
  const find = (broken: Broken, why: string | undefined) => {
    if (why !== undefined) findings.push({ broken, why })
  }
  const isOurs = status >= 500 && !(status === 503 && seen.unreachable)
  find('fault of ours', isOurs ? `${status} ${text} ${seen.reports.join(' ')}` : undefined)
  find('reported', seen.reports.length > 0 ? seen.reports.join(' ') : undefined)
  const open = isOpen(request.path)
  if (status >= 400 && request.method !== 'HEAD' && !open) find('no problem', problemFault(seen))
  find('not as described', descriptionFault(seen))
  find('headers', headerFault(seen))
  if (principal.tenant === undefined && status < 400 && !open && !isPreflight(seen))
    find('let in without a token', `${status}`)
  if (status >= 400)
    for (const { table } of touched)
      if (!mayBeWritten(seen, table)) find('changed by a refused request', table)
  for (const { table, tenant } of touched)
    if (tenant !== '' && tenant !== principal.tenant)
      find('changed what is another tenant’s', `${table} of ${tenant}`)
  const whole = `${text}\n${[...headers].map(([name, value]) => `${name}: ${value}`).join('\n')}`
  const bearer = seen.authorization?.split(' ')[1]
  if (bearer !== undefined && bearer.length > 20 && whole.includes(bearer))
    find('secret in an answer', 'the token it came with')
  for (const [name, secret] of Object.entries(secrets))
    if (waysOf(secret).some((way) => whole.includes(way))) find('secret in an answer', name)
  // The address of a login is for whoever asked for one.
  if (text.includes('once?secret') && !/\/actions\/peek(\?|$)/.test(request.path))
    find('secret in an answer', 'the address of a login')
  for (const other of [NORTH, SOUTH])
    if (other.tenant !== principal.tenant && waysOf(other.mark).some((way) => whole.includes(way)))
      find('shows what is another tenant’s', other.tenant)
  return findings
}

function isPreflight({ request, status }: Seen): boolean {
  return request.method === 'OPTIONS' && status === 204
}
