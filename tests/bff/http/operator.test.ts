import assert from 'node:assert/strict'
import { afterEach, before, beforeEach, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { listConfigurations } from '../../../bff/configurations/list.ts'
import { operatorApp } from '../../../bff/http/operator/operator.ts'
import { cpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { TenantDirectory } from '../../../bff/tenants/directory.ts'
import { jobClaimed } from '../../../db/job-leases.ts'
import { allTenants } from '../../../db/tenants.ts'
import { tenantId } from '../../tenant-id.ts'
import { makeCertificate } from '../cpanel/certificates.ts'
import { type House, openHouse } from '../house.ts'

let house: House
let app: Hono
let jwk: JWK
let secretJwk: JWK
let changes: number
let revoked: number
let reports: string[]

before(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true })
  jwk = await exportJWK(pair.publicKey)
  secretJwk = await exportJWK(pair.privateKey)
})
beforeEach(async () => {
  changes = 0
  revoked = 0
  reports = []
  house = await openHouse()
  app = operatorApp(house.deps, {
    changed: () => changes++,
    revoked: () => revoked++,
    report: (_error, about) => reports.push(about),
  })
})
afterEach(() => house.end())

const tenant = () => ({
  label: 'Brand',
  issuer: 'https://brand.example',
  origins: ['https://admin.brand.example'],
  jwks: { keys: [jwk] },
})
const post = (path: string, body: unknown) =>
  app.request(path, { method: 'POST', body: JSON.stringify(body) })

describe('a tenant as it should be', () => {
  it('is added', async () => {
    assert.equal((await post('/tenants', tenant())).status, 201)
  })
  it('is told to who holds the list', async () => {
    await post('/tenants', tenant())
    assert.equal(changes, 1)
  })
  it('stands in the list with where its keys come from', async () => {
    await post('/tenants', tenant())
    const body = JSON.stringify(await (await app.request('/tenants')).json())
    assert.match(
      body,
      /"issuer":"https:\/\/brand\.example","algorithms":\[[^\]]+\],"keys":"inline"/,
    )
  })
  it('may have its keys at a URL', async () => {
    const { jwks: _, ...rest } = tenant()
    const done = await post('/tenants', { ...rest, jwks_url: 'https://brand.example/jwks' })
    assert.equal(done.status, 201)
  })
})

describe('a tenant that asks for another login', () => {
  const withActions = () =>
    operatorApp(
      { ...house.deps, provider: { ...house.deps.provider, actions: cpanelProvider.actions } },
      {
        changed: () => changes++,
        revoked: () => undefined,
        report: (_error, about) => reports.push(about),
      },
    )
  const add = (step_up: unknown) =>
    withActions().request('/tenants', {
      method: 'POST',
      body: JSON.stringify({ ...tenant(), step_up }),
    })
  const policy = { delete: { max_age: 300, acr_values: ['urn:example:pin'] } }

  it('is added', async () => assert.equal((await add(policy)).status, 201))
  it('stands in the list with what it asks for', async () => {
    await add(policy)
    const body = JSON.stringify(await (await app.request('/tenants')).json())
    assert.match(
      body,
      /"step_up":\{"delete":\{"max_age":300,"acr_values":\["urn:example:pin"\]\}\}/,
    )
  })
  it('has its tokens verified with that', async () => {
    await add(policy)
    const directory = new TenantDirectory(house.deps.db, house.clock)
    assert.deepEqual((await directory.tenantOf('https://brand.example'))?.step_up, policy)
  })
  it('is refused where the action is none, since that would leave the other one open', async () => {
    const response = await add({ delte: { max_age: 300 } })
    const { errors } = (await response.json()) as { errors: unknown[] }
    assert.deepEqual(
      [response.status, errors],
      [422, [{ pointer: '/step_up/delte', message: 'is no action' }]],
    )
  })
  it('is refused with an age nobody can meet', async () =>
    assert.equal((await add({ delete: { max_age: 1 } })).status, 422))
  it('leaves nothing when it is refused', async () => {
    await add({ delte: { max_age: 300 } })
    assert.equal((await allTenants(house.deps.db)).length, 2)
  })
})

describe('a tenant that cannot be added', () => {
  const wrong: [string, string, () => Record<string, unknown>][] = [
    ['with a private key', '/jwks', () => ({ jwks: { keys: [secretJwk] } })],
    ['with no keys at all', '/jwks_url', () => ({ jwks: undefined })],
    ['with an origin that has a path', '/origins/0', () => ({ origins: ['https://a.example/x'] })],
    ['with pages on plain HTTP', '/origins/0', () => ({ origins: ['http://a.example'] })],
    ['with a symmetric algorithm', '/algorithms/0', () => ({ algorithms: ['HS256'] })],
    [
      'with its keys on plain HTTP',
      '/jwks_url',
      () => ({ jwks: undefined, jwks_url: 'http://a.example/k' }),
    ],
  ]
  for (const [what, pointer, change] of wrong) {
    it(`${what} is told where it is wrong`, async () => {
      const response = await post('/tenants', { ...tenant(), ...change() })
      const { errors } = (await response.json()) as { errors: { pointer: string }[] }
      assert.deepEqual([response.status, errors[0]?.pointer], [422, pointer])
    })
    it(`${what} leaves nothing`, async () => {
      await post('/tenants', { ...tenant(), ...change() })
      assert.equal((await allTenants(house.deps.db)).length, 2)
    })
  }
  it('with an issuer that is taken is a conflict', async () => {
    await post('/tenants', tenant())
    assert.equal((await post('/tenants', { ...tenant(), label: 'Other' })).status, 409)
  })
  it('with everything as it is already is the one that is there', async () => {
    const first = await (await post('/tenants', tenant())).json()
    assert.deepEqual(await (await post('/tenants', tenant())).json(), first)
  })
  it('without JSON is refused', async () => {
    const response = await app.request('/tenants', { method: 'POST', body: '{' })
    assert.equal(response.status, 422)
  })
})

const configuration = {
  tenant: 'one',
  label: 'Main',
  host: 'whm.example',
  user: 'root',
  token: 'TOKENTOKENTOKEN',
}

describe('a configuration as it should be', () => {
  it('is added', async () => {
    assert.equal((await post('/configurations', configuration)).status, 201)
  })
  it('is added by the issuer’s name too', async () => {
    const done = await post('/configurations', { ...configuration, tenant: 'https://two.example' })
    assert.equal(done.status, 201)
  })
  it('stands in its tenant’s list', async () => {
    await post('/configurations', configuration)
    const body = JSON.stringify(await (await app.request('/configurations?tenant=one')).json())
    assert.match(body, /"host":"whm\.example"/)
  })
  it('never shows its token', async () => {
    const made = await (await post('/configurations', configuration)).text()
    const listed = await (await app.request('/configurations')).text()
    assert.ok(!`${made}${listed}`.includes('TOKENTOKEN'))
  })
})

describe('a configuration that cannot be added', () => {
  it('for an unknown tenant is not found', async () => {
    const done = await post('/configurations', { ...configuration, tenant: 'nobody' })
    assert.equal(done.status, 404)
  })
  it('at a private address says how to allow it', async () => {
    const done = await post('/configurations', { ...configuration, host: '127.0.0.1' })
    assert.match(await done.text(), /PROVISION_ALLOWED_HOSTS/)
  })
  it('without a token is told so', async () => {
    const { token: _, ...rest } = configuration
    assert.match(await (await post('/configurations', rest)).text(), /"pointer":"\/token"/)
  })
})

describe('a configuration with a pin', () => {
  it('of a key is shown with it', async () => {
    const pin = { spki: `sha256/${'A'.repeat(43)}=` }
    const made = await post('/configurations', { ...configuration, pin })
    assert.deepEqual([made.status, JSON.parse(await made.text()).pin], [201, pin])
  })
  it('of an authority is shown with it', async () => {
    const { cert } = await makeCertificate({ isAuthority: true })
    const made = await post('/configurations', { ...configuration, pin: { ca: cert } })
    assert.equal(made.status, 201)
  })
  for (const [what, pin] of [
    ['of a key in another digest', { spki: `sha1/${'A'.repeat(43)}=` }],
    ['of a key too short', { spki: 'sha256/AAAA' }],
    ['of two things at once', { spki: `sha256/${'A'.repeat(43)}=`, ca: 'x' }],
    ['of something that is no certificate', { ca: 'x' }],
    [
      'of a certificate that is none',
      { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
    ],
  ] as const)
    it(`${what} is refused`, async () => {
      const made = await post('/configurations', { ...configuration, pin })
      assert.deepEqual(
        [made.status, (await listConfigurations(house.deps, tenantId('one'))).length],
        [422, 0],
      )
    })
  it('of an authority with its key beside it is refused: it would be shown to everybody', async () => {
    const { cert, key } = await makeCertificate({ isAuthority: true })
    const made = await post('/configurations', {
      ...configuration,
      pin: { ca: `${cert}\n${key}` },
    })
    assert.deepEqual([made.status, /"\/pin\/ca"/.test(await made.text())], [422, true])
  })
})

describe('the vault at the operator’s door', () => {
  it('says what is sealed with which key', async () => {
    await post('/configurations', configuration)
    const answer = await app.request('/vault')
    assert.deepEqual(await answer.json(), {
      keys: [
        {
          id: 'test',
          use: 'current',
          sealed: { 'configuration.token': 1, 'operation.secrets': 0, 'audit_key.secret': 0 },
          may_be_dropped: false,
        },
      ],
      unreadable: { 'configuration.token': 0, 'operation.secrets': 0, 'audit_key.secret': 0 },
    })
  })
  it('seals anew when told to', async () => {
    const answer = await app.request('/vault/reseal', { method: 'POST' })
    assert.deepEqual(await answer.json(), { resealed: 0, unreadable: 0 })
  })
  it('says so while another process does it', async () => {
    const { db, clock } = house.deps
    await jobClaimed(db, 'reseal', 'another', clock.now(), 60_000)
    const answer = await app.request('/vault/reseal', { method: 'POST' })
    assert.deepEqual([answer.status, /another process/.test(await answer.text())], [409, true])
  })
})

describe('a list for a tenant nobody knows', () => {
  it('is not found', async () => {
    assert.equal((await app.request('/configurations?tenant=nobody')).status, 404)
  })
})

describe('the operations under way', () => {
  it('are listed', async () => {
    const answer = await app.request('/operations?stuck=1')
    assert.deepEqual([answer.status, await answer.json()], [200, { operations: [] }])
  })
})

describe('a fault of our own', () => {
  it('is reported, and not told in detail', async () => {
    await house.deps.db.close()
    const response = await app.request('/tenants')
    assert.deepEqual([response.status, reports], [500, ['operator GET /tenants']])
  })
})

describe('the limits of a tenant', () => {
  const limits = async (path = '/limits') =>
    JSON.parse(await (await app.request(path)).text()).limits
  it('are the default ones unless told', async () => {
    await post('/tenants', tenant())
    const [one] = await limits('/limits?tenant=https://brand.example')
    assert.deepEqual([one.creates, one.deletes, one.token], [500, 100, 600])
  })
  it('are what the operator says', async () => {
    await post('/tenants', { ...tenant(), limits: { deletes: null, token: 60 } })
    const [one] = await limits('/limits?tenant=https://brand.example')
    assert.deepEqual([one.creates, one.deletes, one.token], [500, null, 60])
  })
  it('stand beside what was used of the day, and when it ends', async () => {
    const [one] = await limits('/limits?tenant=one')
    assert.deepEqual(
      [one.created_today, one.deleted_today, one.resets_at],
      [0, 0, '2026-11-24T00:00:00.000Z'],
    )
  })
  it('are no words', async () =>
    assert.equal((await post('/tenants', { ...tenant(), limits: { token: 'many' } })).status, 422))
  it('are none nobody knows', async () =>
    assert.equal((await post('/tenants', { ...tenant(), limits: { moves: 5 } })).status, 422))
  it('of a tenant that is not there are not found', async () =>
    assert.equal((await app.request('/limits?tenant=nobody')).status, 404))
})
