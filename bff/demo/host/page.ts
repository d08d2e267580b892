import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { Company } from '../company.ts'
import { type HostLanguage, type HostWords, wordsOf } from './words.ts'

type Html = ReturnType<typeof html>

/** What a page of the demo's host is drawn with. */
export interface Look {
  readonly language: HostLanguage
  readonly words: HostWords
}

/** The policy a strict host sends (DESIGN §9): our elements need nothing of `style-src`, `img-src` and `form-action`. */
export function strictPolicy(bff: string): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `script-src ${bff}`,
    `connect-src 'self' ${bff}`,
    "trusted-types lit-html 'allow-duplicates'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

/** Whose pages these are. Ports of one host share cookies, so every site names its own. */
export interface Site {
  readonly kind: 'admin' | 'client'
  /** Origin of the BFF. */
  readonly bff: string
}

const YEAR = 31_536_000

/** The reader's language: asked for by `?lang=`, kept in a cookie of this site. */
export function lookOf(c: Context, site: Site): Look {
  const name = `fernhill_${site.kind}_language`
  const asked = c.req.query('lang')
  const language: HostLanguage = (asked ?? getCookie(c, name)) === 'ar' ? 'ar' : 'en'
  if (asked !== undefined)
    setCookie(c, name, language, { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: YEAR })
  return { language, words: wordsOf(language) }
}

export interface PageParts {
  readonly title: string
  readonly nav: readonly { readonly href: string; readonly label: string }[]
  readonly crumbs?: readonly { readonly href: string; readonly label: string }[]
  readonly body: Html | Promise<Html>
  /** The script that brings the elements; `configuration.js` for the servers page. */
  readonly script?: 'provision' | 'configuration'
  readonly status?: 200 | 404 | 422
}

/** One server-rendered page: the company's frame around our tags. */
export function page(
  c: Context,
  site: Site,
  look: Look,
  parts: PageParts,
): Response | Promise<Response> {
  const { language, words } = look
  const { title, nav, crumbs = [], body, script = 'provision', status = 200 } = parts
  return c.html(
    html`<!doctype html>
      <html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} – ${Company.title}</title>
          <link rel="stylesheet" href="/style.css" />
          <script type="module" src="${site.bff}/widgets/1/${script}.js"></script>
        </head>
        <body>
          <header class="top">
            <strong>${Company.title}</strong>
            <span>${site.kind === 'admin' ? words.admin : words.client_area}</span>
            <nav>
              ${nav.map(({ href, label }) => html`<a href="${href}">${label}</a>`)}
              <a href="?lang=${language === 'ar' ? 'en' : 'ar'}" lang="${language === 'ar' ? 'en' : 'ar'}">${words.language}</a>
              <form method="post" action="/sign-out"><button>${words.sign_out}</button></form>
            </nav>
          </header>
          <main>
            ${
              crumbs.length === 0
                ? ''
                : html`<ul class="crumbs">
                    ${crumbs.map(({ href, label }) => html`<li><a href="${href}">${label}</a> /</li>`)}
                  </ul>`
            }
            <h1>${title}</h1>
            ${body}
          </main>
        </body>
      </html>`,
    status,
  )
}
