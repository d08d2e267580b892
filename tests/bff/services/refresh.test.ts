import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { registrationSchema } from '../../../bff/contract/service.ts'
import { listFields } from '../../../bff/fields/list.ts'
import { listLog } from '../../../bff/log/list.ts'
import { Refresher } from '../../../bff/services/refresh.ts'
import { registerService } from '../../../bff/services/register.ts'
import { readUsage } from '../../../bff/usage/read.ts'
import { configurationRow } from '../../../db/configurations.ts'
import { operationInserted } from '../../../db/operations.ts'
import { serviceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'
import { type House, openHouse, STAFF } from '../house.ts'
import { account } from '../panel-in-memory.ts'

let house: House
let refresher: Refresher
let configuration: string
beforeEach(async () => {
  house = await openHouse()
  refresher = new Refresher({
    db: house.deps.db,
    clock: house.clock,
    panelOf: (tenant, id) => house.deps.panels.panelOf(tenant, id),
    report: (error) => assert.fail(String(error)),
  })
  configuration = (await house.configure()).id
  house.server.accounts.set('shop', account('shop'))
  await registerService(
    house.deps,
    tenantId('one'),
    STAFF,
    registrationSchema.parse({ id: 's1', configuration, domain: 'shop.example', username: 'shop' }),
  )
  await refresher.refresh(tenantId('one'), 's1')
  house.clock.time += 60_000
})
afterEach(async () => {
  await refresher.settled()
  await house.end()
})

const codes = async () =>
  (await listLog(house.deps, tenantId('one'), 's1', 'staff')).entries.map(
    ({ message }) => message.code,
  )
const stateNow = async () => (await refresher.refresh(tenantId('one'), 's1'))?.service.state

describe('an account was changed outside of us', () => {
  it('is suspended here when it is suspended there', async () => {
    house.server.accounts.set('shop', account('shop', { suspended: true }))
    assert.equal(await stateNow(), 'suspended')
    assert.equal((await codes())[0], 'log.service.suspended_outside')
  })

  it('is active again when the suspension was lifted there', async () => {
    house.server.accounts.set('shop', account('shop', { suspended: true }))
    await stateNow()
    house.clock.time += 60_000
    house.server.accounts.set('shop', account('shop'))
    assert.equal(await stateNow(), 'active')
    assert.equal((await codes())[0], 'log.service.unsuspended_outside')
  })

  it('is deleted when a token that sees everything does not find it', async () => {
    house.server.accounts.delete('shop')
    assert.equal(await stateNow(), 'deleted')
    assert.equal((await codes())[0], 'log.service.deleted_outside')
  })

  it('loses its server fields with the account', async () => {
    house.server.accounts.delete('shop')
    await stateNow()
    const fields = await listFields(house.deps, tenantId('one'), 's1', 'staff')
    assert.ok(!fields?.fields.some(({ source }) => source === 'server'))
  })

  it('is unknown, not deleted, when the token sees only some accounts', async () => {
    house.server.rights = { all: false, privileges: ['list-accts'] }
    house.clock.time += 20 * 60_000
    house.server.accounts.delete('shop')
    assert.equal(await stateNow(), 'unknown')
  })

  it('is unknown when another account has taken its name', async () => {
    house.server.accounts.set('shop', account('shop', { started_at: 1_800_000_000 }))
    assert.equal(await stateNow(), 'unknown')
    assert.equal((await codes())[0], 'log.service.identity_changed')
  })

  it('keeps our record of the domain and shows the new one', async () => {
    house.server.accounts.set('shop', account('shop', { domain: 'moved.example' }))
    const read = await refresher.refresh(tenantId('one'), 's1')
    assert.equal(read?.service.domain, 'shop.example')
    const fields = await listFields(house.deps, tenantId('one'), 's1', 'client')
    assert.equal(fields?.fields.find(({ name }) => name === 'domain')?.value, 'moved.example')
  })

  it('is told once, not at every reading', async () => {
    house.server.accounts.set('shop', account('shop', { suspended: true }))
    for (let i = 0; i < 3; i++) {
      await stateNow()
      house.clock.time += 60_000
    }
    const told = (await codes()).filter((code) => code === 'log.service.suspended_outside')
    assert.equal(told.length, 1)
  })
})

describe('an operation is working on the account', () => {
  it('is not mistaken for a change from outside', async () => {
    await house.deps.db.write([
      operationInserted({
        id: 'op_1',
        tenant: tenantId('one'),
        service: 's1',
        action: 'suspend',
        configuration,
        server: 'srv',
        state: 'running',
        created_at: 1,
        actor: '{}',
        subject: 's',
        idempotency_key: 'k',
        fingerprint: 'f',
        input: '{}',
      }),
    ])
    house.server.accounts.set('shop', account('shop', { suspended: true }))
    assert.equal(await stateNow(), 'active')
    assert.ok(!(await codes()).includes('log.service.suspended_outside'))
  })

  it('wins over a reading that began before it and ended after', async () => {
    let open = () => {}
    house.server.gate = new Promise((resolve) => {
      open = resolve
    })
    house.server.accounts.set('shop', account('shop', { suspended: true }))
    const reading = refresher.refresh(tenantId('one'), 's1', { wait: 0 })
    await reading
    await house.deps.db.write([
      { sql: "UPDATE service SET state = 'deleted', version = version + 1 WHERE id = 's1'" },
    ])
    open()
    await refresher.settled()
    assert.equal((await serviceRow(house.deps.db, tenantId('one'), 's1'))?.state, 'deleted')
  })
})

describe('many look at a service at the same time', () => {
  it('reads the account once', async () => {
    house.server.reads = 0
    await Promise.all(Array.from({ length: 10 }, () => refresher.refresh(tenantId('one'), 's1')))
    assert.equal(house.server.reads, 1)
  })

  it('does not read it again while the reading is fresh', async () => {
    await refresher.refresh(tenantId('one'), 's1')
    house.server.reads = 0
    await refresher.refresh(tenantId('one'), 's1')
    assert.equal(house.server.reads, 0)
  })
})

describe('the server is slow or dead', () => {
  it('answers from the last reading and goes on reading behind', async () => {
    let open = () => {}
    house.server.gate = new Promise((resolve) => {
      open = resolve
    })
    house.server.accounts.set('shop', account('shop', { suspended: true }))
    const early = await refresher.refresh(tenantId('one'), 's1', { wait: 1 })
    assert.equal(early?.service.state, 'active')
    open()
    await refresher.settled()
    assert.equal((await serviceRow(house.deps.db, tenantId('one'), 's1'))?.state, 'suspended')
  })

  it('tells the fault and changes nothing', async () => {
    house.server.fault = { code: 'server_unreachable', transport: true }
    const read = await refresher.refresh(tenantId('one'), 's1')
    assert.equal(read?.fault?.code, 'server_unreachable')
    assert.equal(read?.service.state, 'active')
  })
})

describe('a service without an account is looked at', () => {
  beforeEach(async () => {
    await registerService(
      house.deps,
      tenantId('one'),
      STAFF,
      registrationSchema.parse({ id: 'new', configuration }),
    )
    house.clock.time += 20 * 60_000
  })

  it('learns what the token may do, which decides whether an account can be made', async () => {
    house.server.rights = { all: false, privileges: ['list-accts'] }
    await refresher.refresh(tenantId('one'), 'new')
    const row = await configurationRow(house.deps.db, tenantId('one'), configuration)
    assert.deepEqual(JSON.parse(row?.rights ?? 'null'), house.server.rights)
  })

  it('asks for no account', async () => {
    house.server.reads = 0
    await refresher.refresh(tenantId('one'), 'new')
    assert.equal(house.server.reads, 0)
  })

  it('tells that the server is out of reach', async () => {
    house.server.fault = { code: 'server_unreachable', transport: true }
    assert.equal(
      (await refresher.refresh(tenantId('one'), 'new'))?.fault?.code,
      'server_unreachable',
    )
  })
})

describe('the fields of a bound service', () => {
  it('are those of its server, with their time', async () => {
    const fields = await listFields(house.deps, tenantId('one'), 's1', 'client')
    const ip = fields?.fields.find(({ name }) => name === 'ip')
    assert.deepEqual(
      [ip?.value, ip?.source, ip?.as_of],
      ['192.0.2.7', 'server', house.clock.now() - 60_000],
    )
  })

  it('are confirmed by a reading that says the same', async () => {
    await refresher.refresh(tenantId('one'), 's1')
    const fields = await listFields(house.deps, tenantId('one'), 's1', 'client')
    assert.equal(fields?.fields.find(({ name }) => name === 'ip')?.as_of, house.clock.now())
  })
})

describe('what a bound account uses', () => {
  it('has parts that fail alone', async () => {
    const usage = await readUsage(
      { ...house.deps, panelOf: (t, c) => house.deps.panels.panelOf(t, c) },
      tenantId('one'),
      's1',
    )
    assert.ok('parts' in usage)
    assert.deepEqual(
      usage.parts.map(({ error }) => error?.code),
      [undefined, 'error.server_unreachable'],
    )
  })

  it('is not asked for a month to come', async () => {
    const usage = await readUsage(
      { ...house.deps, panelOf: (t, c) => house.deps.panels.panelOf(t, c) },
      tenantId('one'),
      's1',
      '2026-12',
    )
    assert.ok('code' in usage && usage.code === 'input_invalid')
  })
})
