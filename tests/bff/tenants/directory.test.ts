import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { TenantDirectory } from '../../../bff/tenants/directory.ts'
import { tenantInserted } from '../../../db/tenants.ts'
import { fileDatabase, type TestDatabase } from '../../db/databases.ts'

let test: TestDatabase
let now: number
let directory: TenantDirectory

const row = (id: string) => ({
  id,
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
  it('is known after ten seconds', async () => {
    now += 10_000
    assert.equal((await directory.tenantOf('https://two.example'))?.tenant, 'two')
  })
  it('is known at once after being told', async () => {
    directory.forget()
    assert.equal((await directory.tenantOf('https://two.example'))?.tenant, 'two')
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
