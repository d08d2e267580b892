import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { type Client, Company } from '../../../bff/demo/company.ts'
import { adminSite } from '../../../bff/demo/host/admin-site.ts'
import { clientSite } from '../../../bff/demo/host/client-site.ts'
import { DEMO_PIN, type Login } from '../../../bff/demo/host/sessions.ts'
import type { MintFor } from '../../../bff/demo/host/site.ts'

const BFF = 'http://localhost:4100'
let folder: string
let company: Company
let admin: Hono
let client: Hono

function rosa(): Client {
  const found = company.client('1')
  assert.ok(found)
  return found
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'company-'))
  company = new Company(join(folder, 'orders.json'))
  admin = adminSite(BFF, company, async (service) => `staff-token-for-${service}`)
  client = clientSite(BFF, rosa, async (service) =>
    service === null || rosa().products.some(({ id }) => id === service)
      ? `client-token-for-${service}`
      : 'forbidden',
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (app: Hono, path: string, init: RequestInit = {}) =>
  app.request(path, { ...init, headers: { host: 'localhost:4101', ...init.headers } })

describe('every page of the company', () => {
  const pages: [string, () => Hono, string][] = [
    ['the admin’s clients', () => admin, '/'],
    ['a client’s profile', () => admin, '/clients/1'],
    ['a client’s products', () => admin, '/clients/1/products'],
    ['a product', () => admin, '/clients/1/products/1042'],
    ['the servers', () => admin, '/servers'],
    ['the page that asks who somebody is', () => admin, '/confirm'],
    ['the client area', () => client, '/'],
    ['a product in the client area', () => client, '/products/1042'],
  ]
  for (const [name, app, path] of pages) {
    it(`${name} sends the strict policy`, async () => {
      const response = await at(app(), path)
      assert.equal(
        response.headers.get('content-security-policy'),
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; script-src http://localhost:4100; connect-src 'self' http://localhost:4100; trusted-types lit-html 'allow-duplicates'; require-trusted-types-for 'script'",
      )
    })
    it(`${name} has no style and no script of its own in it`, async () => {
      const text = await (await at(app(), path)).text()
      assert.doesNotMatch(text, /<style| style=| on[a-z]+=|<script(?![^>]* src=)/)
    })
    it(`${name} is not kept`, async () => {
      assert.equal((await at(app(), path)).headers.get('cache-control'), 'no-store')
    })
  }
})

describe('the way of staff', () => {
  it('leads from a client to the products', async () => {
    assert.match(await (await at(admin, '/clients/1')).text(), /href="\/clients\/1\/products"/)
  })
  it('leads from the products to one of them', async () => {
    const text = await (await at(admin, '/clients/1/products')).text()
    assert.match(text, /href="\/clients\/1\/products\/1042"/)
  })
  it('ends at all elements for that product', async () => {
    const text = await (await at(admin, '/clients/1/products/1042')).text()
    const tags = [...text.matchAll(/<(provision-[a-z]+)\s+service="1042"/g)].map(([, tag]) => tag)
    assert.deepEqual(tags, [
      'provision-actions',
      'provision-fields',
      'provision-usage',
      'provision-logs',
    ])
  })
  it('does not show a product under another client', async () => {
    assert.equal((await at(admin, '/clients/2/products/1042')).status, 404)
  })
})

describe('a new order', () => {
  const order = (fields: Record<string, string>) =>
    at(admin, '/clients/1/products', { method: 'POST', body: new URLSearchParams(fields) })

  it('leads to its page', async () => {
    const response = await order({ domain: 'new.example', package: 'starter' })
    assert.equal(response.headers.get('location'), '/clients/1/products/1048')
  })
  it('is remembered after a restart', async () => {
    await order({ domain: 'new.example', package: 'starter' })
    const later = new Company(join(folder, 'orders.json'))
    assert.equal(later.product('1048')?.product.domain, 'new.example')
  })
  it('without a domain is refused in words', async () => {
    const response = await order({ domain: '<b>', package: 'starter' })
    assert.match(await response.text(), /Give a domain such as example\.com/)
  })
  it('does not put what was typed into the page as markup', async () => {
    const response = await order({ domain: '"><b>', package: 'starter' })
    assert.doesNotMatch(await response.text(), /"><b>/)
  })
})

describe('the client area', () => {
  it('shows each product with its menu', async () => {
    const text = await (await at(client, '/')).text()
    assert.equal(text.match(/layout="menu"/g)?.length, rosa().products.length)
  })
  it('does not know another client’s product', async () => {
    assert.equal((await at(client, '/products/1045')).status, 404)
  })
})

describe('the sites of one host', () => {
  it('name their cookies apart', async () => {
    const names = await Promise.all(
      [admin, client].map(async (app) => {
        const response = await at(app, '/?lang=ar')
        return response.headers.getSetCookie().map((cookie) => cookie.split('=')[0])
      }),
    )
    assert.equal(new Set(names.flat()).size, names.flat().length)
  })
  it('turn to Arabic when asked', async () => {
    const text = await (await at(client, '/?lang=ar')).text()
    assert.match(text, /<html lang="ar" dir="rtl">/)
  })
  it('are closed to a name from outside that points here', async () => {
    const response = await client.request('/', { headers: { host: 'evil.example' } })
    assert.equal(response.status, 403)
  })
})

describe('the address a page asks for tokens', () => {
  const ask = (body: string, headers: Record<string, string> = {}) =>
    at(client, '/provision-token', { method: 'POST', body, headers })

  it('gives one for a product of the one who is signed in', async () => {
    const response = await ask('{"service":"1042","reason":"initial"}')
    assert.deepEqual(await response.json(), { token: 'client-token-for-1042' })
  })
  it('refuses one for somebody else’s product', async () => {
    assert.equal((await ask('{"service":"1045","reason":"initial"}')).status, 403)
  })
  it('refuses what is no JSON', async () => {
    assert.equal((await ask('{')).status, 400)
  })
  it('tells a page whose session has ended so', async () => {
    const response = await ask('{"service":"1042"}', { 'sec-fetch-site': 'same-origin' })
    assert.equal(response.status, 401)
  })
  it('knows a page by its session', async () => {
    const cookie = (await at(client, '/')).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const response = await ask('{"service":"1042"}', { 'sec-fetch-site': 'same-origin', cookie })
    assert.equal(response.status, 200)
  })
  it('answers a plain GET too, because it is a demo', async () => {
    const response = await at(client, '/provision-token?service=1042')
    assert.deepEqual(await response.json(), { token: 'client-token-for-1042' })
  })
  it('is never kept', async () => {
    assert.equal((await ask('{}')).headers.get('cache-control'), 'no-store')
  })
})

describe('the login behind a token', () => {
  const START = Date.UTC(2026, 10, 25, 12)
  let now = START
  let site: Hono
  let cookie: string
  let logins: (Login | undefined)[]
  beforeEach(async () => {
    now = START
    logins = []
    const mintFor: MintFor = async (_service, login) => {
      logins.push(login)
      return 'a-token'
    }
    site = adminSite(BFF, company, mintFor, { now: () => now })
    cookie = (await at(site, '/')).headers.getSetCookie()[0]?.split(';')[0] ?? ''
  })
  const ask = (body: object) =>
    at(site, '/provision-token', {
      method: 'POST',
      body: JSON.stringify({ service: '1042', ...body }),
      headers: { 'sec-fetch-site': 'same-origin', cookie },
    })
  const confirm = (pin: string, held = cookie) =>
    at(site, '/confirm', {
      method: 'POST',
      body: new URLSearchParams({ pin }),
      headers: { cookie: held },
    })
  const later = (minutes: number) => {
    now += minutes * 60_000
  }

  it('is of when the session began, however late the token', async () => {
    later(20)
    await ask({ reason: 'refresh' })
    assert.deepEqual(logins, [{ auth_time: START / 1000, acr: 'urn:fernhill:session' }])
  })
  it('is of when the PIN was typed, from then on', async () => {
    later(20)
    await confirm(DEMO_PIN)
    later(5)
    await ask({ reason: 'refresh' })
    assert.deepEqual(logins, [{ auth_time: START / 1000 + 1200, acr: 'urn:fernhill:pin' }])
  })
  it('is not made better by a wrong PIN, which is said', async () => {
    later(20)
    const answer = await confirm('1234')
    await ask({ reason: 'refresh' })
    assert.deepEqual(
      [answer.status, /This is not the PIN\./.test(await answer.text()), logins[0]?.auth_time],
      [422, true, START / 1000],
    )
  })
  it('is not made better by somebody without a session', async () => {
    assert.equal((await confirm(DEMO_PIN, '')).status, 422)
  })
  it('that does is given at once when it is asked for', async () => {
    assert.deepEqual(
      [(await ask({ reason: 'step_up', max_age: 900 })).status, logins.length],
      [200, 1],
    )
  })
  for (const wanted of [{ max_age: 300 }, { acr_values: 'urn:fernhill:pin urn:x' }])
    it(`that does not do for ${Object.keys(wanted)} leads to the page that asks`, async () => {
      later(20)
      const answer = await ask({ reason: 'step_up', ...wanted })
      assert.deepEqual(
        [answer.status, JSON.parse(await answer.text()).step_up_url, logins],
        [401, '/confirm', []],
      )
    })
  it('does for both once the PIN was typed', async () => {
    later(20)
    await confirm(DEMO_PIN)
    const wanted = { max_age: 300, acr_values: 'urn:fernhill:pin urn:x' }
    assert.equal((await ask({ reason: 'step_up', ...wanted })).status, 200)
  })
  it('ends with the session', async () => {
    await at(site, '/sign-out', { method: 'POST', headers: { cookie } })
    await ask({ reason: 'refresh' })
    assert.deepEqual(logins, [undefined])
  })
})
