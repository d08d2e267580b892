import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Browser } from 'puppeteer-core'
import type { Actions, Preview } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import type { Configuration, Fields, LogPage, Usage } from '../../bff/contract/resources.ts'
import { readWidgetFiles, widgetRoutes } from '../../bff/http/widget-files.ts'
import { type BuiltWidgets, buildWidgets } from '../build-widgets.ts'
import { anAction, anOperation, aPreview, text } from '../widgets/actions/fake-bff.ts'
import { openBrowser, Person, type PersonOptions } from './person.ts'

const AT = '2026-11-24T10:00:00Z'

/** How the BFF of this stage treats a service: by the service's id. */
export type Treatment =
  | 'ready'
  | 'empty'
  | 'running'
  | 'forbidden'
  | 'expired'
  | 'offline'
  | 'failed'
  | 'incompatible'

const PROBLEMS = {
  forbidden: [403, 'insufficient_scope', 'Your access does not include this.'],
  expired: [401, 'invalid_token', 'The token is refused.'],
  failed: [500, 'internal', 'Something went wrong here.'],
} as const

const pass = {
  type: 'string',
  title: 'Pass phrase',
  'x-provision': { widget: 'password', secret: true },
} as const

const OFFERED = [
  anAction('look', { label: 'Look', kind: 'read' }),
  anAction('enter', {
    label: 'Enter',
    kind: 'read',
    highlight: true,
    result: { open: true, changed: [] },
  }),
  anAction('rekey', {
    label: 'Rekey',
    input: {
      type: 'object',
      properties: { pass, note: { type: 'string', title: 'Note', maxLength: 80 } },
      required: ['pass'],
      additionalProperties: false,
    },
  }),
  anAction('erase', {
    label: 'Erase',
    danger: 'irreversible',
    group: 'danger',
    group_label: 'Dangerous',
    confirmation: { preview: true, domain: true, accounts: true },
  }),
  anAction('paint', {
    label: 'Paint',
    state: 'blocked',
    reasons: [{ ...text('The token lacks paint.'), remedy: 'Give it paint.' }],
  }),
]

/** Where a login of this stage leads. */
export const LOGIN = 'https://localhost:9/cpsess1/login?session=once'

function actions(service: string): Actions {
  const offered = service === 'empty' ? [] : OFFERED
  return {
    viewer: { role: 'staff', label: 'Ann' },
    service: {
      // The brand is given by the BFF's parser, which this stage does without.
      id: service as Actions['service']['id'],
      label: 'Gold',
      domain: 'alice.example',
      state: 'active',
      state_label: 'Active',
      since: AT,
      as_of: AT,
      version: 1,
      notes: [],
    },
    ...(service === 'running' ? { operation: anOperation() } : {}),
    actions: offered,
  }
}

function fields(service: string): Fields {
  const field = (name: string, label: string, value: string | string[] | null) => ({
    name,
    label,
    group: 'hosting',
    group_label: 'Hosting',
    value,
    source: 'order' as const,
    source_label: 'from the order',
    as_of: AT,
    editable: name === 'note',
  })
  return {
    viewer: 'staff',
    fields:
      service === 'empty'
        ? []
        : [
            field('domain', 'Domain', 'alice.example'),
            field('servers', 'Nameservers', ['ns1.example', 'ns2.example']),
            field('note', 'Note', 'by hand'),
          ],
  }
}

function logs(service: string): LogPage {
  const entry = (id: string, level: 'info' | 'error'): LogPage['entries'][number] => ({
    // The brand, as above.
    id: id as LogPage['entries'][number]['id'],
    at: AT,
    level,
    actor: { role: 'staff', label: 'Ann' },
    action: 'look',
    action_label: 'Look',
    reason: 'because',
    duration_ms: 1234,
    message: text('It was looked at.'),
    detail: [{ label: 'Where', value: 'there' }],
  })
  return {
    entries: service === 'empty' ? [] : [entry('log_2', 'error'), entry('log_1', 'info')],
    next: null,
    can: service === 'empty' ? [] : ['export'],
  }
}

function usage(service: string): Usage {
  return {
    as_of: service === 'empty' ? null : AT,
    month: '2026-11',
    parts:
      service === 'empty'
        ? []
        : [
            { key: 'disk', label: 'Disk', used: 95, limit: 100, unit: 'bytes' },
            { key: 'bandwidth', label: 'Bandwidth', used: 5, limit: null, unit: 'bytes' },
          ],
  }
}

const server: Configuration = {
  // The brand, as above.
  id: 'cfg_1' as Configuration['id'],
  label: 'First server',
  host: 'one.example',
  port: 2087,
  user: 'root',
  token_set: true,
  disabled: false,
  services: 2,
  test: { at: AT, cause: 'ok', text: text('The connection works.'), version: '11.130.0.5' },
  rights: [{ action: 'create', label: 'Create', ok: false, missing: ['create-acct'] }],
}

/** What the page's operations have come to. */
interface Course {
  operation: Operation | undefined
  begun: number
}

function answer(
  c: Context,
  service: string,
  what: string,
  course: Course,
): Response | Promise<Response> {
  if (service === 'offline') {
    // Cut off in the middle: no answer ever comes.
    const { incoming } = c.env as { incoming: { socket: { destroy(): void } } }
    incoming.socket.destroy()
    return new Promise<never>(() => {})
  }
  if (service === 'incompatible') return c.html('<p>Something else answers here.</p>')
  if (service === 'forbidden' || service === 'expired' || service === 'failed') {
    const [status, code, title] = PROBLEMS[service]
    const problem = { type: 'x', title, status, code, request_id: 'req_1', retryable: false }
    return c.json(problem, status)
  }
  switch (`${c.req.method} ${what}`) {
    case 'GET actions':
      return c.json(actions(service))
    case 'GET fields':
      return c.json(fields(service))
    case 'PATCH fields':
      return c.json(fields(service))
    case 'GET events':
      // As behind a proxy that keeps streams back: pages poll.
      return c.body(new ReadableStream(), 200, { 'content-type': 'text/event-stream' })
    case 'GET logs':
      return c.json(logs(service))
    case 'GET usage':
      return c.json(usage(service))
    case 'GET choices/password-policy':
      return c.json({ create: 65, change: 65 })
    case 'POST actions/erase/preview':
      return c.json(aPreview() satisfies Preview)
    case 'POST actions/enter':
      return c.json({ result: { show: [], open: LOGIN, changed: [] }, warnings: [] })
    case 'POST actions/look':
      return c.json({
        result: {
          show: [{ key: 'a', label: 'Colour', format: 'text', value: 'blue' }],
          changed: [],
        },
        warnings: [],
      })
    default: {
      const label = what.endsWith('erase') ? 'Erase' : 'Rekey'
      course.begun++
      // The brand, as above. Ids of operations sort by time.
      const id = `op_01jd000000000000000000000${course.begun}` as Operation['id']
      course.operation = anOperation({ id, label })
      return c.json(course.operation, 202)
    }
  }
}

function bffApp(built: BuiltWidgets, page: string): Hono {
  const course: Course = { operation: undefined, begun: 0 }
  const app = new Hono()
  app.route('/', widgetRoutes(readWidgetFiles(built.folder)))
  app.use(
    '/v1/*',
    cors({
      origin: page,
      allowMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
      allowHeaders: [
        'authorization',
        'content-type',
        'accept-language',
        'idempotency-key',
        'last-event-id',
        'time-zone',
      ],
      maxAge: 600,
    }),
  )
  app.get('/v1/configurations', (c) => c.json({ configurations: [server] }))
  app.get('/v1/operations/:id', (c) => {
    // The second look finds it done.
    const { operation = anOperation() } = course
    course.operation = {
      ...operation,
      state: 'succeeded',
      version: operation.version + 1,
      finished_at: AT,
      progress: { done: 1, total: 1 },
      can: [],
    }
    return c.json(course.operation)
  })
  app.all('/v1/services/:service/:what{.+}', (c) =>
    answer(c, c.req.param('service'), c.req.param('what'), course),
  )
  return app
}

/** DESIGN §9, word for word. */
function policy(bff: string): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `script-src ${bff}`,
    `connect-src 'self' ${bff}`,
    "trusted-types lit-html 'allow-duplicates'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

const COMMON = ['actions', 'fields', 'logs', 'usage']

function pageApp(bff: () => string): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', policy(bff()))
  })
  app.get('/host.css', (c) =>
    c.body(
      ':root { color-scheme: light dark; } body { margin: 0; font-family: sans-serif; background: Canvas; color: CanvasText; }',
      200,
      {
        'content-type': 'text/css',
      },
    ),
  )
  app.get('/favicon.ico', (c) => c.body(null, 204))
  app.post('/provision-token', (c) => c.json({ token: 't' }))
  app.get('/', (c) => {
    const service = c.req.query('service') ?? 'ready'
    const lang = c.req.query('lang') ?? 'en'
    const scripts = ['provision', 'configuration'].map(
      (name) => `<script type="module" src="${bff()}/widgets/1/${name}.js"></script>`,
    )
    const own = COMMON.map(
      (name) =>
        `<provision-${name} service="${service}" token-url="/provision-token"></provision-${name}>`,
    )
    const around = `<provision-session bff="${bff()}" token-url="/provision-token">
      <provision-actions service="${service}" layout="menu"></provision-actions>
      <provision-configuration></provision-configuration>
    </provision-session>`
    return c.html(`<!doctype html><html lang="${lang}"><head>
      <meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>Host</title><link rel="stylesheet" href="/host.css">${scripts.join('')}
      </head><body><main><h1>Host</h1>${own.join('')}${around}</main></body></html>`)
  })
  app.get('/idle', (c) =>
    c.html(`<!doctype html><html lang="en"><head><title>Host</title>
      <script type="module" src="${bff()}/widgets/1/provision.js"></script></head>
      <body><provision-usage service="ready">Nothing yet</provision-usage></body></html>`),
  )
  return app
}

/** A host's strict pages and a BFF on another origin, which answers as the contract says. */
export interface StrictStage {
  readonly page: string
  readonly bff: string
  readonly browser: Browser
  /** Somebody at a page; complaints of its policy are among theirs. */
  visit(path: string, options?: PersonOptions): Promise<Person>
  end(): Promise<void>
}

async function listening(app: Hono): Promise<{ origin: string; close(): Promise<void> }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0 }, ({ port }: AddressInfo) =>
      resolve({
        origin: `http://localhost:${port}`,
        close: () => new Promise((done) => server.close(() => done())),
      }),
    )
  })
}

export async function openStrictStage(): Promise<StrictStage> {
  const built = await buildWidgets()
  let bff = ''
  const page = await listening(pageApp(() => bff))
  const back = await listening(bffApp(built, page.origin))
  bff = back.origin
  const browser = await openBrowser()
  return {
    page: page.origin,
    bff,
    browser,
    async visit(path, options) {
      const person = await Person.arrive(browser, options)
      await person.page.exposeFunction('tellViolation', (what: string) =>
        person.complaints.push(what),
      )
      await person.page.evaluateOnNewDocument(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          // Put there by this stage.
          const page = window as unknown as { tellViolation(what: string): void }
          page.tellViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`)
        })
      })
      await person.goto(`${page.origin}${path}`)
      return person
    },
    async end() {
      await browser.close()
      await Promise.all([page.close(), back.close()])
      built.remove()
    },
  }
}
