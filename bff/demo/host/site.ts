import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { z } from 'zod'
import { type Clock, systemClock } from '../../contract/clock.ts'
import { lookOf, page, type Site, strictPolicy } from './page.ts'
import { DEMO_PIN, does, type Login, Sessions } from './sessions.ts'
import { STYLESHEET } from './stylesheet.ts'

/**
 * Mints a token for who is signed in on a site.
 *
 * @param login how they proved who they are; undefined where that is not known
 * @returns `forbidden` when they may not see that service
 */
export type MintFor = (
  service: string | null,
  login: Login | undefined,
) => Promise<string | 'forbidden'>

const askedSchema = z.object({
  service: z.string().max(128).nullish(),
  reason: z.string().max(20).optional(),
  max_age: z.number().int().min(0).optional(),
  acr_values: z.string().max(2500).optional(),
})
/** Where a person proves anew who they are. */
const CONFIRM = '/confirm'

const LOCAL = /^(localhost|127\.0\.0\.1)(:\d+)?$/

/**
 * What both of the company's sites have: headers, the style sheet, a session everybody is given (it is a demo), and the
 * address our elements ask for tokens, and a page on which a person proves anew who they are.
 */
export function companySite(site: Site, mintFor: MintFor, clock: Clock = systemClock): Hono {
  const app = new Hono()
  const sessions = new Sessions(clock)
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

  async function answer(
    c: Context,
    service: string | null,
    login: Login | undefined,
  ): Promise<Response> {
    const token = await mintFor(service, login)
    return token === 'forbidden'
      ? c.json({ error: 'You may not see this service.' }, 403)
      : c.json({ token })
  }

  app.post('/provision-token', async (c) => {
    // Pages send their cookie; a developer's tool has none and is served all the same, because this is a demo.
    const fromPage = c.req.header('sec-fetch-site') !== undefined
    const held = getCookie(c, session)
    if (fromPage && held === undefined) return c.json({ error: 'Your session has ended.' }, 401)
    const text = await c.req.text()
    let body: unknown
    try {
      body = text === '' ? {} : JSON.parse(text)
    } catch {
      return c.json({ error: 'The body is not JSON.' }, 400)
    }
    const asked = askedSchema.safeParse(body)
    if (!asked.success) return c.json({ error: 'The service is not readable.' }, 400)
    const { service = null, reason, ...wanted } = asked.data
    const login = fromPage ? sessions.loginOf(held) : sessions.now()
    if (reason === 'step_up' && !does(login, wanted, sessions.now().auth_time))
      return c.json({ error: 'Confirm who you are.', step_up_url: CONFIRM }, 401)
    return answer(c, service, login)
  })
  // A customer's site would answer POST only.
  app.get('/provision-token', (c) => answer(c, c.req.query('service') ?? null, sessions.now()))

  app.post('/sign-out', (c) => {
    sessions.end(getCookie(c, session))
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
      setCookie(c, session, sessions.begin(), { path: '/', httpOnly: true, sameSite: 'Strict' })
    await next()
  })

  const confirmPage = (c: Context, what: 'asks' | 'refuses') => {
    const look = lookOf(c, site)
    const { words } = look
    return page(c, site, look, {
      title: words.confirm_title,
      nav: [{ href: '/', label: words.home }],
      status: what === 'asks' ? 200 : 422,
      body: html`<p>${words.confirm_why}</p>
        <form class="order" method="post" action="${CONFIRM}">
          <label
            >${words.pin}
            <input name="pin" type="password" inputmode="numeric" autocomplete="off" required autofocus />
          </label>
          <button>${words.confirm}</button>
          ${what === 'asks' ? '' : html`<p class="fault" role="alert">${words.pin_refused}</p>`}
        </form>
        <p>${words.pin_hint} <bdi>${DEMO_PIN}</bdi></p>`,
    })
  }
  app.get(CONFIRM, (c) => confirmPage(c, 'asks'))
  app.post(CONFIRM, async (c) => {
    const held = getCookie(c, session)
    const { pin } = await c.req.parseBody()
    if (held === undefined || pin !== DEMO_PIN) return confirmPage(c, 'refuses')
    sessions.confirm(held)
    const look = lookOf(c, site)
    return page(c, site, look, {
      title: look.words.confirmed_title,
      nav: [{ href: '/', label: look.words.home }],
      body: html`<p role="status">${look.words.confirmed}</p>`,
    })
  })
  return app
}
