import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { TenantId } from '../../../bff/contract/ids.ts'
import type { Caller } from '../../../bff/operations/caller.ts'
import { preview } from '../../../bff/operations/preview.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { submit } from '../../../bff/operations/submit.ts'
import { operationById } from '../../../db/operations.ts'
import { configurations, services, tenants } from '../../../db/schema.ts'
import { serviceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Hosting, openHosting, START } from './hosting.ts'

let hosting: Hosting
let keys = 0

beforeEach(async () => {
  hosting = await openHosting()
  const { db } = hosting.deps
  await hosting.ordered('1', 'lakeside-bakery.example')
  const [row] = await db.orm.select().from(configurations)
  assert.ok(row)
  await db.write([
    db.orm.insert(tenants).values({
      id: tenantId('ten_2'),
      label: 'Other',
      issuer: 'https://other.example',
      algorithms: '["ES256"]',
      origins: '[]',
      created_at: START,
    }),
    db.orm.insert(configurations).values({ ...row, id: `${row.id}x`, tenant: tenantId('ten_2') }),
    db.orm.insert(services).values({
      id: '1',
      tenant: tenantId('ten_2'),
      state: 'unprovisioned',
      since: START,
      configuration: `${row.id}x`,
      domain: 'lakeside-bakery.example',
      created_at: START,
    }),
  ])
})
afterEach(() => hosting.end())

const caller = (tenant: TenantId): Caller => ({
  tenant,
  subject: `https://${tenant}.example ann`,
  role: 'staff',
  actor: { role: 'staff', label: 'Ann' },
  allows: () => true,
  stepUp: () => undefined,
})
const look = (tenant: TenantId, username = 'lakeside') =>
  preview(hosting.deps, caller(tenant), '1', 'link', { username })
const confirm = async (tenant: TenantId, domain = 'lakeside-bakery.example') => {
  const shown = await look(tenant)
  assert.ok(shown.kind === 'previewed', JSON.stringify(shown))
  return { digest: shown.digest, domain }
}
const link = (tenant: TenantId, confirmation: Awaited<ReturnType<typeof confirm>>) =>
  submit(hosting.deps, caller(tenant), {
    service: '1',
    action: 'link',
    input: { username: 'lakeside' },
    key: `link-key-${keys++}`,
    confirmation,
  })
const taken = async (tenant: TenantId, confirmation: Awaited<ReturnType<typeof confirm>>) => {
  const done = await link(tenant, confirmation)
  assert.ok(done.kind === 'accepted', JSON.stringify(done))
  return done.operation.id
}
const ended = async (tenant: TenantId, id: string) => {
  const row = await operationById(hosting.deps.db, tenant, id)
  return [row?.state, row?.error ?? null]
}

describe('an account two brands link at the same time', () => {
  let ends: (string | null | undefined)[][]
  beforeEach(async () => {
    const [one, two] = [await confirm(tenantId('ten_1')), await confirm(tenantId('ten_2'))]
    const first = await taken(tenantId('ten_1'), one)
    const second = await taken(tenantId('ten_2'), two)
    const other = startRunner(hosting.deps, { automatic: false })
    await Promise.all([hosting.pass(0), other.tick()])
    for (let look = 0; look < 3; look++) await hosting.pass(3000)
    await other.stop()
    ends = [await ended(tenantId('ten_1'), first), await ended(tenantId('ten_2'), second)]
  })

  it('becomes one’s, and the other hears that it is taken, not whose it is', () =>
    assert.deepEqual(
      ends.sort(([a], [b]) => String(b).localeCompare(String(a))),
      [
        ['succeeded', null],
        ['failed', '{"code":"error.account_bound","params":{"username":"lakeside"}}'],
      ],
    ))
  it('is bound once', async () => {
    const rows = await Promise.all(
      ['ten_1', 'ten_2'].map(tenantId).map((tenant) => serviceRow(hosting.deps.db, tenant, '1')),
    )
    assert.equal(rows.filter((row) => row?.bound_at !== null).length, 1)
  })
})

describe('an account that belongs to a service', () => {
  beforeEach(() => hosting.bound('lakeside'))
  for (const tenant of [tenantId('ten_1'), tenantId('ten_2')])
    it(`cannot be linked in ${tenant}: the same is said everywhere`, async () =>
      assert.deepEqual(await look(tenant), {
        kind: 'problem',
        code: 'not_possible_now',
        message: { code: 'error.account_bound', params: { username: 'lakeside' } },
      }))
})

describe('an account that changes between preview and link', () => {
  it('is not linked when it is another one by then', async () => {
    const id = await taken(tenantId('ten_1'), await confirm(tenantId('ten_1')))
    const { lakeside } = hosting.world().accounts
    assert.ok(lakeside)
    lakeside.started += 60
    await hosting.pass(0)
    assert.deepEqual(await ended(tenantId('ten_1'), id), [
      'failed',
      '{"code":"error.preview_outdated"}',
    ])
  })
  it('is not linked when it has become a reseller', async () => {
    const id = await taken(tenantId('ten_1'), await confirm(tenantId('ten_1')))
    const { resellers } = hosting.world()
    const { harbour } = resellers
    assert.ok(harbour)
    resellers.lakeside = { ...harbour }
    await hosting.pass(0)
    assert.equal((await ended(tenantId('ten_1'), id))[0], 'failed')
  })
  it('is not linked while a cascade of another service holds it', async () => {
    const id = await taken(tenantId('ten_1'), await confirm(tenantId('ten_1')))
    await hosting.deps.db.write([
      {
        sql: `INSERT INTO account_lock (server, username, operation, taken_at) VALUES ('srv_1', 'lakeside', ?, 1)`,
        args: [id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
      },
    ])
    await hosting.pass(0)
    assert.deepEqual(await ended(tenantId('ten_1'), id), ['queued', null])
  })
})

describe('linking', () => {
  it('wants the domain of the service’s record typed', async () => {
    const done = await link(tenantId('ten_1'), await confirm(tenantId('ten_1'), 'other.example'))
    assert.equal(done.kind === 'problem' && done.code, 'confirmation_mismatch')
  })
  it('wants a preview', async () => {
    const done = await submit(hosting.deps, caller(tenantId('ten_1')), {
      service: '1',
      action: 'link',
      input: { username: 'lakeside' },
      key: 'link-without-preview',
      confirmation: undefined,
    })
    assert.equal(done.kind === 'problem' && done.code, 'preview_required')
  })
  it('wants a scope of its own', async () => {
    const shown = await preview(
      hosting.deps,
      { ...caller(tenantId('ten_1')), allows: (scope) => scope !== 'accounts:link' },
      '1',
      'link',
      { username: 'lakeside' },
    )
    assert.equal(shown.kind === 'problem' && shown.code, 'insufficient_scope')
  })
  for (const [username, code] of [
    ['root', 'error.protected_account'],
    ['mysql', 'error.protected_account'],
    ['harbour', 'error.reseller_refused'],
    ['nobodyhere', 'error.account_not_found'],
  ] as const)
    it(`refuses ${username}`, async () => {
      const shown = await look(tenantId('ten_1'), username)
      assert.equal(shown.kind === 'problem' && shown.message?.code, code)
    })
  it('changes nothing on the server', async () => {
    await taken(tenantId('ten_1'), await confirm(tenantId('ten_1')))
    await hosting.pass(0)
    assert.deepEqual(await hosting.changes(), [])
  })
})
