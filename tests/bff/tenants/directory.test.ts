import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { TenantDirectory } from '../../../bff/tenants/directory.ts'
import { isDatabaseAway, openDatabase } from '../../../db/connect.ts'
import { migrate } from '../../../db/migrate.ts'
import { allTenants, tenantChanged, tenantInserted } from '../../../db/tenants.ts'
import { fileDatabase, type TestDatabase } from '../../db/databases.ts'
import { startSqld } from '../../sqld.ts'
import { tenantId } from '../../tenant-id.ts'

let test: TestDatabase
let now: number
let directory: TenantDirectory

const row = (id: string) => ({
  id: tenantId(id),
  label: id,
  issuer: `https://${id}.example`,
  algorithms: '["ES256"]',
  jwks: '{"keys":[{"kty":"EC"}]}',
  origins: `["https://admin.${id}.example"]`,
  created_at: 1,
})

beforeEach(async () => {
  test = await fileDatabase()
  now = 1_000_000
  directory = new TenantDirectory(test.db, { now: () => now })
  await test.db.write([tenantInserted(test.db, row('one'))])
})
afterEach(() => test.end())

describe('a tenant that was added before', () => {
  it('is found by its issuer', async () => {
    assert.equal((await directory.tenantOf('https://one.example'))?.tenant, 'one')
  })
  it('has its pages known', async () => {
    assert.equal(await directory.isKnownOrigin('https://admin.one.example'), true)
  })
  it('keeps the same keys, so that they are imported once', async () => {
    const first = await directory.tenantOf('https://one.example')
    now += 60_000
    const later = await directory.tenantOf('https://one.example')
    assert.equal(later, first)
  })
  it('has the default actions for clients', async () => {
    assert.equal((await directory.tenantOf('https://one.example'))?.client_actions, undefined)
  })
})

describe('a tenant added by another replica', () => {
  beforeEach(async () => {
    await directory.tenantOf('https://one.example')
    await test.db.write([tenantInserted(test.db, row('two'))])
  })

  it('is not known yet', async () => {
    assert.equal(await directory.tenantOf('https://two.example'), undefined)
  })
  it('is known within five seconds', async () => {
    now += 5000
    assert.equal((await directory.tenantOf('https://two.example'))?.tenant, 'two')
  })
  it('is known at once after being told', async () => {
    directory.forget()
    assert.equal((await directory.tenantOf('https://two.example'))?.tenant, 'two')
  })
})

describe('a tenant that another replica disabled', () => {
  const disable = async (disabled_at: number | null) => {
    const [known] = await allTenants(test.db)
    assert.ok(known)
    await test.db.write([tenantChanged(known, { disabled_at })])
  }
  beforeEach(async () => {
    await directory.tenantOf('https://one.example')
    await disable(1)
    now += 5000
  })

  it('has no keys within five seconds, like one nobody added', async () => {
    assert.equal(await directory.tenantOf('https://one.example'), undefined)
  })
  it('has no pages', async () => {
    assert.equal(await directory.isKnownOrigin('https://admin.one.example'), false)
  })
  it('is not served', async () => {
    assert.equal(await directory.isServed(tenantId('one')), false)
  })
  it('is back within five seconds of being enabled', async () => {
    await disable(null)
    now += 5000
    assert.equal((await directory.tenantOf('https://one.example'))?.tenant, 'one')
  })
})

describe('a tenant whose key another replica took away', () => {
  it('has it no longer within five seconds', async () => {
    await directory.tenantOf('https://one.example')
    const [known] = await allTenants(test.db)
    assert.ok(known)
    await test.db.write([tenantChanged(known, { jwks: '{"keys":[{"kty":"RSA"}]}' })])
    now += 5000
    assert.deepEqual((await directory.tenantOf('https://one.example'))?.keys, {
      jwks: { keys: [{ kty: 'RSA' }] },
    })
  })
})

describe('an issuer or an origin nobody added', () => {
  it('has no keys', async () => {
    assert.equal(await directory.tenantOf('https://evil.example'), undefined)
  })
  it('is no page of ours', async () => {
    assert.equal(await directory.isKnownOrigin('https://evil.example'), false)
  })
})

describe('a tenant whose database went away, long after it was read', () => {
  const reached = async (ask: (directory: TenantDirectory) => Promise<unknown>) => {
    const server = await startSqld()
    const db = await openDatabase({ url: server.url, patience: 0 })
    await migrate(db)
    await db.write([tenantInserted(db, row('one'))])
    const own = new TenantDirectory(db, { now: () => now })
    await own.tenantOf('https://one.example')
    await server.kill()
    now += 60_000
    const outcome = await ask(own).catch((error: unknown) => error)
    await db.close()
    await server.stop()
    return outcome
  }

  it('has its pages known still, so that they can read what is wrong', async () => {
    assert.equal(await reached((own) => own.isKnownOrigin('https://admin.one.example')), true)
  })
  it('lets nobody in by keys that may be gone', async () => {
    assert.ok(isDatabaseAway(await reached((own) => own.tenantOf('https://one.example'))))
  })
})
