/** Headers of an answer that a page may read besides the few it always may. */
const EXPOSED =
  'ETag, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id'
const METHODS = 'GET, POST, PUT, PATCH, DELETE'
const REQUESTED =
  'authorization, content-type, accept-language, time-zone, idempotency-key, last-event-id'
/** Seconds a browser keeps the answer to a preflight. */
const KEPT = '600'

/** Whether a request only asks what it may ask (Fetch §CORS-preflight). Pure. */
export function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
}

/**
 * The answer to a preflight, which carries no token: any registered origin may ask. The origin is said again exactly as
 * it came, never `*`, and no credentials are ever allowed. Pure.
 */
export function preflightAnswer(origin: string | undefined, isRegistered: boolean): Response {
  return new Response(null, {
    status: 204,
    headers: {
      vary: 'Origin',
      ...(isRegistered && origin !== undefined
        ? {
            'access-control-allow-origin': origin,
            'access-control-allow-methods': METHODS,
            'access-control-allow-headers': REQUESTED,
            'access-control-max-age': KEPT,
          }
        : {}),
    },
  })
}

/**
 * Lets the page at `origin` read an answer, or not: what a verified token brought about is for the pages of its own
 * tenant; what no tenant is behind (no token, one that is refused, a path that is none) says nothing of anybody, and is
 * for every registered origin.
 */
export function allowReading(headers: Headers, origin: string | undefined, may: boolean): void {
  headers.append('vary', 'Origin')
  headers.delete('access-control-allow-origin')
  if (!may || origin === undefined) return
  headers.set('access-control-allow-origin', origin)
  headers.set('access-control-expose-headers', EXPOSED)
}
