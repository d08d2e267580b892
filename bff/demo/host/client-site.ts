import type { Hono } from 'hono'
import { html } from 'hono/html'
import type { Clock } from '../../contract/clock.ts'
import type { Client } from '../company.ts'
import { type Look, lookOf, page, type Site } from './page.ts'
import { companySite, type MintFor } from './site.ts'

/** The client area of one client: products & services → product → Overview. */
export function clientSite(bff: string, me: () => Client, mintFor: MintFor, clock?: Clock): Hono {
  const site: Site = { kind: 'client', bff }
  const app = companySite(site, mintFor, clock)
  const nav = ({ words }: Look) => [{ href: '/', label: words.products }]

  app.get('/', (c) => {
    const look = lookOf(c, site)
    return page(c, site, look, {
      title: look.words.your_products,
      nav: nav(look),
      body: html`<ul class="list">
        ${me().products.map(
          (product) =>
            html`<li>
              <span class="what"
                ><a href="/products/${product.id}">${product.name}, ${product.domain}</a></span
              >
              <provision-actions
                service="${product.id}"
                token-url="/provision-token"
                layout="menu"
              ></provision-actions>
            </li>`,
        )}
      </ul>`,
    })
  })

  app.get('/products/:product', (c) => {
    const look = lookOf(c, site)
    const product = me().products.find(({ id }) => id === c.req.param('product'))
    const { words } = look
    if (product === undefined)
      return page(c, site, look, {
        title: words.not_found,
        nav: nav(look),
        body: html``,
        status: 404,
      })
    return page(c, site, look, {
      title: `${product.name}: ${product.domain}`,
      nav: nav(look),
      crumbs: [{ href: '/', label: words.products }],
      body: html`<h2>${words.overview}</h2>
        <div class="columns">
          <div class="panel">
            <provision-fields service="${product.id}" token-url="/provision-token"></provision-fields>
          </div>
          <div class="panel">
            <provision-usage service="${product.id}" token-url="/provision-token"></provision-usage>
          </div>
        </div>
        <h2>${words.manage_hosting}</h2>
        <div class="panel">
          <provision-actions service="${product.id}" token-url="/provision-token" heading-level="0"
            ><a href="mailto:support@fernhill.example">${words.support}</a></provision-actions
          >
        </div>
        <div class="panel">
          <provision-logs service="${product.id}" token-url="/provision-token"></provision-logs>
        </div>`,
    })
  })
  app.notFound((c) => {
    const look = lookOf(c, site)
    return page(c, site, look, {
      title: look.words.not_found,
      nav: nav(look),
      body: html``,
      status: 404,
    })
  })
  return app
}
