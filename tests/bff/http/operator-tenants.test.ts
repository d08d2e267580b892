import assert from 'node:assert/strict'
import { afterEach, before, beforeEach, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'
import { operatorApp } from '../../../bff/http/operator/operator.ts'
import { listLog } from '../../../bff/log/list.ts'
import { cpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { TenantDirectory } from '../../../bff/tenants/directory.ts'
import { serviceInserted } from '../../../db/services.ts'
import { allTenants } from '../../../db/tenants.ts'
import { tenantId } from '../../tenant-id.ts'
import { type House, openHouse } from '../house.ts'

const ISSUER = 'https://brand.example'
let house: House
let app: Hono
let changes: number
const keys: JWK[] = []
let id: string

before(async () => {
  for (const kid of ['first', 'second'])
    keys.push({
      ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)),
      kid,
    })
})
beforeEach(async () => {
  changes = 0
  house = await openHouse()
  app = operatorApp(house.deps, { changed: () => changes++, report: assert.fail })
  const added = await ask('POST', '/tenants', {
    label: 'Brand',
    issuer: ISSUER,
    origins: ['https://admin.brand.example'],
    jwks: { keys: [keys[0]] },
  })
  id = z.object({ id: z.string() }).parse(added.body).id
  changes = 0
})
afterEach(() => house.end())

async function ask(method: string, path: string, body?: unknown) {
  // Entries of the log sort by the millisecond they were written in.
  house.clock.time += 1
  const response = await app.request(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}
const path = (verb = '', name = id) => `/tenants/${encodeURIComponent(name)}${verb}`
const change = (body: unknown) => ask('PATCH', path(), body)
const stored = async () => {
  const row = (await allTenants(house.deps.db)).find((one) => one.id === id)
  assert.ok(row)
  return row
}
const pointers = (body: unknown) =>
  z
    .object({ errors: z.array(z.object({ pointer: z.string() })) })
    .parse(body)
    .errors.map(({ pointer }) => pointer)
const logOf = async (tenant = id) =>
  (await listLog(house.deps, tenantId(tenant), null, 'staff')).entries

describe('a tenant that is looked at', () => {
  it('is found by its id, with the names of its keys', async () => {
    const { status, body } = await ask('GET', path())
    assert.deepEqual([status, Reflect.get(Object(body), 'key_names')], [200, ['first']])
  })
  it('is found by its issuer', async () => {
    assert.equal((await ask('GET', path('', ISSUER))).status, 200)
  })
  it('is unknown when nobody added it', async () => {
    assert.equal((await ask('GET', path('', 'https://nobody.example'))).status, 404)
  })
})

describe('a change', () => {
  it('says what it was and what it is, and nothing else', async () => {
    const { body } = await change({ label: 'New brand' })
    assert.deepEqual(body, {
      id,
      label: 'New brand',
      before: { label: 'Brand' },
      after: { label: 'New brand' },
    })
  })
  it('leaves alone what it does not name', async () => {
    const before = await stored()
    await change({ label: 'New brand' })
    assert.deepEqual(
      { ...(await stored()), label: '', version: 0 },
      { ...before, label: '', version: 0 },
    )
  })
  it('is told to who holds the list', async () => {
    await change({ label: 'New brand' })
    assert.equal(changes, 1)
  })
  it('stands in the tenant’s log with both', async () => {
    await change({ add_origins: ['https://my.brand.example'] })
    const [entry] = await logOf()
    assert.deepEqual(
      [entry?.message.code, entry?.actor.label, entry?.detail],
      [
        'log.tenant.changed',
        'operator',
        [
          { code: 'detail.before', value: 'origins: https://admin.brand.example' },
          {
            code: 'detail.after',
            value: 'origins: https://admin.brand.example https://my.brand.example',
          },
        ],
      ],
    )
  })
  it('to what is so already writes nothing', async () => {
    const before = [await stored(), (await logOf()).length]
    const { body } = await change({ label: 'Brand' })
    assert.deepEqual(
      [await stored(), (await logOf()).length, Reflect.get(Object(body), 'after')],
      [...before, {}],
    )
  })
  it('goes back to the default with null', async () => {
    await change({ client_actions: ['login'], language: 'ar' })
    await change({ client_actions: null, language: null })
    const { client_actions, language } = await stored()
    assert.deepEqual([client_actions, language], [null, null])
  })
  it('may move the keys to a URL', async () => {
    await change({ jwks_url: 'https://brand.example/jwks' })
    const { jwks, jwks_url } = await stored()
    assert.deepEqual([jwks, jwks_url], [null, 'https://brand.example/jwks'])
  })
})

describe('a key that is rotated', () => {
  const names = async () => Reflect.get(Object((await ask('GET', path())).body), 'key_names')

  it('comes beside the old one', async () => {
    await change({ add_keys: { keys: [keys[1]] } })
    assert.deepEqual(await names(), ['first', 'second'])
  })
  it('leaves the new one when the old one goes', async () => {
    await change({ add_keys: { keys: [keys[1]] } })
    await change({ remove_keys: ['first'] })
    assert.deepEqual(await names(), ['second'])
  })
  it('may take the old one’s place in one command', async () => {
    await change({ add_keys: { keys: [keys[1]] }, remove_keys: ['first'] })
    assert.deepEqual(await names(), ['second'])
  })
  it('without a kid is named by its thumbprint', async () => {
    const { kid: _, ...nameless } = keys[1] ?? {}
    await change({ jwks: { keys: [nameless] } })
    assert.deepEqual(await names(), [await calculateJwkThumbprint(nameless)])
  })
})

describe('a change of what is asked of a login', () => {
  const RULES = { delete: { max_age: 300, acr_values: ['urn:example:pin'] } }
  beforeEach(() => {
    app = operatorApp(
      { ...house.deps, provider: { ...house.deps.provider, actions: cpanelProvider.actions } },
      { changed: () => changes++, report: assert.fail },
    )
  })
  const asked = async () => {
    const directory = new TenantDirectory(house.deps.db, house.clock)
    return (await directory.tenantOf(ISSUER))?.step_up
  }

  it('holds for the tokens that come then', async () => {
    await change({ step_up: RULES })
    assert.deepEqual(await asked(), RULES)
  })
  it('replaces every rule there was', async () => {
    await change({ step_up: RULES })
    await change({ step_up: { login: { max_age: 3600 } } })
    assert.deepEqual(await asked(), { login: { max_age: 3600 } })
  })
  it('takes every rule away with null', async () => {
    await change({ step_up: RULES })
    await change({ step_up: null })
    assert.equal((await stored()).step_up, null)
  })
  it('is refused for an action that is none, and the rules stay', async () => {
    await change({ step_up: RULES })
    const { status, body } = await change({ step_up: { delte: { max_age: 300 } } })
    assert.deepEqual([status, pointers(body), await asked()], [422, ['/step_up/delte'], RULES])
  })
})

describe('a change that cannot be made', () => {
  const wrong: [what: string, pointer: string, body: () => unknown][] = [
    ['with an origin that is none', '/origins/0', () => ({ origins: ['https://a.example/'] })],
    [
      'with a star for an origin',
      '/add_origins/0',
      () => ({ add_origins: ['https://*.a.example'] }),
    ],
    ['with an algorithm that is symmetric', '/algorithms/0', () => ({ algorithms: ['HS256'] })],
    ['with no algorithm', '/algorithms', () => ({ algorithms: [] })],
    ['with something nobody knows', '/', () => ({ colour: 'red' })],
    ['with a language we do not speak', '/language', () => ({ language: 'xx' })],
    ['with a key that is no key', '/jwks', () => ({ jwks: { keys: [{ kty: 'EC' }] } })],
    ['that takes the last key away', '/jwks', () => ({ remove_keys: ['first'] })],
    ['that takes a key away that is not there', '/remove_keys', () => ({ remove_keys: ['x'] })],
    [
      'that takes the last origin away',
      '/origins',
      () => ({ remove_origins: ['https://admin.brand.example'] }),
    ],
    [
      'that takes an origin away that is not there',
      '/remove_origins',
      () => ({ remove_origins: ['https://x.example'] }),
    ],
    [
      'that adds a key of the same name',
      '/jwks',
      () => ({ add_keys: { keys: [{ ...keys[1], kid: 'first' }] } }),
    ],
    [
      'with keys and their URL',
      '/jwks_url',
      () => ({ jwks: { keys: [keys[1]] }, jwks_url: 'https://b.example/k' }),
    ],
    [
      'with all origins and one more',
      '/add_origins',
      () => ({ origins: ['https://a.example'], add_origins: ['https://b.example'] }),
    ],
    ['to an issuer another one has', '/issuer', () => ({ issuer: 'https://one.example' })],
  ]
  for (const [what, pointer, body] of wrong)
    it(`${what} is refused whole`, async () => {
      const before = [await stored(), (await logOf()).length, changes]
      const done = await change({ label: 'New brand', ...Object(body()) })
      assert.deepEqual(
        [done.status >= 400, pointers(done.body), await stored(), (await logOf()).length, changes],
        [true, [pointer], ...before],
      )
    })
})

describe('a tenant that is disabled', () => {
  it('has since when in the list', async () => {
    await ask('POST', path('/disable'))
    const { disabled_at } = await stored()
    assert.equal(disabled_at, house.clock.now())
  })
  it('stays disabled since then when told again', async () => {
    await ask('POST', path('/disable'))
    const since = house.clock.now()
    await ask('POST', path('/disable'))
    assert.deepEqual(
      [(await stored()).disabled_at, (await logOf()).map(({ message }) => message.code)],
      [since, ['log.tenant.disabled', 'log.tenant.added']],
    )
  })
  it('is served again once it is enabled', async () => {
    await ask('POST', path('/disable'))
    await ask('POST', path('/enable'))
    assert.equal((await stored()).disabled_at, null)
  })
  it('is told to who holds the list', async () => {
    await ask('POST', path('/disable'))
    assert.equal(changes, 1)
  })
  it('hears what runs on and what waits', async () => {
    await house.deps.db.write(
      ['queued', 'checking', 'scheduled', 'succeeded'].map((state, at) => ({
        sql: `INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor, subject,
                idempotency_key, fingerprint, input) VALUES (?, ?, ?, 'a', 'c', 's', ?, 1, '{}', 'x', ?, '', '{}')`,
        args: [`op_${at}`, id, `s${at}`, state, `k${at}`],
      })),
    )
    const { body } = await ask('POST', path('/disable'))
    const { under_way, scheduled } = z
      .object({ under_way: z.number(), scheduled: z.number() })
      .parse(body)
    assert.deepEqual([under_way, scheduled], [2, 1])
  })
})

describe('a tenant that is removed', () => {
  const gone = async () => (await allTenants(house.deps.db)).every((one) => one.id !== id)

  it('is gone', async () => {
    assert.equal((await ask('DELETE', path())).status, 200)
    assert.ok(await gone())
  })
  it('leaves what its log says', async () => {
    await ask('DELETE', path())
    assert.deepEqual(
      (await logOf()).map(({ message }) => message.code),
      ['log.tenant.removed', 'log.tenant.added'],
    )
  })
  it('frees its issuer for a tenant that is another one', async () => {
    await ask('DELETE', path())
    const again = await ask('POST', '/tenants', {
      label: 'Brand',
      issuer: ISSUER,
      origins: ['https://admin.brand.example'],
      jwks: { keys: [keys[0]] },
    })
    assert.notEqual(Reflect.get(Object(again.body), 'id'), id)
  })

  const obstacles: [what: string, pointer: string, put: () => Promise<unknown>][] = [
    [
      'a service',
      '/services',
      () =>
        house.deps.db.write([
          serviceInserted({ id: 's1', tenant: tenantId(id), since: 1, created_at: 1 }),
        ]),
    ],
    ['a configuration', '/configurations', () => house.configure(tenantId(id))],
    ...(['attention', 'scheduled'] as const).map(
      (state): [string, string, () => Promise<unknown>] => [
        `an operation that is ${state}`,
        state === 'scheduled' ? '/planned' : '/operations',
        () =>
          house.deps.db.write([
            {
              sql: `INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor,
                      subject, idempotency_key, fingerprint, input)
                    VALUES ('op', ?, 's', 'a', 'c', 's', ?, 1, '{}', 'x', 'k', '', '{}')`,
              args: [id, state],
            },
          ]),
      ],
    ),
  ]
  for (const [what, pointer, put] of obstacles)
    it(`is kept while it has ${what}, which is said`, async () => {
      await put()
      const done = await ask('DELETE', path())
      assert.deepEqual([done.status, pointers(done.body), await gone()], [409, [pointer], false])
    })
})
