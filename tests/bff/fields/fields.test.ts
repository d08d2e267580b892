import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { isRefusal } from '../../../bff/contract/refusal.ts'
import { registrationSchema } from '../../../bff/contract/service.ts'
import { listFields } from '../../../bff/fields/list.ts'
import { type FieldChanges, patchFields } from '../../../bff/fields/patch.ts'
import { listLog } from '../../../bff/log/list.ts'
import { registerService } from '../../../bff/services/register.ts'
import { serviceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'
import { type House, openHouse, STAFF } from '../house.ts'

let house: House
beforeEach(async () => {
  house = await openHouse()
  await registerService(
    house.deps,
    tenantId('one'),
    STAFF,
    registrationSchema.parse({ id: 's1', label: 'Shop', domain: 'shop.example', package: 'small' }),
  )
})
afterEach(() => house.end())

const patch = (changes: FieldChanges) =>
  patchFields(house.deps, tenantId('one'), STAFF, 's1', changes)
const field = async (name: string, viewer: 'staff' | 'client' = 'staff') =>
  (await listFields(house.deps, tenantId('one'), 's1', viewer))?.fields.find(
    (one) => one.name === name,
  )
const faults = (result: object) =>
  isRefusal(result)
    ? (result.faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`)
    : 'done'
const bind = () =>
  house.deps.db.write([
    { sql: "UPDATE service SET bound_at = 1, username = 'shop', server = NULL WHERE id = 's1'" },
    { sql: "INSERT INTO field VALUES ('one', 's1', 'ip', '\"192.0.2.1\"', 'server', 5)" },
  ])

describe('a service that was ordered and not made yet', () => {
  it('shows what the order says, and when it said so', async () => {
    const { value, source, as_of, editable } = (await field('domain')) ?? {}
    assert.deepEqual(
      { value, source, as_of, editable },
      { value: 'shop.example', source: 'order', as_of: house.clock.now(), editable: true },
    )
  })

  it('lets staff correct the order, for the account to come too', async () => {
    await patch({ domain: 'Better.Example.' })
    assert.equal((await field('domain'))?.value, 'better.example')
    assert.equal((await serviceRow(house.deps.db, tenantId('one'), 's1'))?.domain, 'better.example')
  })

  it('shows clients nothing to edit', async () => {
    const shown = await listFields(house.deps, tenantId('one'), 's1', 'client')
    assert.ok(shown !== undefined && shown.fields.length > 0)
    assert.ok(shown.fields.every(({ editable }) => !editable))
  })
})

describe('staff write a field of their own', () => {
  it('keeps it with its source', async () => {
    await patch({ reference: 'A-17' })
    const { value, source } = (await field('reference', 'client')) ?? {}
    assert.deepEqual({ value, source }, { value: 'A-17', source: 'staff' })
  })

  it('keeps notes from clients', async () => {
    await patch({ note: 'pays late' })
    assert.equal(await field('note', 'client'), undefined)
  })

  it('keeps the log line of a note from clients', async () => {
    await patch({ note: 'pays late' })
    const client = await listLog(house.deps, tenantId('one'), 's1', 'client')
    assert.ok(!client.entries.some(({ message }) => message.code === 'log.fields.changed'))
  })

  it('forgets it on null', async () => {
    await patch({ reference: 'A-17' })
    await patch({ reference: null })
    assert.equal((await field('reference'))?.value, null)
  })

  it('never writes a value into the log', async () => {
    await patch({ note: 'pays late' })
    assert.ok(
      !JSON.stringify(await listLog(house.deps, tenantId('one'), 's1', 'staff')).includes(
        'pays late',
      ),
    )
  })
})

describe('staff try what is not theirs to say', () => {
  it('refuses a field of the server and names it', async () => {
    await bind()
    assert.deepEqual(faults(await patch({ ip: '192.0.2.9' })), ['/fields/ip read_only'])
  })

  it('points to the action that changes the domain of an account', async () => {
    await bind()
    const result = await patch({ domain: 'other.example' })
    assert.ok(isRefusal(result))
    assert.deepEqual(result.faults?.[0]?.params, { changed_by: 'change-domain' })
  })

  it('refuses a name nobody knows, with its pointer escaped', async () => {
    assert.deepEqual(faults(await patch({ 'a/b~c': 'x' })), ['/fields/a~1b~0c unknown'])
  })

  it('refuses names of objects’ own members', async () => {
    assert.deepEqual(faults(await patch({ constructor: 'x' })), ['/fields/constructor unknown'])
  })

  it('refuses what is no domain', async () => {
    assert.deepEqual(faults(await patch({ domain: 'no domain' })), ['/fields/domain format'])
  })

  it('changes nothing when one of several is wrong', async () => {
    await patch({ reference: 'A-17', domain: 'no domain' })
    assert.equal((await field('reference'))?.value, null)
  })

  it('finds no service of another tenant', async () => {
    const result = await patchFields(house.deps, tenantId('two'), STAFF, 's1', { note: 'x' })
    assert.ok(isRefusal(result) && result.code === 'not_found')
    assert.equal(await listFields(house.deps, tenantId('two'), 's1', 'staff'), undefined)
  })
})
