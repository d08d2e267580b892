import type { Context, Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { etag } from 'hono/etag'
import { FAILURES, failuresNamed } from '../contract/failures.ts'
import { failurePage, failuresPage, STYLE_DIGEST } from './errors-page.ts'
import { failureView, type Voices } from './failure-view.ts'
import type { Env } from './route.ts'
import { policyWithStyle } from './security-headers.ts'

/** These pages change with a release and hold nothing of anybody: anyone may keep them, and asks anew after an hour. */
const KEPT = 'public, max-age=3600'

/** Whether a reader wants a page rather than data: browsers name HTML, programs do not. */
function wantsPage(c: Context<Env>): boolean {
  const PAGE = 'text/html'
  const wanted = accepts(c, {
    header: 'Accept',
    supports: [PAGE],
    default: 'application/json',
    match: (accepted, config) => {
      const weight = (type: string) =>
        accepted.find((one) => one.type.toLowerCase() === type)?.q ?? 0
      return weight(PAGE) > 0 && weight(PAGE) >= weight(config.default) ? PAGE : config.default
    },
  })
  return wanted === PAGE
}

function voicesOf(c: Context<Env>): Voices {
  const { say, calm } = c.get('facts')
  return { say, calm: calm ?? say }
}

function answer(c: Context<Env>, asPage: () => string, asData: () => object): Response {
  c.header('vary', 'Accept, Accept-Language')
  c.header('cache-control', KEPT)
  c.header('content-language', c.get('facts').language)
  if (!wantsPage(c)) return c.json(asData())
  c.header('content-security-policy', policyWithStyle(STYLE_DIGEST))
  return c.html(asPage())
}

/**
 * `GET /errors` and `GET /errors/{code}`, below `/v1` and for everybody: what every code there is means, what to do
 * next and whether trying again helps. The `type` of a problem leads to its code. A page in the reader's language for
 * who accepts HTML, else JSON `{errors: [FailureView]}`. A code there is not is `404`.
 */
export function errorsRoute(v1: Hono<Env>): void {
  v1.get('/errors', etag(), (c) => {
    const voices = voicesOf(c)
    return answer(
      c,
      () => failuresPage(voices, c.get('facts').language),
      () => ({ errors: FAILURES.map((failure) => failureView(failure, voices)) }),
    )
  })
  v1.get('/errors/:code', etag(), (c, next) => {
    const code = c.req.param('code')
    const failures = failuresNamed(code)
    if (failures.length === 0) return next()
    const voices = voicesOf(c)
    return Promise.resolve(
      answer(
        c,
        () => failurePage(code, failures, voices, c.get('facts').language),
        () => ({ errors: failures.map((failure) => failureView(failure, voices)) }),
      ),
    )
  })
}
