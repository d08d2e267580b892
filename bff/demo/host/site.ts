import { randomBytes } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { z } from 'zod'
import { lookOf, page, type Site, strictPolicy } from './page.ts'
import { STYLESHEET } from './stylesheet.ts'

/** Mints a token for who is signed in on a site. @returns `forbidden` when they may not see that service */
export type MintFor = (service: string | null) => Promise<string | 'forbidden'>

const askedSchema = z.object({ service: z.string().max(128).nullish() })

const LOCAL = /^(localhost|127\.0\.0\.1)(:\d+)?$/

/**
 * What both of the company's sites have: headers, the style sheet, a session everybody is given (it is a demo), and the
 * address our elements ask for tokens.
 */
export function companySite(site: Site, mintFor: MintFor): Hono {
  const app = new Hono()
  const session = `fernhill_${site.kind}_session`

  app.use(async (c, next) => {
    // A name that was pointed at this machine from outside is not this site.
    if (!LOCAL.test(c.req.header('host') ?? '')) return c.text('Open this demo as localhost.', 403)
    await next()
    c.header('content-security-policy', strictPolicy(site.bff))
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'no-referrer')
    c.header('cache-control', 'no-store')
    return undefined
  })

  app.get('/style.css', (c) =>
    c.body(STYLESHEET, 200, { 'content-type': 'text/css; charset=utf-8' }),
  )
  // Browsers ask for it by themselves; the demo has none.
  app.get('/favicon.ico', (c) => c.body(null, 204))

  async function answer(c: Context, service: string | null): Promise<Response> {
    const token = await mintFor(service)
    return token === 'forbidden'
      ? c.json({ error: 'You may not see this service.' }, 403)
      : c.json({ token })
  }

  app.post('/provision-token', async (c) => {
    // Pages send their cookie; a developer's tool has none and is served all the same, because this is a demo.
    const fromPage = c.req.header('sec-fetch-site') !== undefined
    if (fromPage && getCookie(c, session) === undefined)
      return c.json({ error: 'Your session has ended.' }, 401)
    const text = await c.req.text()
    let body: unknown
    try {
      body = text === '' ? {} : JSON.parse(text)
    } catch {
      return c.json({ error: 'The body is not JSON.' }, 400)
    }
    const asked = askedSchema.safeParse(body)
    if (!asked.success) return c.json({ error: 'The service is not readable.' }, 400)
    return answer(c, asked.data.service ?? null)
  })
  // A customer's site would answer POST only.
  app.get('/provision-token', (c) => answer(c, c.req.query('service') ?? null))

  app.post('/sign-out', (c) => {
    deleteCookie(c, session, { path: '/' })
    const look = lookOf(c, site)
    return page(c, site, look, {
      title: look.words.sign_out,
      nav: [{ href: '/', label: look.words.home }],
      body: html`<p>${look.words.signed_out}</p>`,
    })
  })

  app.use(async (c, next) => {
    if (getCookie(c, session) === undefined)
      setCookie(c, session, randomBytes(16).toString('base64url'), {
        path: '/',
        httpOnly: true,
        sameSite: 'Strict',
      })
    await next()
  })
  return app
}
