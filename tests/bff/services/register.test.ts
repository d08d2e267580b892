import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { patchConfiguration } from '../../../bff/configurations/patch.ts'
import { isRefusal } from '../../../bff/contract/refusal.ts'
import { type Registration, registrationSchema } from '../../../bff/contract/service.ts'
import { listLog } from '../../../bff/log/list.ts'
import { putService } from '../../../bff/services/put.ts'
import { Refresher } from '../../../bff/services/refresh.ts'
import { registerService } from '../../../bff/services/register.ts'
import { serviceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'
import { type House, openHouse, STAFF } from '../house.ts'
import { account } from '../panel-in-memory.ts'

let house: House
let refresher: Refresher
beforeEach(async () => {
  house = await openHouse()
  refresher = new Refresher({
    db: house.deps.db,
    clock: house.clock,
    panelOf: (tenant, id) => house.deps.panels.panelOf(tenant, id),
    report: (error) => assert.fail(String(error)),
  })
})
afterEach(() => house.end())

const described = (value: object): Registration => registrationSchema.parse(value)
const register = (value: object, tenant = tenantId('one')) =>
  registerService(house.deps, tenant, STAFF, described(value))
const rowOf = async (id: string, tenant = tenantId('one')) => {
  const row = await serviceRow(house.deps.db, tenant, id)
  assert.ok(row)
  return row
}
const pointersOf = (result: object) =>
  isRefusal(result)
    ? [result.code, ...(result.faults ?? []).map((f) => `${f.pointer} ${f.code}`)]
    : result

describe('a token describes a service nobody knows', () => {
  it('is written down with only an id', async () => {
    await register({ id: 's1' })
    assert.equal((await rowOf('s1')).state, 'unprovisioned')
  })

  it('keeps what the order says, domains in their one form', async () => {
    const { id } = await house.configure()
    await register({ id: 's1', configuration: id, domain: 'Shop.Example.', label: 'Shop' })
    const { domain, label, configuration } = await rowOf('s1')
    assert.deepEqual(
      { domain, label, configuration },
      { domain: 'shop.example', label: 'Shop', configuration: id },
    )
  })

  it('registers once when two requests come at the same time', async () => {
    const both = await Promise.all([register({ id: 's1' }), register({ id: 's1' })])
    assert.deepEqual(both.map((result) => !isRefusal(result) && result.kind).sort(), [
      'known',
      'registered',
    ])
  })

  it('writes one log entry', async () => {
    await Promise.all([register({ id: 's1' }), register({ id: 's1' })])
    const { entries } = await listLog(house.deps, tenantId('one'), 's1', 'staff')
    assert.deepEqual(
      entries.map(({ message }) => message.code),
      ['log.service.registered'],
    )
  })

  it('is another service than the same id of another tenant', async () => {
    await register({ id: 's1', label: 'One' })
    await register({ id: 's1', label: 'Two' }, tenantId('two'))
    assert.equal((await rowOf('s1', tenantId('two'))).label, 'Two')
  })
})

describe('the description names a configuration the tenant cannot use', () => {
  it('refuses an unknown one with its pointer', async () => {
    const result = await register({ id: 's1', configuration: 'cfg_nothing' })
    assert.deepEqual(pointersOf(result), ['registration_invalid', '/service/configuration unknown'])
  })

  it('refuses one of another tenant in the same words', async () => {
    const { id } = await house.configure(tenantId('two'))
    const result = await register({ id: 's1', configuration: id })
    assert.deepEqual(pointersOf(result), ['registration_invalid', '/service/configuration unknown'])
  })

  it('refuses a disabled one in the same words', async () => {
    const { id } = await house.configure()
    await patchConfiguration(house.deps, tenantId('one'), STAFF, id, { disabled: true })
    const result = await register({ id: 's1', configuration: id })
    assert.deepEqual(pointersOf(result), ['registration_invalid', '/service/configuration unknown'])
  })

  it('registers nothing', async () => {
    await register({ id: 's1', configuration: 'cfg_nothing' })
    assert.equal(await serviceRow(house.deps.db, tenantId('one'), 's1'), undefined)
  })
})

describe('the description names an account', () => {
  it('needs configuration and domain beside the username', async () => {
    const result = await register({ id: 's1', username: 'shop' })
    assert.deepEqual(pointersOf(result), [
      'registration_invalid',
      '/service/configuration required',
      '/service/domain required',
    ])
  })

  it('is unknown until its account was read', async () => {
    const { id } = await house.configure()
    await register({ id: 's1', configuration: id, domain: 'shop.example', username: 'shop' })
    const { state, bound_at } = await rowOf('s1')
    assert.deepEqual({ state, bound_at }, { state: 'unknown', bound_at: null })
  })

  it('is bound once its account was read and has the domain', async () => {
    const { id } = await house.configure()
    house.server.accounts.set('shop', account('shop'))
    await register({ id: 's1', configuration: id, domain: 'Shop.Example', username: 'shop' })
    const read = await refresher.refresh(tenantId('one'), 's1')
    assert.equal(read?.service.state, 'active')
    assert.equal(read?.service.bound_at, house.clock.now())
  })

  it('is refused when the account has another domain', async () => {
    const { id } = await house.configure()
    house.server.accounts.set('shop', account('shop', { domain: 'other.example' }))
    await register({ id: 's1', configuration: id, domain: 'shop.example', username: 'shop' })
    const read = await refresher.refresh(tenantId('one'), 's1')
    assert.equal(read?.service.link_refused, 'link_refused')
    assert.equal(read?.service.bound_at, null)
  })

  it('is refused when the account is bound in another tenant, not saying where', async () => {
    const first = await house.configure(tenantId('two'))
    const second = await house.configure(tenantId('one'))
    house.server.accounts.set('shop', account('shop'))
    await register(
      { id: 'x', configuration: first.id, domain: 'shop.example', username: 'shop' },
      tenantId('two'),
    )
    await refresher.refresh(tenantId('two'), 'x')
    await register({ id: 's1', configuration: second.id, domain: 'shop.example', username: 'shop' })
    const row = await rowOf('s1')
    assert.equal(row.link_refused, 'link_refused')
    const log = JSON.stringify(await listLog(house.deps, tenantId('one'), 's1', 'staff'))
    assert.ok(!log.includes('two'))
  })

  it('binds one of two services that describe the same account at the same time', async () => {
    const { id } = await house.configure()
    house.server.accounts.set('shop', account('shop'))
    const description = { configuration: id, domain: 'shop.example', username: 'shop' }
    await register({ id: 'a', ...description })
    await register({ id: 'b', ...description })
    await Promise.all([
      refresher.refresh(tenantId('one'), 'a'),
      refresher.refresh(tenantId('one'), 'b'),
    ])
    const rows = [await rowOf('a'), await rowOf('b')]
    assert.equal(rows.filter(({ bound_at }) => bound_at !== null).length, 1)
    assert.equal(rows.filter(({ link_refused }) => link_refused !== null).length, 1)
  })

  it('is refused for root and for the user of the token', async () => {
    const { id } = await house.configure()
    for (const username of ['root', 'provision']) {
      house.server.accounts.set(username, account(username, { domain: 'shop.example' }))
      await register({ id: username, configuration: id, domain: 'shop.example', username })
      assert.equal((await rowOf(username)).link_refused, 'link_refused')
    }
  })
})

describe('a service that is known is described again', () => {
  it('changes nothing when a token does it', async () => {
    await register({ id: 's1', label: 'First' })
    await register({ id: 's1', label: 'Second' })
    assert.equal((await rowOf('s1')).label, 'First')
  })

  it('is not even looked at for faults when a token does it', async () => {
    await register({ id: 's1' })
    const result = await register({ id: 's1', configuration: 'cfg_nothing' })
    assert.equal(!isRefusal(result) && result.kind, 'known')
  })

  it('takes the order of the host and its configuration while there is no account', async () => {
    const { id } = await house.configure()
    await register({ id: 's1', label: 'First' })
    await putService(
      house.deps,
      tenantId('one'),
      STAFF,
      described({ id: 's1', label: 'Second', configuration: id }),
    )
    const { label, configuration } = await rowOf('s1')
    assert.deepEqual({ label, configuration }, { label: 'Second', configuration: id })
  })

  it('does not change twice when the host says the same twice', async () => {
    const same = described({ id: 's1', label: 'Same', domain: 'same.example' })
    await putService(house.deps, tenantId('one'), STAFF, same)
    await putService(house.deps, tenantId('one'), STAFF, same)
    assert.equal((await rowOf('s1')).version, 1)
  })

  it('keeps its configuration once it is bound', async () => {
    const [first, second] = [
      await house.configure(),
      await house.configure(tenantId('one'), 'other.example'),
    ]
    house.server.accounts.set('shop', account('shop'))
    await register({ id: 's1', configuration: first.id, domain: 'shop.example', username: 'shop' })
    await refresher.refresh(tenantId('one'), 's1')
    const result = await putService(
      house.deps,
      tenantId('one'),
      STAFF,
      described({ id: 's1', configuration: second.id }),
    )
    assert.deepEqual(pointersOf(result), ['configuration_fixed'])
  })

  it('points into the body of a PUT', async () => {
    const result = await putService(
      house.deps,
      tenantId('one'),
      STAFF,
      described({ id: 's1', domain: 'no domain' }),
    )
    assert.deepEqual(pointersOf(result), ['registration_invalid', '/domain format'])
  })
})
