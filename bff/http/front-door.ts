import type { Hono } from 'hono'
import { isDatabaseAway } from '../../db/connect.ts'
import { makeId } from '../contract/ids.ts'
import type { Say } from '../operations/present.ts'
import { allowReading, isPreflight, preflightAnswer } from './cors.ts'
import { problemResponse } from './problem.ts'
import { BODY_LIMIT } from './read-body.ts'
import type { Described, Env } from './route.ts'

export interface FrontDoorDeps {
  now(): number
  /** The words for a reader's `Accept-Language`, with times of its `Time-Zone`. */
  sayFor(
    accept_language: string | undefined,
    time_zone?: string,
  ): {
    readonly language: string
    readonly say: Say
    readonly calm?: Say
    /** Whether the reader named a language of ours; it did unless told. */
    readonly asked?: boolean
  }
  /** Whether the pages of any tenant that is served live there. A request with a token is for its own tenant's only. */
  isKnownOrigin(origin: string): Promise<boolean>
  /** Told of every fault of our own; what it is told is never sent to anybody. */
  report(error: unknown, about: string): void
}

/** Seconds after which a request may be sent again when the database could not be reached. */
const DATABASE_RETRY = 2

/** What every request passes first: an id, a language, the answer to preflights, and a size limit. */
export function installFrontDoor(app: Hono<Env>, deps: FrontDoorDeps): void {
  app.use(async (c, next) => {
    const request_id = makeId('req', deps.now())
    const time_zone = c.req.header('time-zone')
    const { asked, ...spoken } = deps.sayFor(c.req.header('accept-language'), time_zone)
    c.set('facts', {
      request_id,
      ...spoken,
      ...(asked === false
        ? { otherwise: (language: string) => deps.sayFor(language, time_zone) }
        : {}),
    })
    const origin = c.req.header('origin')
    const known = origin !== undefined && (await deps.isKnownOrigin(origin))
    if (isPreflight(c.req.raw)) return preflightAnswer(origin, known)
    const length = Number(c.req.header('content-length') ?? 0)
    const tooLarge = length > BODY_LIMIT
    if (tooLarge) c.res = problemResponse('body_too_large', c.get('facts').say, request_id)
    else await next()
    const { headers } = c.res
    headers.set('x-request-id', request_id)
    allowReading(headers, origin, known && c.get('facts').foreign !== true)
    return undefined
  })

  app.onError((error, c) => {
    const facts = c.get('facts')
    deps.report(error, `${c.req.method} ${c.req.routePath}`)
    if (isDatabaseAway(error))
      return problemResponse('database_unavailable', facts.say, facts.request_id, {
        headers: { 'retry-after': String(DATABASE_RETRY) },
      })
    return problemResponse('internal_error', facts.say, facts.request_id)
  })
}

/** What may be asked of a path. */
type Asked = Pick<Described, 'method' | 'path'>

/** In the order an `Allow` names them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** The methods of a path, as `Allow` says them; none where there is nothing. Pure. */
function allowedAt(path: string, patterns: readonly { method: string; pattern: RegExp }[]) {
  const own = new Set(
    patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method),
  )
  if (own.size === 0) return []
  if (own.has('GET')) own.add('HEAD')
  own.add('OPTIONS')
  return METHODS.filter((method) => own.has(method))
}

/**
 * Last of all: what no route took is 405 where the path is known under another method, else 404. A plain `OPTIONS`
 * learns what `Allow` would say.
 *
 * @param described the routes below `base`
 * @param others routes beside them, by their whole path; a `*` stands for anything
 */
export function installNotFound(
  app: Hono<Env>,
  base: string,
  described: readonly Asked[],
  others: readonly Asked[],
): void {
  const patterns = [
    ...described.map(({ method, path }) => ({
      method,
      pattern: new RegExp(`^${base}${path.replaceAll(/:[a-z_]+/g, '[^/]+')}$`),
    })),
    ...others.map(({ method, path }) => ({
      method,
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '.*')}$`),
    })),
  ]
  app.notFound((c) => {
    const { say, request_id } = c.get('facts')
    const allowed = allowedAt(c.req.path, patterns)
    // A path that stands for many names has been looked at for this one already.
    if (allowed.length === 0 || (allowed.includes(c.req.method) && c.req.method !== 'OPTIONS'))
      return problemResponse('not_found', say, request_id)
    const headers = { allow: allowed.join(', ') }
    return c.req.method === 'OPTIONS'
      ? new Response(null, { status: 204, headers })
      : problemResponse('method_not_allowed', say, request_id, { headers })
  })
}
