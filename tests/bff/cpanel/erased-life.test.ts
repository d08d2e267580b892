import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { erasePerson } from '../../../bff/log/erase/erase-person.ts'
import { WRITTEN_INPUTS } from '../../../bff/log/erase/operation-erased.ts'
import { cpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Hosting, openHosting } from './hosting.ts'
import { situationOf } from './situations.ts'

const TENANT = { id: tenantId('ten_1'), issuer: 'https://brand.example' }
const BY = { role: 'system', label: 'operator' } as const

let hosting: Hosting
const everything = async () => {
  const { db } = hosting.deps
  const [tables] = await db.write([{ sql: `SELECT name FROM sqlite_master WHERE type = 'table'` }])
  const found: string[] = []
  for (const { name } of tables?.rows ?? []) {
    const [rows] = await db.write([{ sql: `SELECT * FROM "${String(name)}"` }])
    found.push(...(rows?.rows ?? []).map((row) => `${String(name)} ${JSON.stringify(row)}`))
  }
  return found
}
const naming = async (pattern: RegExp) => (await everything()).filter((row) => pattern.test(row))

describe('an account from its order to its end, and then the person', () => {
  before(async () => {
    hosting = await openHosting()
    await hosting.ordered('1', 'new-shop.example')
    assert.equal(await hosting.run('1', 'create', { email: 'rosa@canary.example' }), 'succeeded')
    assert.equal(
      await hosting.run('1', 'suspend', {
        reason: 'other',
        client_text: 'Dear Canary, please call',
        staff_note: 'the Canary case',
      }),
      'succeeded',
    )
  })
  after(() => hosting.end())

  it('leaves traces in all that an engine keeps', async () => {
    const tables = (await naming(/canary/i)).map((row) => row.split(' ')[0])
    assert.deepEqual([...new Set(tables)].sort(), ['field', 'operation', 'service', 'step'])
  })
  it('keeps what the account is while it is in use, and says so', async () => {
    const done = await erasePerson(hosting.deps, TENANT, { names: ['canary'] }, BY)
    assert.deepEqual(done.kind === 'erased' && done.living, ['1'])
  })
  it('keeps it in the records of the account alone', async () => {
    const tables = (await naming(/canary/i)).map((row) => row.split(' ')[0])
    assert.deepEqual([...new Set(tables)].sort(), ['field', 'service'])
  })
  it('can be lifted out of its suspension all the same', async () =>
    assert.equal(await hosting.run('1', 'unsuspend'), 'succeeded'))
  it('is in no row once the account is deleted', async () => {
    assert.equal(await hosting.run('1', 'delete'), 'succeeded')
    await erasePerson(hosting.deps, TENANT, { names: ['canary'] }, BY)
    assert.deepEqual(await naming(/canary/i), [])
  })
  it('is erased by subject too, with what staff wrote', async () => {
    await erasePerson(hosting.deps, TENANT, { subject: 'ann' }, BY)
    assert.deepEqual(await naming(/brand\.example ann|"Ann"/), [])
  })
})

/** Inputs that say what an account is or shall be, and nothing of a person. */
const FACTS = ['acl', 'date', 'domain', 'ip', 'month', 'owner', 'package', 'password', 'username']

describe('what can be typed into a form', () => {
  const unbound = { state: 'unprovisioned', username: null, owner: null, identity: null } as const
  const all = [
    situationOf(),
    situationOf({ snapshot: { reseller: true } }),
    situationOf({ service: { state: 'suspended' }, snapshot: { suspended: true } }),
    situationOf({ service: unbound, snapshot: null }),
  ].flatMap((situation) =>
    cpanelProvider.actions.flatMap((action) => Object.entries(action.form(situation).properties)),
  )
  const typed = all.flatMap(([name, property]) =>
    property.type === 'string' && property.enum === undefined ? [name] : [],
  )

  it('is a fact of the account, or is erased with the person who wrote it', () =>
    assert.deepEqual(
      [...new Set(typed)].filter((name) => !FACTS.includes(name) && !WRITTEN_INPUTS.includes(name)),
      [],
    ))
  it('holds everything that is erased', () =>
    assert.deepEqual(
      WRITTEN_INPUTS.filter((name) => !typed.includes(name)),
      [],
    ))
})
