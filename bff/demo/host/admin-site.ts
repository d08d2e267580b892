import type { Hono } from 'hono'
import { html } from 'hono/html'
import type { Clock } from '../../contract/clock.ts'
import type { Client, Company, Product } from '../company.ts'
import { type Look, lookOf, page, type Site } from './page.ts'
import { companySite, type MintFor } from './site.ts'

const PACKAGES = ['starter', 'business', 'unlimited']

const productPath = (client: Client, product: Product) =>
  `/clients/${client.id}/products/${product.id}`

/** The admin: client profile → products & services → product → Manage. */
export function adminSite(bff: string, company: Company, mintFor: MintFor, clock?: Clock): Hono {
  const site: Site = { kind: 'admin', bff }
  const app = companySite(site, mintFor, clock)

  const nav = ({ words }: Look) => [
    { href: '/', label: words.clients },
    { href: '/servers', label: words.servers },
  ]
  const missing = (c: Parameters<typeof page>[0], look: Look) =>
    page(c, site, look, { title: look.words.not_found, nav: nav(look), body: html``, status: 404 })

  const products = (client: Client, _look: Look) =>
    html`<ul class="list">
      ${client.products.map(
        (product) =>
          html`<li>
            <span class="what"
              ><a href="${productPath(client, product)}">${product.name} ${product.id}</a
              ><small>${product.domain}</small></span
            >
            <provision-actions
              service="${product.id}"
              token-url="/provision-token"
              layout="menu"
            ></provision-actions>
          </li>`,
      )}
    </ul>`

  app.get('/', (c) => {
    const look = lookOf(c, site)
    return page(c, site, look, {
      title: look.words.clients,
      nav: nav(look),
      body: html`${company.clients.map(
        (client) =>
          html`<section>
            <h2><a href="/clients/${client.id}">${client.name}</a>, ${client.company}</h2>
            ${products(client, look)}
          </section>`,
      )}`,
    })
  })

  app.get('/clients/:client', (c) => {
    const look = lookOf(c, site)
    const client = company.client(c.req.param('client'))
    if (client === undefined) return missing(c, look)
    const { words } = look
    return page(c, site, look, {
      title: client.name,
      nav: nav(look),
      crumbs: [{ href: '/', label: words.clients }],
      body: html`<dl class="facts">
          <dt>${words.client}</dt>
          <dd>${client.company}</dd>
          <dt>${words.email}</dt>
          <dd>${client.email}</dd>
        </dl>
        <p><a href="/clients/${client.id}/products">${words.products}</a></p>`,
    })
  })

  function productsPage(
    c: Parameters<typeof page>[0],
    look: Look,
    client: Client,
    refused: { domain: string } | undefined,
  ) {
    const { words } = look
    return page(c, site, look, {
      title: words.products,
      nav: nav(look),
      crumbs: [
        { href: '/', label: words.clients },
        { href: `/clients/${client.id}`, label: client.name },
      ],
      status: refused === undefined ? 200 : 422,
      body: html`${products(client, look)}
        <h2>${words.new_order}</h2>
        <p>${words.new_order_hint}</p>
        <form class="order" method="post" action="/clients/${client.id}/products">
          <label
            >${words.domain}
            <input name="domain" value="${refused?.domain ?? ''}" required autocomplete="off" />
          </label>
          <label
            >${words.package}
            <select name="package">
              ${PACKAGES.map((name) => html`<option>${name}</option>`)}
            </select>
          </label>
          <button>${words.place_order}</button>
          ${refused === undefined ? '' : html`<p class="fault" role="alert">${words.domain_refused}</p>`}
        </form>`,
    })
  }

  app.get('/clients/:client/products', (c) => {
    const look = lookOf(c, site)
    const client = company.client(c.req.param('client'))
    return client === undefined ? missing(c, look) : productsPage(c, look, client, undefined)
  })

  app.post('/clients/:client/products', async (c) => {
    const look = lookOf(c, site)
    const client = company.client(c.req.param('client'))
    if (client === undefined) return missing(c, look)
    const form = await c.req.parseBody()
    const domain = String(form.domain ?? '')
      .trim()
      .toLowerCase()
    const plan = PACKAGES.find((name) => name === form.package) ?? 'starter'
    if (!/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(domain) || domain.length > 200)
      return productsPage(c, look, client, { domain })
    const product = company.order(client.id, 'Web hosting', plan, domain)
    return c.redirect(productPath(client, product), 303)
  })

  app.get('/clients/:client/products/:product', (c) => {
    const look = lookOf(c, site)
    const found = company.product(c.req.param('product'))
    if (found === undefined || found.client.id !== c.req.param('client')) return missing(c, look)
    const { client, product } = found
    const { words } = look
    const tags = { service: product.id, token: '/provision-token' }
    return page(c, site, look, {
      title: `${product.name} ${product.id}`,
      nav: nav(look),
      crumbs: [
        { href: '/', label: words.clients },
        { href: `/clients/${client.id}`, label: client.name },
        { href: `/clients/${client.id}/products`, label: words.products },
      ],
      body: html`<h2>${words.manage}</h2>
        <div class="panel">
          <provision-actions service="${tags.service}" token-url="${tags.token}"
            ><a href="mailto:support@fernhill.example">${words.support}</a></provision-actions
          >
        </div>
        <div class="columns">
          <div class="panel">
            <provision-fields service="${tags.service}" token-url="${tags.token}" show="all"></provision-fields>
          </div>
          <div class="panel">
            <provision-usage service="${tags.service}" token-url="${tags.token}"></provision-usage>
          </div>
        </div>
        <div class="panel">
          <provision-logs service="${tags.service}" token-url="${tags.token}"></provision-logs>
        </div>`,
    })
  })

  app.get('/servers', (c) => {
    const look = lookOf(c, site)
    return page(c, site, look, {
      title: look.words.servers,
      nav: nav(look),
      script: 'configuration',
      body: html`<div class="panel">
        <provision-configuration token-url="/provision-token" heading-level="2"></provision-configuration>
      </div>`,
    })
  })

  app.notFound((c) => missing(c, lookOf(c, site)))
  return app
}
