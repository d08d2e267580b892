import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import type { TenantId } from '../../bff/contract/ids.ts'
import { addTenant } from '../../bff/tenants/add.ts'
import { tenantInputSchema } from '../../bff/tenants/tenant-input.ts'
import type { Database } from '../../db/connect.ts'
import { allTenants } from '../../db/tenants.ts'
import { type Brands, NORTH, openBrands, SERVICES, SOUTH } from './brands.ts'

const WEST = 'https://west.example'
const RUNS = 150
/** Requests of one run. */
const AT_ONCE = 8

let brands: Brands
let west: TenantId
/** Ids of the first brand: of its log, and whatever else a cursor can be. */
let theirs: string[]

async function columnsOf(db: Database): Promise<{ table: string; columns: string[] }[]> {
  const [list] = await db.write([
    {
      sql: `SELECT m.name AS name, group_concat(c.name) AS columns FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' GROUP BY m.name ORDER BY m.name`,
    },
  ])
  return (list?.rows ?? []).map((row) => ({
    table: String(row.name),
    columns: String(row.columns).split(','),
  }))
}

/** Every row of one tenant, wherever it stands: what is parts of its operations too. */
async function sliceOf(db: Database, tenant: TenantId): Promise<string> {
  const owned = (await columnsOf(db)).flatMap(({ table, columns }) => {
    const args = [tenant]
    if (table === 'tenant') return [{ sql: 'SELECT * FROM tenant WHERE id = ?', args }]
    if (columns.includes('tenant'))
      return [{ sql: `SELECT * FROM "${table}" WHERE tenant = ?`, args }]
    if (columns.includes('operation'))
      return [
        {
          sql: `SELECT * FROM "${table}" WHERE operation IN (SELECT id FROM operation WHERE tenant = ?)`,
          args,
        },
      ]
    return []
  })
  const results = await db.write(owned)
  return results
    .flatMap(({ rows }, at) => [
      owned[at]?.sql ?? '',
      ...rows.map((row) => JSON.stringify(row)).sort(),
    ])
    .join('\n')
}

before(async () => {
  brands = await openBrands()
  const { db } = brands.bff.rooms
  const north = (await allTenants(db)).find(({ id }) => id === NORTH.tenant)
  assert.ok(north)
  // A third brand, of the very same keys, with services of the very same ids.
  const added = await addTenant(
    brands.bff.rooms.configurations,
    tenantInputSchema.parse({
      label: 'West',
      issuer: WEST,
      algorithms: ['ES256'],
      jwks: JSON.parse(north.jwks ?? ''),
      origins: ['https://admin.west.example'],
      limits: { token: 1e7, service: 1e7, tenant: 1e7, creates: null, deletes: null },
    }),
  )
  assert.ok(added !== 'issuer_taken')
  west = added.id
  await db.write([
    {
      sql: `UPDATE tenant SET limits = '{"token":10000000,"service":10000000,"tenant":10000000}' WHERE limits IS NULL`,
    },
  ])
  brands.bff.rooms.tenants.forget()
  for (const id of SERVICES)
    await brands.send('PUT', `/v1/services/${id}`, {
      token: await brands.token({ iss: WEST }),
      body: { label: 'West' },
    })
  // What was planted as queued is carried out: from here on nothing of anybody moves by itself.
  await brands.bff.runner.tick()
  const [entries, events] = await db.write([
    { sql: 'SELECT id FROM log_entry WHERE tenant = ?', args: [NORTH.tenant] },
    { sql: 'SELECT seq FROM feed WHERE tenant = ?', args: [NORTH.tenant] },
  ])
  theirs = [
    ...(entries?.rows ?? []).map((row) => String(row.id)),
    ...(events?.rows ?? []).map((row) => String(row.seq)),
    NORTH.queued,
    NORTH.stuck,
    NORTH.configuration,
    NORTH.spare,
  ]
})
after(() => brands.end())

interface Asked {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** Requests of another brand that name whatever is the first brand's. */
function requests(): fc.Arbitrary<Asked> {
  const service = fc.constantFrom(...SERVICES, 'eve', 'bobnorth')
  const their = fc.constantFrom(...theirs)
  const operation = fc.constantFrom(NORTH.queued, NORTH.stuck, SOUTH.queued, SOUTH.stuck)
  const configuration = fc.constantFrom(NORTH.configuration, NORTH.spare, SOUTH.spare)
  const action = fc.constantFrom('repack', 'freeze', 'found', 'whisper', 'peek', 'erase', 'wake')
  const input = fc.constantFrom(
    {},
    { package: 'large' },
    { password: 'pa55word-of-mine' },
    { username: 'bobnorth', domain: 'bobnorth.example' },
  )
  const reading = fc.oneof(
    service.map((id) => `/services/${id}`),
    service.map((id) => `/services/${id}/actions`),
    service.map((id) => `/services/${id}/fields`),
    service.map((id) => `/services/${id}/usage`),
    service.map((id) => `/services/${id}/events`),
    service.map((id) => `/services/${id}/choices/packages`),
    fc.tuple(service, their).map(([id, cursor]) => `/services/${id}/operations?cursor=${cursor}`),
    fc.tuple(service, their).map(([id, cursor]) => `/services/${id}/logs?cursor=${cursor}`),
    fc
      .tuple(
        service,
        fc.constantFrom(NORTH.mark, NORTH.mark.slice(0, 5), 'because', '%', ...theirs),
      )
      .map(([id, q]) => `/services/${id}/logs?q=${encodeURIComponent(q)}`),
    fc.tuple(service, operation).map(([id, op]) => `/services/${id}/logs?operation=${op}`),
    operation.map((id) => `/operations/${id}`),
    fc.constant('/configurations'),
    configuration.map((id) => `/configurations/${id}`),
    fc
      .tuple(
        configuration,
        fc.constantFrom('packages', 'acls', 'ips', 'accounts', 'password-policy'),
      )
      .map(([id, list]) => `/configurations/${id}/${list}`),
  )
  const changing = fc.oneof(
    fc.tuple(service, configuration).map(([id, named]) => ({
      method: 'PUT',
      path: `/services/${id}`,
      body: { configuration: named, domain: 'bobnorth.example', username: 'bobnorth' },
    })),
    service.map((id) => ({
      method: 'PATCH',
      path: `/services/${id}/fields`,
      body: { fields: { note: 'mine' } },
    })),
    fc.tuple(service, action, input).map(([id, name, given]) => ({
      method: 'POST',
      path: `/services/${id}/actions/${name}`,
      body: { input: given },
    })),
    fc.tuple(service, action, input).map(([id, name, given]) => ({
      method: 'POST',
      path: `/services/${id}/actions/${name}/preview`,
      body: { input: given },
    })),
    fc.tuple(operation, fc.constantFrom('cancel', 'retry', 'resolve')).map(([id, verb]) => ({
      method: 'POST',
      path: `/operations/${id}/${verb}`,
      body:
        verb === 'resolve'
          ? { verdict: 'abandoned', why: 'mine' }
          : verb === 'retry'
            ? { input: {} }
            : {},
    })),
    fc.tuple(configuration, fc.constantFrom('PATCH', 'DELETE')).map(([id, method]) => ({
      method,
      path: `/configurations/${id}`,
      body: method === 'PATCH' ? { label: 'mine', disabled: true } : undefined,
    })),
    configuration.map((id) => ({
      method: 'POST',
      path: `/configurations/${id}/test`,
      body: undefined,
    })),
    fc.constant({
      method: 'POST',
      path: '/configurations',
      body: { label: 'Main', host: 'panel.example', port: 2087, user: 'root', token: 'MINE' },
    }),
  )
  const claims = fc.oneof(
    fc.constant({}),
    fc.record({ sub: fc.constantFrom('ann', 'bob'), role: fc.constantFrom('staff', 'system') }),
    service.map((id) => ({ role: 'client', service: id })),
    fc.tuple(service, configuration).map(([id, named]) => ({
      service: { id, configuration: named, domain: 'bobnorth.example', username: 'bobnorth' },
    })),
  )
  return fc
    .tuple(
      fc.oneof(
        reading.map((path) => ({ method: 'GET', path, body: undefined })),
        changing,
      ),
      claims,
      fc.constantFrom(SOUTH.issuer, WEST),
      fc.constantFrom(`planted-${NORTH.queued}`, `planted-${NORTH.stuck}`, 'a-gesture-of-mine'),
      fc.constantFrom('', '0', '1', ...theirs),
    )
    .map(([{ method, path, body }, claimed, iss, key, last]) => ({
      method,
      path: `/v1${path}`,
      body,
      headers: { 'idempotency-key': key, ...(last === '' ? {} : { 'last-event-id': last }) },
      claims: { ...claimed, iss },
    }))
}

/** The answer as text; of a stream what it begins with. */
async function textOf(response: Response): Promise<string> {
  const headers = JSON.stringify([...response.headers])
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream'))
    return headers + (await response.text())
  const reader = response.body?.getReader()
  const first = await reader?.read()
  await reader?.cancel()
  return headers + new TextDecoder().decode(first?.value)
}

const ask = async ({ method, path, body, headers, claims }: Asked) =>
  brands.send(method, path, { token: await brands.token(claims), headers, body })

describe('three brands with services, configurations, subjects and keys of the same names', () => {
  it('neither show nor change a byte of one another, whatever one of them asks', async () => {
    const { db } = brands.bff.rooms
    const before = await sliceOf(db, NORTH.tenant)
    assert.ok(before.includes(NORTH.mark) && before.includes(NORTH.queued), before.slice(0, 200))
    const seen = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(requests(), { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async (asked) => {
          for (const one of asked) {
            const response = await ask(one)
            seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
            const text = await textOf(response)
            const said = [
              NORTH.mark,
              NORTH.mark.toLowerCase(),
              NORTH.secret,
              ...theirs.filter((id) => id.includes('_')),
            ]
            assert.deepEqual(
              said.filter((canary) => text.includes(canary)),
              [],
              `${one.method} ${one.path}: ${text}`,
            )
          }
          // What was taken of theirs is carried out as well.
          await brands.bff.runner.tick()
          assert.equal(await sliceOf(db, NORTH.tenant), before)
        },
      ),
      { numRuns: RUNS },
    )
    // Requests that were all refused would prove nothing.
    assert.ok((seen.get(200) ?? 0) > 20 && (seen.get(404) ?? 0) > 20, JSON.stringify([...seen]))
  })
})

describe('the third brand, whose keys are the first one’s', () => {
  it('has changed its own meanwhile: what was looked for can be seen', async () => {
    assert.match(await sliceOf(brands.bff.rooms.db, west), /mine/)
  })
  it('signs for itself alone: the issuer says whose a token is', async () => {
    const response = await ask({
      method: 'GET',
      path: `/v1/operations/${NORTH.stuck}`,
      body: undefined,
      headers: {},
      claims: { iss: WEST },
    })
    assert.equal(response.status, 404)
  })
})

describe('a key that another brand has used for the same gesture of a person of the same name', () => {
  it('begins an operation of one’s own', async () => {
    const own = await openBrands()
    const taken = async (iss: string) => {
      const response = await own.send('POST', '/v1/services/bob/actions/whisper', {
        token: await own.token({ iss }),
        headers: { 'idempotency-key': 'the-same-gesture' },
        body: { input: { password: 'the-same-password' } },
      })
      const body: unknown = await response.json()
      return [response.status, Reflect.get(Object(body), 'id')]
    }
    const [[first, one], [second, other]] = [await taken(NORTH.issuer), await taken(SOUTH.issuer)]
    assert.deepEqual([first, second, one === other], [202, 202, false])
    await own.end()
  })
})

describe('a configuration another brand has, with the same label, host and user', () => {
  it('is made anew, for its own token', async () => {
    const own = await openBrands()
    const made = async (iss: string, token: string) => {
      const response = await own.send('POST', '/v1/configurations', {
        token: await own.token({ iss }),
        body: { label: 'Same', host: 'panel.example', port: 2087, user: 'root', token },
      })
      const body: unknown = await response.json()
      return [response.status, Reflect.get(Object(body), 'id')]
    }
    const [[first, one], [second, other]] = [
      await made(NORTH.issuer, 'the-same-token'),
      await made(SOUTH.issuer, 'the-same-token'),
    ]
    assert.deepEqual([first, second, one === other], [201, 201, false])
    await own.end()
  })
})
