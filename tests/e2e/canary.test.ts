import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'puppeteer-core'
import { LIMITED_TOKEN, RESELLER_TOKEN, ROOT_TOKEN } from '../../bff/demo/whm/sample.ts'
import { run } from '../bff/cli/processes.ts'
import { leaks, type Secrets } from '../secret-search.ts'
import { type Hands, keyboardOf, mouseOf, type Person } from './person.ts'
import { type Seen, Watch } from './watch.ts'
import { WatchedDemo } from './watched-demo.ts'

const CREATED_WITH = 'Cñry-made/7%&"<x>+Lantern'
const CHANGED_TO = 'Cnry changed/8%&"<y>+Harbour'
const NEVER_ANSWERED = 'Cnry-cut\\9%&"<z>+Meadow'
const TOO_WEAK = 'cnryzqwk'
const REFUSED_TOKEN = 'CANARYTOKEN76CN17MDPKM3O7EFQY8XZ'
const PLANTED = 'Planted on purpose/0%&"<p>+Thicket'
const PLACES: readonly Seen[] = [
  'addresses',
  'request headers',
  'answer headers',
  'answers',
  'console',
  'DOM',
  'storage',
  'history',
]

let demo: WatchedDemo
/** Everything that must be nowhere but where it is used. */
let secrets: Secrets
/** The tokens the host's pages fetched: theirs to know, and nobody else's. */
let bearers: Secrets
let username = ''
/** The BFF's answers, but for the one place where a login address belongs. */
let answers = ''
let logins: string[] = []
const files = { running: '', ended: '' }
const page = { admin: '', client: '' }

/** Waits for the end of an action and puts away what is shown of it. */
async function ended(person: Person, hands: Hands, action: string, word: string): Promise<void> {
  await person.find('group', `${action} – ${word}`)
  await hands.press('button', 'Dismiss')
  await person.until('nothing of it any more', (nodes) =>
    nodes.some(({ name }) => name === 'Dismiss') ? undefined : true,
  )
  await demo.watch.look()
}

async function changePassword(_person: Person, hands: Hands, password: string): Promise<void> {
  await hands.press('button', 'Change password')
  await hands.fill(/^Password/, password)
  await hands.press('button', 'Change password')
}

async function logIn(person: Person, hands: Hands): Promise<void> {
  const tab = new Promise<Page | null>((resolve) =>
    person.page.browserContext().once('targetcreated', (target) => resolve(target.page())),
  )
  await hands.press('button', 'Log in')
  await person.find('dialog', 'Log in')
  await hands.press('button', 'Log in')
  const opened = await tab
  assert.ok(opened)
  await opened.waitForFunction(() => location.protocol === 'https:')
  await opened.close()
  await person.page.bringToFront()
  await demo.watch.look()
}

async function addServer(person: Person, hands: Hands, name: string, user: string, token: string) {
  await hands.press('button', 'Add server')
  await hands.fill(/^Name/, name)
  await hands.fill(/^Host/, 'localhost')
  const port = await person.until('the port', (nodes) =>
    nodes.find((node) => /^Port/.test(node.name) && node.role !== 'StaticText'),
  )
  await person.click(port.role, port.name, 3)
  await person.type(new URL(demo.facts.whm.url).port)
  await hands.fill(/^User/, user)
  await hands.fill(/^API token/, token)
  await hands.fill(/^Certificate fingerprint/, demo.fingerprint())
  await hands.press('button', 'Add server')
  await person.reads(`${name} was added.`)
  await person.reads(new RegExp(`Connection of ${name}|Tested`))
  await demo.watch.look()
}

/** A page is left only when all its answers are in: one that is cut off cannot be looked through. */
async function answeredAll(person: Person): Promise<void> {
  await person.rests()
}

/** Staff make an account, give it passwords good and bad, log in to it, and add servers. */
async function staffAtWork(): Promise<void> {
  const person = await demo.person()
  const hands = mouseOf(person)
  await person.goto(`${demo.facts.admin}/clients/1/products`)
  await hands.fill('Domain', 'canary-wood.example')
  await answeredAll(person)
  await hands.press('button', 'Place order')
  // The list that is left has buttons of the same names.
  await person.find('heading', /^Web hosting \d+$/)
  await hands.press('button', 'Create account')
  await person.find('dialog', 'Create account')
  await hands.choose(/^Package/, 'starter')
  await hands.fill(/^Password/, CREATED_WITH)
  await hands.press('button', 'Create account')
  await ended(person, hands, 'Create account', 'done')
  const { accounts } = await demo.world()
  username =
    Object.values(accounts).find(({ domain }) => domain === 'canary-wood.example')?.user ?? ''
  await changePassword(person, hands, CHANGED_TO)
  await ended(person, hands, 'Change password', 'done')
  await changePassword(person, hands, TOO_WEAK)
  await ended(person, hands, 'Change password', 'failed')
  await logIn(person, hands)
  page.admin = await person.text()
  await answeredAll(person)
  await hands.press('link', 'Servers')
  await addServer(person, hands, 'Harbour', 'harbour', RESELLER_TOKEN)
  await addServer(person, hands, 'Mistaken', 'root', REFUSED_TOKEN)
  await hands.press('button', 'Test connection')
  await person.reads('Tested')
  await demo.watch.look()
}

/** The client logs in and changes a password whose answer never comes. */
async function clientAtWork(): Promise<void> {
  const person = await demo.person()
  const hands = keyboardOf(person)
  await person.goto(`${demo.facts.client}/products/1044`)
  await logIn(person, hands)
  await demo.faults([{ kind: 'cut_after', function: 'passwd', times: 1 }])
  await changePassword(person, hands, NEVER_ANSWERED)
  await person.until('what became of it', (nodes) =>
    nodes.find(
      ({ role, name }) => role === 'group' && /^Change password – (needs|check)/.test(name),
    ),
  )
  await answeredAll(person)
  await person.goto(`${demo.facts.client}/products/1044`)
  await person.reads('Change password')
  await person.find('group', /^Change password – /)
  await demo.watch.look()
  page.client = await person.text()
}

/** Takes the address of a login out of the answer that is there to give it. */
function withoutLoginAddress(body: string): string {
  const answer = JSON.parse(body) as { readonly result: { readonly open?: string } }
  const { open, ...rest } = answer.result
  assert.equal(typeof open, 'string')
  logins = [...logins, String(open)]
  return JSON.stringify({ ...answer, result: rest })
}

async function gatherSecrets(): Promise<void> {
  const { sessions } = await demo.world()
  const { vault, signing } = demo.keys()
  secrets = {
    'the password of the new account': CREATED_WITH,
    'the password it got later': CHANGED_TO,
    'the password that was too weak': TOO_WEAK,
    'the password that got no answer': NEVER_ANSWERED,
    'root’s WHM token': ROOT_TOKEN,
    'the WHM token that may only read': LIMITED_TOKEN,
    'the WHM token that was typed': RESELLER_TOKEN,
    'the WHM token that was refused': REFUSED_TOKEN,
    'the key of the vault': Buffer.from(vault, 'base64'),
    'the key of the vault, as text': vault,
    'the key that signs': Buffer.from(signing, 'base64url'),
    'the key that signs, as text': signing,
    ...Object.fromEntries(
      sessions.flatMap(({ id, security_token }, i) => [
        [`session ${i}`, id],
        [`secret of session ${i}`, id.slice(id.indexOf(':') + 1)],
        [`page of session ${i}`, security_token],
      ]),
    ),
  }
  bearers = Object.fromEntries(
    demo.watch.answersOf('/provision-token').map(({ body }, i) => {
      const { token } = JSON.parse(body) as { readonly token: string }
      return [`token ${i} of a page`, token]
    }),
  )
}

before(async () => {
  demo = await WatchedDemo.start()
  await staffAtWork()
  await clientAtWork()
  await gatherSecrets()
  answers = demo.watch
    .answersOf(demo.facts.bff)
    .map(({ method, url, body }) =>
      method === 'POST' && url.endsWith('/actions/login') ? withoutLoginAddress(body) : body,
    )
    .join('\n')
  // The way in for the proof: a note by staff, which the BFF keeps and tells again.
  const response = await fetch(`${demo.facts.bff}/v1/services/1042/fields`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${demo.facts.tokens.staff}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ fields: { note: PLANTED } }),
  })
  assert.equal(response.status, 200)
  files.running = demo.files()
})
// Also when something before failed: what is left running keeps this process from ending.
after(async () => {
  await demo.stop()
  demo.erase()
})

/** What the live feed of a service has told, at least until such a line. */
async function toldFromTheBeginning(service: string, line: string): Promise<string> {
  const leaving = new AbortController()
  const answer = await fetch(`${demo.facts.bff}/v1/services/${service}/events`, {
    headers: { authorization: `Bearer ${demo.facts.tokens.staff}`, 'last-event-id': '0' },
    signal: leaving.signal,
  })
  const decoder = new TextDecoder()
  const reader = answer.body?.getReader()
  let told = ''
  while (!told.includes(line)) {
    const piece = await reader?.read()
    if (piece === undefined || piece.done) throw new Error(`the feed told only ${told}`)
    told += decoder.decode(piece.value, { stream: true })
  }
  leaving.abort()
  return told
}

const everything = (): Secrets => ({ ...secrets, ...bearers })

describe('what is secret', () => {
  it('was really used: the server has the passwords', async () => {
    const { passwords } = await demo.world()
    assert.deepEqual([passwords[username], passwords.bigcat], [CHANGED_TO, NEVER_ANSWERED])
  })
  it('was really used: two people logged in', async () => {
    const { sessions } = await demo.world()
    assert.deepEqual(
      sessions.map(({ opened }) => opened),
      [true, true],
    )
  })
  it('was really used: the servers were tested with the typed tokens', () =>
    assert.ok(demo.watch.answersOf('/configurations/').length >= 3))
  it('was really used: pages fetched tokens of their own', () =>
    assert.ok(Object.keys(bearers).length >= 4))
  it('stands in the answer to a login, and there only as the address to open', () =>
    assert.ok(logins.length === 2 && logins.every((url) => url.startsWith(demo.facts.whm.url))))

  it('is in nothing the process said', () => assert.deepEqual(leaks(demo.said, everything()), []))
  it('is in no file of the BFF while it runs', () =>
    assert.deepEqual(leaks(files.running, everything()), []))
  it('is in no answer of the BFF', () => assert.deepEqual(leaks(answers, everything()), []))
  it('is in no answer of the host’s pages, but for the tokens they are asked for', () => {
    const pages = demo.watch.received
      .filter(({ url }) => !url.startsWith(demo.facts.bff))
      .map(({ body }) => body)
    assert.deepEqual(leaks(pages.join('\n'), secrets), [])
  })
  it('is in nothing the live feed tells', async () => {
    assert.ok(demo.watch.streams > 0, 'no page opened it')
    const told = await toldFromTheBeginning('1044', 'event: operation')
    assert.deepEqual(leaks(told, everything()), [])
  })
  for (const place of PLACES.filter((each) => each !== 'answers'))
    it(`is in the browser’s ${place} nowhere`, () =>
      assert.deepEqual(leaks(demo.watch.seen(place), everything()), []))
  it('was looked for in every answer', () => assert.deepEqual(demo.watch.unread, []))
  it('was looked for on pages that had ended their work', () =>
    assert.match(page.admin, /The password was not changed\..*The password was changed\./))
  it('was looked for on a page whose answer never came', () =>
    assert.match(page.client, /cannot be read back|We are checking/))
  it('was looked for in the database and in its log of writes', () => {
    const names = demo.fileNames()
    assert.ok(names.includes('provision.db') && names.includes('provision.db-wal'))
  })
})

describe('a leak planted on purpose', () => {
  const planted = { it: PLANTED }
  let watch: Watch

  before(async () => {
    const encoded = encodeURIComponent(PLANTED)
    const leaky = createServer((_request, response) => {
      response.setHeader('x-leak', encoded)
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><title>Leaky</title>')
    })
    await new Promise<void>((resolve) => leaky.listen(0, '127.0.0.1', resolve))
    // A server that listens on a port has such an address.
    const { port } = leaky.address() as AddressInfo
    watch = new Watch(demo.facts.whm.url)
    const context = await demo.browser.createBrowserContext()
    const opened = await context.newPage()
    await watch.over(opened)
    await opened.goto(`http://localhost:${port}/?secret=${encoded}`)
    await opened.evaluate(async (secret) => {
      console.log(secret)
      const host = document.body.appendChild(document.createElement('div'))
      const field = document.createElement('input')
      host.attachShadow({ mode: 'closed' }).append(field)
      field.value = secret
      localStorage.setItem('leak', secret)
      await fetch('/elsewhere', { referrerPolicy: 'unsafe-url' })
    }, PLANTED)
    await watch.look()
    await opened.goto(`${demo.facts.admin}/clients/1/products/1042`)
    await opened.waitForFunction(() =>
      document.querySelector('provision-fields')?.matches(':state(ready)'),
    )
    leaky.closeAllConnections()
    leaky.close()
  })

  for (const place of PLACES)
    it(`is found in the browser’s ${place}`, () =>
      assert.notDeepEqual(leaks(watch.seen(place), planted), []))
  it('is found in a cookie and in the session’s storage', async () => {
    const context = await demo.browser.createBrowserContext()
    const opened = await context.newPage()
    const own = new Watch(demo.facts.whm.url)
    await own.over(opened)
    await opened.goto(`${demo.facts.admin}/`)
    const found: string[][] = []
    for (const keep of ['cookie', 'session']) {
      await opened.evaluate(
        (where, secret) => {
          if (where === 'cookie')
            // biome-ignore lint/suspicious/noDocumentCookie: the leak that is to be found is one
            document.cookie = `leak=${encodeURIComponent(secret)}`
          else sessionStorage.setItem('leak', secret)
        },
        keep,
        `${keep} ${PLANTED}`,
      )
      await own.look()
      found.push(leaks(own.seen('storage'), { it: `${keep} ${PLANTED}` }))
    }
    assert.deepEqual(
      found.map((list) => list.length > 0),
      [true, true],
    )
  })
  it('is found in the database', () =>
    assert.deepEqual(leaks(files.running, planted), ['it, in JSON']))
  it('is found in an answer of the BFF', () => {
    const told = watch.answersOf(`${demo.facts.bff}/v1/`).map(({ body }) => body)
    assert.deepEqual(leaks(told.join('\n'), planted), ['it, in JSON'])
  })
  it('is found on standard output', () =>
    assert.ok(leaks(demo.program.out, secrets).includes('root’s WHM token, plain')))
  it('is found on standard error', async () => {
    const { err } = await run('bff/cli/demo.ts', ['--port', PLANTED])
    assert.deepEqual(leaks(err, planted), ['it, plain'])
  })
})

describe('what is secret, once the demo was stopped', () => {
  before(async () => {
    await demo.stop()
    files.ended = demo.files()
  })
  it('is in no file of the BFF', () => assert.deepEqual(leaks(files.ended, everything()), []))
  it('is in nothing the process said to the end', () =>
    assert.deepEqual(leaks(demo.said, everything()), []))
  it('would have been found there', () =>
    assert.deepEqual(leaks(files.ended, { it: PLANTED }), ['it, in JSON']))
})
