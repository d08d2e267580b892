import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openDatabase } from '../../../db/connect.ts'
import { type Loss, type LossyProxy, startLossyProxy } from '../../lossy-proxy.ts'
import { type Sqld, startSqld } from '../../sqld.ts'
import { type Front, openFront } from '../http/front.ts'
import { inventedProvider } from '../operations/invented-provider.ts'
import { bound, CONFIGURATION } from '../operations/scene.ts'

let server: Sqld
let proxy: LossyProxy
let front: Front
let names = 0

before(async () => {
  server = await startSqld()
  proxy = await startLossyProxy(server.url)
  const db = await openDatabase({ url: proxy.url, deadline: 2000, patience: 100 })
  front = await openFront(inventedProvider, db)
})
after(async () => {
  proxy.mend()
  await front.end()
  await proxy.stop()
  await server.stop()
})

interface Request {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly claims?: Record<string, unknown>
}

/** Every request that writes. `prepare` sets the situation for one service and answers with the request to make. */
const WRITES: readonly {
  readonly what: string
  prepare(service: string): Promise<Request>
  /** What a second answer may be instead of the first: what was asked for is so already. */
  readonly again?: number
  /** What is done anew when it is sent again, and logged as often. */
  readonly eachTime?: true
}[] = [
  {
    what: 'submitting an action',
    prepare: async (service) => {
      await bound(front.scene, service)
      return submitting(service)
    },
  },
  {
    what: 'cancelling an operation',
    prepare: async (service) => {
      await bound(front.scene, service)
      const id = await front.scene.take('whisper', { password: 'Copper-77-Ridge' }, { service })
      return { method: 'POST', path: `/operations/${id}/cancel`, body: {} }
    },
  },
  {
    what: 'retrying an operation that nobody could prove',
    prepare: async (service) => {
      const id = await unprovable(service)
      return {
        method: 'POST',
        path: `/operations/${id}/retry`,
        body: { input: { password: 'Copper-77-Ridge' } },
        headers: { 'idempotency-key': `retry-${service}` },
      }
    },
  },
  {
    what: 'saying what became of an operation',
    prepare: async (service) => {
      const id = await unprovable(service)
      return {
        method: 'POST',
        path: `/operations/${id}/resolve`,
        body: { verdict: 'done', why: 'seen on the server' },
      }
    },
  },
  {
    what: 'an action that only reads',
    prepare: async (service) => {
      await bound(front.scene, service)
      return { method: 'POST', path: `/services/${service}/actions/peek`, body: { input: {} } }
    },
    eachTime: true,
  },
  {
    what: 'registering a service from the host’s back end',
    prepare: async (service) => ({
      method: 'PUT',
      path: `/services/${service}`,
      body: { configuration: CONFIGURATION, domain: `${service}.example` },
    }),
    again: 200,
  },
  {
    what: 'describing a service anew',
    prepare: async (service) => {
      await front.ask('PUT', `/services/${service}`, { body: { domain: `${service}.example` } })
      return {
        method: 'PUT',
        path: `/services/${service}`,
        body: { domain: `new-${service}.example`, label: 'Another' },
      }
    },
  },
  {
    what: 'the first use of a service by its page',
    prepare: async (service) => ({
      method: 'GET',
      path: `/services/${service}/actions`,
      claims: { service: { id: service, domain: `${service}.example` } },
    }),
  },
  {
    what: 'changing fields',
    prepare: async (service) => {
      await front.ask('PUT', `/services/${service}`, { body: { domain: `${service}.example` } })
      return {
        method: 'PATCH',
        path: `/services/${service}/fields`,
        body: { fields: { label: 'Shop of Bob' } },
      }
    },
  },
  {
    what: 'adding a configuration',
    prepare: async (service) => ({
      method: 'POST',
      path: '/configurations',
      body: added(service),
    }),
  },
  {
    what: 'changing a configuration, its token too',
    prepare: async (service) => ({
      method: 'PATCH',
      path: `/configurations/${await configured(service)}`,
      body: { label: `${service} changed`, token: 'ANOTHER-token-of-it' },
    }),
  },
  {
    what: 'deleting a configuration',
    prepare: async (service) => ({
      method: 'DELETE',
      path: `/configurations/${await configured(service)}`,
    }),
    // It is not there: that is what was asked for.
    again: 404,
  },
]

function added(service: string) {
  const token = 'TOKEN-of-the-server'
  return { label: service, host: 'whm.example.com', port: 2087, user: 'root', token }
}

async function configured(service: string): Promise<string> {
  const made = await front.ask('POST', '/configurations', { body: added(service) })
  // Proven by its own route tests; here only its id is needed.
  const { id } = (await made.json()) as { id: string }
  return id
}

async function submitting(service: string): Promise<Request> {
  return {
    method: 'POST',
    path: `/services/${service}/actions/whisper`,
    body: { input: { password: 'Copper-77-Ridge' } },
    headers: { 'idempotency-key': `submit-${service}` },
  }
}

/** An operation that waits for a person, long after its call was lost. */
async function unprovable(service: string): Promise<string> {
  await bound(front.scene, service)
  const id = await front.scene.take('whisper', { password: 'Copper-77-Ridge' }, { service })
  await front.scene.db.write([
    {
      sql: `INSERT INTO step (operation, seq, name, account, params, state, attempt, sent_at, quarantine_until)
            VALUES (?, 0, 'whisper', ?, '{}', 'uncertain', 1, 1, 2)`,
      args: [id, service],
    },
    {
      sql: "UPDATE operation SET state = 'attention', prepared = 1, secrets = NULL WHERE id = ?",
      args: [id],
    },
  ])
  return id
}

async function make({ method, path, body, headers, claims }: Request): Promise<Response> {
  const token = await front.token({ jti: `${names}`, ...claims })
  return front.ask(method, path, {
    token,
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  })
}

const TABLES = ['operation', 'service', 'field', 'configuration', 'log_entry', 'account_lock']

/** How many rows of each kind are there, and the sum of their versions: what a second effect would change. */
async function standing(): Promise<number[]> {
  const results = await front.scene.db.write([
    ...TABLES.map((table) => ({ sql: `SELECT count(*) FROM ${table}` })),
    ...['operation', 'service', 'configuration'].map((table) => ({
      sql: `SELECT coalesce(sum(version), 0) FROM ${table}`,
    })),
  ])
  return results.map((result) => Number(result.rows[0]?.[0]))
}

/** What a request adds to what is there; one that is told to come again comes again, when nothing is lost any more. */
async function effectOf(
  prepare: (service: string) => Promise<Request>,
  disturb: (() => void) | undefined,
): Promise<{ readonly answers: readonly number[]; readonly added: readonly number[] }> {
  const request = await prepare(`s${names++}`)
  const before = await standing()
  disturb?.()
  const answers = [(await make(request)).status]
  proxy.mend()
  if (disturb !== undefined && answers[0] === 503) answers.push((await make(request)).status)
  const after = await standing()
  return { answers, added: after.map((value, at) => value - (before[at] ?? 0)) }
}

const isWrite = (body: string) => body.includes('BEGIN IMMEDIATE')
const LOSSES: readonly Loss[] = ['unsent', 'lost', 'half', 'gateway']

for (const { what, prepare, again, eachTime } of WRITES) {
  describe(`${what}, on a database that loses answers`, () => {
    let plain: Awaited<ReturnType<typeof effectOf>>
    before(async () => {
      plain = await effectOf(prepare, undefined)
    })

    it('is answered when nothing is lost', () => {
      const [status = 0] = plain.answers
      assert.ok(status >= 200 && status < 300, `${status}`)
    })
    for (const loss of LOSSES) {
      it(`is not disturbed by a write that is ${loss} once`, async () => {
        const seen = await effectOf(prepare, () => proxy.loseOnce(loss, /BEGIN IMMEDIATE/))
        assert.deepEqual(seen, plain)
      })
      it(`has the same effect when every write is ${loss} and it is sent again`, async () => {
        const seen = await effectOf(prepare, () =>
          proxy.lose((body) => (isWrite(body) ? loss : undefined)),
        )
        const done = seen.added.map((value, at) =>
          eachTime === true && TABLES[at] === 'log_entry' ? Math.min(value, 1) : value,
        )
        assert.deepEqual(done, plain.added)
      })
    }
    it('says meanwhile that nothing is known, and then what it would have said', async () => {
      const { answers } = await effectOf(prepare, () =>
        proxy.lose((body) => (isWrite(body) ? 'lost' : undefined)),
      )
      assert.deepEqual(answers, [503, again ?? plain.answers[0]])
    })
    it('is repeatable where nothing can be read either', async () => {
      const seen = await effectOf(prepare, () => proxy.lose(() => 'lost'))
      assert.deepEqual(seen, { answers: [503, ...plain.answers], added: plain.added })
    })
  })
}

describe('the same configuration added at two replicas at once', () => {
  it('is one', async () => {
    const request: Request = { method: 'POST', path: '/configurations', body: added('twice') }
    const before = await standing()
    const answers = await Promise.all([make(request), make(request), make(request)])
    const ids = await Promise.all(answers.map(async (answer) => (await answer.json()) as object))
    const after = await standing()
    assert.deepEqual(
      [new Set(ids.map((body) => JSON.stringify(body))).size, (after[3] ?? 0) - (before[3] ?? 0)],
      [1, 1],
    )
  })
})
