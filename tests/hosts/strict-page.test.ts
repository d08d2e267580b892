import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, HTTPRequest } from 'puppeteer-core'
import { build } from 'vite'
import { configurationListSchema } from '../../bff/contract/resources.ts'
import { serviceSchema } from '../../bff/contract/service.ts'
import { AUDIENCE, type Front, ORIGIN, openFront } from '../bff/http/front.ts'
import { CONFIGURATION, ordered } from '../bff/operations/scene.ts'
import { openBrowser, Person } from '../e2e/person.ts'

/** The strictest policy a page may have that holds elements (DESIGN §9). */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  `script-src ${AUDIENCE}`,
  `connect-src 'self' ${AUDIENCE}`,
  "trusted-types lit-html 'allow-duplicates'",
  "require-trusted-types-for 'script'",
].join('; ')

let browser: Browser
let front: Front
let folder: string

const page = (content: string) => `<!doctype html>
<html lang="en">
  <head>
    <title>Admin</title>
    <script type="module" src="${AUDIENCE}/widgets/1/configuration.js"></script>
  </head>
  <body>${content}</body>
</html>`

/** Answers for the two origins: the host's page, and the real BFF with the built elements. */
async function answer(request: HTTPRequest, content: string): Promise<void> {
  const url = new URL(request.url())
  if (url.pathname === '/favicon.ico') return request.respond({ status: 204 })
  if (url.origin === ORIGIN) {
    if (url.pathname === '/token')
      return request.respond({
        contentType: 'application/json',
        body: JSON.stringify({ token: await front.token() }),
      })
    return request.respond({
      contentType: 'text/html',
      headers: { 'content-security-policy': POLICY },
      body: page(content),
    })
  }
  if (url.pathname.startsWith('/widgets/1/'))
    return request.respond({
      contentType: 'text/javascript',
      headers: { 'access-control-allow-origin': '*' },
      body: await readFile(join(folder, url.pathname.slice('/widgets/1/'.length)), 'utf8'),
    })
  const body = request.postData()
  const done = await front.app.hono.request(url.pathname, {
    method: request.method(),
    headers: request.headers(),
    ...(body === undefined ? {} : { body }),
  })
  return request.respond({
    status: done.status,
    headers: Object.fromEntries(done.headers),
    body: await done.text(),
  })
}

async function visit(content: string): Promise<Person> {
  const person = await Person.arrive(browser)
  await person.page.setRequestInterception(true)
  person.page.on('request', (request) => void answer(request, content))
  await person.goto(`${ORIGIN}/`)
  return person
}

const SERVERS = '<provision-configuration token-url="/token"></provision-configuration>'
const CHOICE =
  '<provision-configuration token-url="/token" service="eve"></provision-configuration>'

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provision-strict-'))
  await build({ build: { outDir: folder, emptyOutDir: true }, logLevel: 'error' })
  front = await openFront()
  await ordered(front.scene, 'eve')
  browser = await openBrowser()
})

after(async () => {
  await browser.close()
  await front.end()
  await rm(folder, { recursive: true })
})

describe('servers on a page with the strictest policy', () => {
  it('are listed, tested, edited and asked about without one complaint', async () => {
    const person = await visit(SERVERS)
    await person.click('button', 'Test connection')
    await person.reads('test.ok')
    await person.click('button', 'Edit')
    await person.find('textbox', /^Name/)
    await person.press('Escape')
    await person.click('button', 'Delete')
    await person.find('button', 'Cancel')
    await person.press('Escape')
    await person.click('button', 'Add server')
    await person.press('Enter')
    await person.reads('Fill this in.')
    assert.deepEqual(person.complaints, [])
    await person.leave()
  })

  it('cannot be deleted while a service uses them, and the person reads why', async () => {
    const person = await visit(SERVERS)
    await person.click('button', 'Delete')
    await person.find('button', 'Cancel')
    await person.press('Tab')
    await person.press('Tab')
    await person.press('Enter')
    await person.reads('reason.configuration_in_use')
    await person.leave()
  })

  it('are added to the BFF’s own list', async () => {
    const person = await visit(SERVERS)
    await person.click('button', 'Add server')
    for (const text of ['Second', 'second.example']) {
      await person.find('textbox', /^Name/)
      await person.type(text)
      await person.press('Tab')
    }
    await person.press('Tab')
    await person.type('root')
    await person.press('Tab')
    await person.type('A-TOKEN-OF-THE-SERVER')
    await person.press('Enter')
    await person.reads('Second was added.')
    const answer = await front.ask('GET', '/configurations')
    const list = configurationListSchema.parse(await answer.json())
    assert.deepEqual(list.configurations.map(({ host }) => host).sort(), [
      'panel.example',
      'second.example',
    ])
    await person.leave()
  })
})

describe('the choice of a service’s server on such a page', () => {
  it('is kept by the BFF, with the rest of the order', async () => {
    const person = await visit(CHOICE)
    await person.find('combobox', 'Server to use')
    await person.tabTo('button', 'Use this server')
    await person.press('Enter')
    await person.reads(/This service is now on/)
    const answer = await front.ask('GET', '/services/eve')
    const service = serviceSchema.parse(await answer.json())
    assert.deepEqual([service.configuration, service.domain], [CONFIGURATION, 'eve.example'])
    await person.leave()
  })
})

describe('the policy itself', () => {
  it('complains of an inline style, so silence means something', async () => {
    const person = await visit('<p style="color: red">x</p>')
    await person.reads('x')
    assert.match(person.complaints.join('\n'), /style/)
    await person.leave()
  })
})
