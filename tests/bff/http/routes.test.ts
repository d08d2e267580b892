import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { actionsSchema, previewSchema } from '../../../bff/contract/action.ts'
import { operationSchema } from '../../../bff/contract/operation.ts'
import { problemSchema } from '../../../bff/contract/problem.ts'
import { bound, ordered } from '../operations/scene.ts'
import { bare, type Front, openFront } from './front.ts'

let front: Front
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
  await bound(front.scene, 'eve')
  await ordered(front.scene, 'new')
})
after(async () => {
  await front.end()
  assert.deepEqual(front.scene.reports, [])
})

const key = { 'idempotency-key': 'a-key-of-this-gesture' }

/** Every route that names a service, with a request that works and one that is bad. */
const ROUTES: readonly {
  method: string
  path: (service: string) => string
  scope: string
  body?: unknown
  headers?: Record<string, string>
  works: number
  bad?: { body?: unknown; path?: string; status: number }
}[] = [
  { method: 'GET', path: (id) => `/services/${id}`, scope: 'services:read', works: 200 },
  {
    method: 'PUT',
    path: (id) => `/services/${id}`,
    scope: 'services:write',
    body: { label: 'Gold' },
    works: 200,
    bad: { body: { label: 7 }, status: 400 },
  },
  { method: 'GET', path: (id) => `/services/${id}/actions`, scope: 'services:read', works: 200 },
  {
    method: 'POST',
    path: (id) => `/services/${id}/actions/freeze/preview`,
    scope: 'actions:freeze',
    body: { input: {} },
    works: 200,
    bad: { body: { input: { all: 'yes' } }, status: 422 },
  },
  {
    method: 'POST',
    path: (id) => `/services/${id}/actions/repack`,
    scope: 'actions:repack',
    body: { input: { package: 'large' } },
    headers: key,
    works: 202,
    bad: { body: { input: {} }, status: 422 },
  },
  {
    method: 'POST',
    path: (id) => `/services/${id}/actions/peek`,
    scope: 'actions:peek',
    body: { input: {} },
    works: 200,
    bad: { body: { input: { more: 1 } }, status: 422 },
  },
  {
    method: 'GET',
    path: (id) => `/services/${id}/operations`,
    scope: 'services:read',
    works: 200,
    bad: { path: '/services/bob/operations?page=1', status: 400 },
  },
  { method: 'GET', path: (id) => `/services/${id}/fields`, scope: 'fields:read', works: 200 },
  {
    method: 'PATCH',
    path: (id) => `/services/${id}/fields`,
    scope: 'fields:write',
    body: { fields: {} },
    works: 200,
    bad: { body: { fields: { invented: 'x' } }, status: 422 },
  },
  {
    method: 'GET',
    path: (id) => `/services/${id}/logs`,
    scope: 'logs:read',
    works: 200,
    bad: { path: '/services/bob/logs?limit=many', status: 400 },
  },
  {
    method: 'GET',
    path: (id) => `/services/${id}/logs/export`,
    scope: 'logs:export',
    works: 200,
    bad: { path: '/services/bob/logs/export?format=pdf', status: 400 },
  },
  {
    method: 'GET',
    path: (id) => `/services/${id}/usage`,
    scope: 'usage:read',
    works: 200,
    bad: { path: '/services/bob/usage?month=never', status: 422 },
  },
  {
    method: 'GET',
    path: (id) => `/services/${id}/choices/packages`,
    scope: 'services:read',
    works: 200,
    bad: { path: '/services/bob/choices/secrets', status: 404 },
  },
]

for (const route of ROUTES) {
  describe(`${route.method} ${route.path('{service}')}`, () => {
    const ask = (service: string, token: string | null | undefined) =>
      front.ask(route.method, route.path(service), {
        ...(token === undefined ? {} : { token }),
        ...(route.body === undefined ? {} : { body: route.body }),
        ...(route.headers === undefined ? {} : { headers: route.headers }),
      })

    it('works', async () => {
      assert.equal((await ask('bob', undefined)).status, route.works)
    })
    it('wants a token', async () => assert.equal((await ask('bob', null)).status, 401))
    it('wants its scope', async () =>
      assert.equal((await ask('bob', await front.token({ scope: 'audit:read' }))).status, 403))
    it('does not tell somebody else’s service from none', async () => {
      const token = await front.token({ service: 'bob' })
      assert.equal(await bare(await ask('eve', token)), await bare(await ask('nobody', token)))
    })
    it('answers 404 for somebody else’s service', async () =>
      assert.equal((await ask('eve', await front.token({ service: 'bob' }))).status, 404))
    if (route.method === 'GET')
      it('finds nothing where nothing is, even for who may see all', async () =>
        assert.equal((await ask('nobody', undefined)).status, 404))
    it('does not show one brand another’s', async () => {
      const token = await front.token({ iss: 'https://other.example', service: 'stranger' })
      assert.equal((await ask('bob', token)).status, 404)
    })
    const { bad } = route
    if (bad !== undefined) {
      it(`refuses bad input with ${bad.status}`, async () => {
        const response = await front.ask(route.method, bad.path ?? route.path('bob'), {
          ...(bad.body === undefined ? {} : { body: bad.body }),
          headers: { 'idempotency-key': 'another-gesture' },
        })
        assert.deepEqual(
          [response.status, response.headers.get('content-type')],
          [bad.status, 'application/problem+json'],
        )
      })
    }
  })
}

describe('bad input', () => {
  it('names the field', async () => {
    const response = await front.ask('POST', '/services/eve/actions/repack', {
      body: { input: { package: '' } },
      headers: { 'idempotency-key': 'yet-another-one' },
    })
    assert.deepEqual(
      problemSchema.parse(await response.json()).errors?.map(({ pointer }) => pointer),
      ['/input/package'],
    )
  })
  it('changes nothing', async () => {
    const response = await front.ask('GET', '/services/eve/operations')
    assert.deepEqual(JSON.parse(await response.text()).operations, [])
  })
  it('that is no JSON is 400', async () =>
    assert.equal((await front.ask('POST', '/services/eve/actions/peek', { raw: '{' })).status, 400))
  it('with a form’s content type is 415', async () =>
    assert.equal(
      (
        await front.ask('POST', '/services/eve/actions/peek', {
          raw: '{"input":{}}',
          headers: { 'content-type': 'text/plain' },
        })
      ).status,
      415,
    ))
  it('of more than 64 KiB is 413', async () =>
    assert.equal(
      (
        await front.ask('POST', '/services/eve/actions/peek', {
          raw: JSON.stringify({ input: { x: 'x'.repeat(70_000) } }),
        })
      ).status,
      413,
    ))
  it('under another method is 405 and says which there are', async () => {
    const response = await front.ask('DELETE', '/services/eve/fields')
    assert.deepEqual(
      [response.status, response.headers.get('allow')],
      [405, 'GET, HEAD, PATCH, OPTIONS'],
    )
  })
  it('without a key is 400', async () =>
    assert.equal(
      (
        await front.ask('POST', '/services/eve/actions/repack', {
          body: { input: { package: 'x' } },
        })
      ).status,
      400,
    ))
})

describe('what a client is offered', () => {
  const offered = async (claims: Record<string, unknown>) => {
    const response = await front.ask('GET', '/services/eve/actions', {
      token: await front.token(claims),
    })
    return actionsSchema.parse(await response.json()).actions.map(({ name }) => name)
  }
  it('is what the brand allows clients', async () =>
    assert.deepEqual(await offered({ role: 'client', service: 'eve' }), ['peek', 'whisper']))
  it('is all a client can do by hand', async () => {
    const token = await front.token({ role: 'client', service: 'eve' })
    const response = await front.ask('POST', '/services/eve/actions/repack', {
      token,
      body: { input: { package: 'large' } },
      headers: key,
    })
    assert.equal(response.status, 403)
  })
  it('is more for staff', async () =>
    assert.deepEqual(await offered({}), ['peek', 'repack', 'whisper', 'forget', 'freeze']))
})

describe('a dangerous action', () => {
  const submit = (confirmation?: object) =>
    front.ask('POST', '/services/eve/actions/freeze', {
      body: { input: {}, ...(confirmation === undefined ? {} : { confirmation }) },
      headers: { 'idempotency-key': `freeze-${JSON.stringify(confirmation ?? 'none').length}` },
    })
  const shown = async () =>
    previewSchema.parse(
      await (
        await front.ask('POST', '/services/eve/actions/freeze/preview', { body: { input: {} } })
      ).json(),
    )
  it('needs its preview first', async () => assert.equal((await submit()).status, 428))
  it('needs the domain typed', async () =>
    assert.equal(
      (await submit({ digest: (await shown()).digest, domain: 'wrong.example' })).status,
      422,
    ))
  it('does not take an invented digest', async () =>
    assert.equal((await submit({ digest: 'made-up', domain: 'eve.example' })).status, 422))
  it('is taken when all was confirmed', async () => {
    const response = await submit({
      digest: (await shown()).digest,
      domain: 'eve.example',
      accounts: ['eve'],
    })
    assert.equal(response.status, 202)
  })
  it('runs and is reported', async () => {
    await front.scene.runner.tick()
    const response = await front.ask('GET', '/services/eve/operations')
    assert.equal(JSON.parse(await response.text()).operations[0].state, 'succeeded')
  })
})

describe('an operation', () => {
  const submit = (name: string, value: string) =>
    front.ask('POST', '/services/bob/actions/repack', {
      body: { input: { package: value } },
      headers: { 'idempotency-key': name },
    })
  it('of the same gesture is the same operation', async () => {
    await front.scene.runner.tick()
    const first = operationSchema.parse(await (await submit('gesture-one', 'huge')).json())
    const second = operationSchema.parse(await (await submit('gesture-one', 'huge')).json())
    assert.equal(first.id, second.id)
  })
  it('of the same gesture with other input is refused', async () =>
    assert.equal((await submit('gesture-one', 'tiny')).status, 422))
  it('that runs is handed to whoever comes second', async () => {
    const problem = problemSchema.parse(await (await submit('gesture-two', 'tiny')).json())
    assert.deepEqual([problem.code, problem.operation?.state], ['operation_running', 'queued'])
  })
  it('of another brand does not exist', async () => {
    const response = await front.ask('GET', '/services/bob/operations')
    const id = JSON.parse(await response.text()).operations[0].id
    const token = await front.token({ iss: 'https://other.example' })
    assert.equal((await front.ask('GET', `/operations/${id}`, { token })).status, 404)
  })
})

describe('a login', () => {
  it('gives the address to the caller alone', async () => {
    const response = await front.ask('POST', '/services/bob/actions/peek', { body: { input: {} } })
    assert.match(await response.text(), /once\?secret/)
  })
  it('leaves no trace of it in the log', async () => {
    const response = await front.ask('GET', '/services/bob/logs')
    assert.doesNotMatch(await response.text(), /once/)
  })
})

describe('pages of other origins', () => {
  const preflight = (origin: string) =>
    front.app.hono.request('/v1/services/bob/actions', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    })
  it('that are a brand’s pass the preflight', async () =>
    assert.equal(
      (await preflight('https://admin.brand.example')).headers.get('access-control-allow-origin'),
      'https://admin.brand.example',
    ))
  it('that are nobody’s do not', async () =>
    assert.equal(
      (await preflight('https://evil.example')).headers.get('access-control-allow-origin'),
      null,
    ))
  it('never get credentials', async () =>
    assert.equal(
      (await preflight('https://admin.brand.example')).headers.get(
        'access-control-allow-credentials',
      ),
      null,
    ))
})

describe('the description', () => {
  it('has every route', async () => {
    const { paths } = JSON.parse(await (await front.app.hono.request('/v1/openapi.json')).text())
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(Object(methods)).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const declared = front.app.routes.map(
      ({ method, path }) => `${method} /v1${path.replaceAll(/:([a-z_]+)/g, '{$1}')}`,
    )
    assert.deepEqual(described.sort(), declared.sort())
  })
  it('refers to nothing that is not in it', async () => {
    const text = await (await front.app.hono.request('/v1/openapi.json')).text()
    const { components } = JSON.parse(text)
    const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    const missing = referred.filter((name = '') => !Object.hasOwn(components.schemas, name))
    assert.deepEqual(
      [missing, new Set(referred).size > 5, text.includes('$defs')],
      [[], true, false],
    )
  })
})
