import type { Hono } from 'hono'
import { isDatabaseAway } from '../../db/connect.ts'
import { makeId } from '../contract/ids.ts'
import type { Say } from '../operations/present.ts'
import { problemResponse } from './problem.ts'
import { BODY_LIMIT, type Described, type Env } from './route.ts'

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
  }
  /** Whether any tenant's pages may live there. The request itself is bound to its own tenant by its token. */
  isKnownOrigin(origin: string): Promise<boolean>
  /** Told of every fault of our own; what it is told is never sent to anybody. */
  report(error: unknown, about: string): void
}

/** Seconds after which a request may be sent again when the database could not be reached. */
const DATABASE_RETRY = 2

const EXPOSED = 'WWW-Authenticate, Location, Retry-After, X-Request-Id'

/** What every request passes first: an id, a language, headers, the answer to preflights, and a size limit. */
export function installFrontDoor(app: Hono<Env>, deps: FrontDoorDeps): void {
  app.use(async (c, next) => {
    const request_id = makeId('req', deps.now())
    c.set('facts', {
      request_id,
      ...deps.sayFor(c.req.header('accept-language'), c.req.header('time-zone')),
    })
    const origin = c.req.header('origin')
    const known = origin !== undefined && (await deps.isKnownOrigin(origin))
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined) {
      return new Response(null, {
        status: 204,
        headers: {
          vary: 'Origin',
          ...(known && origin !== undefined
            ? {
                'access-control-allow-origin': origin,
                'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
                'access-control-allow-headers':
                  'authorization, content-type, accept-language, time-zone, idempotency-key, last-event-id',
                'access-control-max-age': '600',
              }
            : {}),
        },
      })
    }
    const length = Number(c.req.header('content-length') ?? 0)
    const tooLarge = length > BODY_LIMIT
    if (tooLarge) c.res = problemResponse('body_too_large', c.get('facts').say, request_id)
    else await next()
    const { headers } = c.res
    headers.set('x-request-id', request_id)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('strict-transport-security', 'max-age=31536000')
    headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    headers.append('vary', 'Origin')
    if (known && origin !== undefined) {
      headers.set('access-control-allow-origin', origin)
      headers.set('access-control-expose-headers', EXPOSED)
    }
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

/** Last of all: what no route took is 405 where the path is known under another method, else 404. */
export function installNotFound(
  app: Hono<Env>,
  base: string,
  described: readonly Pick<Described, 'method' | 'path'>[],
): void {
  const patterns = described.map((route) => ({
    method: route.method,
    pattern: new RegExp(`^${base}${route.path.replaceAll(/:[a-z_]+/g, '[^/]+')}$`),
  }))
  app.notFound((c) => {
    const { say, request_id } = c.get('facts')
    const allowed = patterns
      .filter(({ pattern }) => pattern.test(c.req.path))
      .map(({ method }) => method)
    return allowed.length === 0
      ? problemResponse('not_found', say, request_id)
      : problemResponse('method_not_allowed', say, request_id, {
          headers: { allow: [...new Set(allowed)].join(', ') },
        })
  })
}
