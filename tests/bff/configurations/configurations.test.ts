import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, it } from 'node:test'
import {
  configurationChoices,
  configurationPasswordPolicy,
} from '../../../bff/configurations/choices.ts'
import { createConfiguration } from '../../../bff/configurations/create.ts'
import { getConfiguration, listConfigurations } from '../../../bff/configurations/list.ts'
import { patchConfiguration } from '../../../bff/configurations/patch.ts'
import { removeConfiguration } from '../../../bff/configurations/remove.ts'
import { testConfiguration } from '../../../bff/configurations/test.ts'
import { rightsTable } from '../../../bff/configurations/view.ts'
import { isRefusal } from '../../../bff/contract/refusal.ts'
import type { ConfigurationPatch } from '../../../bff/contract/resources.ts'
import { registrationSchema } from '../../../bff/contract/service.ts'
import { listLog } from '../../../bff/log/list.ts'
import { registerService } from '../../../bff/services/register.ts'
import { tenantId } from '../../tenant-id.ts'
import { type House, openHouse, STAFF } from '../house.ts'

let house: House
beforeEach(async () => {
  house = await openHouse()
})
afterEach(() => house.end())

const codeOf = (result: object) =>
  isRefusal(result)
    ? [result.code, ...(result.faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`)]
    : 'done'
const patch = (id: string, body: ConfigurationPatch, tenant = tenantId('one')) =>
  patchConfiguration(house.deps, tenant, STAFF, id, body)
const use = (configuration: string) =>
  registerService(
    house.deps,
    tenantId('one'),
    STAFF,
    registrationSchema.parse({ id: `s-${configuration}`, configuration }),
  )

describe('a configuration was added', () => {
  it('is shown without its token', async () => {
    const made = await house.configure()
    const shown = JSON.stringify([made, await listConfigurations(house.deps, tenantId('one'))])
    assert.ok(made.token_set)
    assert.ok(!shown.includes('TOKEN-of-the-server'))
  })

  it('keeps its token out of the database file', async () => {
    await house.configure()
    const path = house.test.url.slice('file:'.length)
    const stored = Buffer.concat([await readFile(path), await readFile(`${path}-wal`)])
    assert.ok(stored.includes('whm.example'))
    assert.ok(!stored.includes('TOKEN-of-the-server'))
  })

  it('is not seen by another tenant', async () => {
    const { id } = await house.configure()
    assert.equal(await getConfiguration(house.deps, tenantId('two'), id), undefined)
    assert.deepEqual(await listConfigurations(house.deps, tenantId('two')), [])
  })

  it('shares its server with the configuration of another tenant', async () => {
    await house.configure(tenantId('one'), 'whm.example')
    await house.configure(tenantId('two'), 'WHM.example.')
    const [result] = await house.deps.db.write([{ sql: 'SELECT count(*) AS n FROM server' }])
    assert.equal(result?.rows[0]?.n, 1)
  })

  it('is refused at the field when its host is forbidden', async () => {
    const result = await createConfiguration(house.deps, tenantId('one'), STAFF, {
      label: 'x',
      host: '169.254.169.254',
      port: 2087,
      user: 'root',
      token: 'TOKENTOKEN',
    })
    assert.deepEqual(codeOf(result), ['input_invalid', '/host address_forbidden'])
  })

  it('is in the log of the tenant, for staff only', async () => {
    await house.configure()
    const staff = await listLog(house.deps, tenantId('one'), null, 'staff')
    const client = await listLog(house.deps, tenantId('one'), null, 'client')
    assert.deepEqual(
      [staff.entries.map(({ message }) => message.code), client.entries],
      [['log.configuration.created'], []],
    )
  })
})

describe('a configuration nobody has used yet', () => {
  it('can move to another host with its token given anew', async () => {
    const { id } = await house.configure()
    const moved = await patch(id, { host: 'other.example', token: 'ANOTHER-token' })
    assert.ok(!isRefusal(moved) && moved.host === 'other.example')
  })

  it('never takes its stored token to another host', async () => {
    const { id } = await house.configure()
    assert.deepEqual(codeOf(await patch(id, { host: 'evil.example' })), [
      'input_invalid',
      '/token required',
    ])
  })

  it('can be removed', async () => {
    const { id } = await house.configure()
    await removeConfiguration(house.deps, tenantId('one'), STAFF, id)
    assert.deepEqual(await listConfigurations(house.deps, tenantId('one')), [])
  })
})

describe('a configuration that a service uses', () => {
  it('keeps its host and port', async () => {
    const { id } = await house.configure()
    await use(id)
    const result = await patch(id, { host: 'other.example', token: 'ANOTHER-token' })
    assert.deepEqual(codeOf(result), ['configuration_fixed'])
  })

  it('takes its own host again in another spelling', async () => {
    const { id } = await house.configure()
    await use(id)
    assert.equal(codeOf(await patch(id, { host: 'WHM.Example.' })), 'done')
  })

  it('says how many services keep it from being removed', async () => {
    const { id } = await house.configure()
    await use(id)
    const result = await removeConfiguration(house.deps, tenantId('one'), STAFF, id)
    assert.ok(isRefusal(result))
    assert.equal(result.code, 'configuration_in_use')
    assert.deepEqual(result.message?.params, { count: 1 })
  })
})

describe('somebody of another tenant tries a configuration', () => {
  it('finds none to change, remove, test or ask', async () => {
    const { id } = await house.configure()
    assert.deepEqual(
      [
        codeOf(await patch(id, { label: 'mine' }, tenantId('two'))),
        codeOf(await removeConfiguration(house.deps, tenantId('two'), STAFF, id)),
        codeOf(await testConfiguration(house.deps, tenantId('two'), STAFF, id)),
        codeOf(await configurationChoices(house.deps, tenantId('two'), id, 'packages')),
      ],
      Array.from({ length: 4 }, () => ['not_found']),
    )
  })
})

describe('a connection is tested', () => {
  it('remembers what came of it, and when', async () => {
    const { id } = await house.configure()
    await testConfiguration(house.deps, tenantId('one'), STAFF, id)
    const view = await getConfiguration(house.deps, tenantId('one'), id)
    assert.deepEqual(view?.test, { at: house.clock.now(), cause: 'ok', version: '11.134.0.1' })
  })

  it('keeps the fingerprint of a certificate it could not trust', async () => {
    const { id } = await house.configure()
    const certificate = {
      fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
      subject: 'CN=whm.example',
      issuer: 'CN=whm.example',
      valid_to: '2027-01-01T00:00:00Z',
    }
    house.server.outcome = { cause: 'certificate', certificate }
    const view = await testConfiguration(house.deps, tenantId('one'), STAFF, id)
    assert.ok(!isRefusal(view))
    assert.deepEqual(view.test?.certificate, certificate)
  })

  it('is forgotten when the token changes', async () => {
    const { id } = await house.configure()
    await testConfiguration(house.deps, tenantId('one'), STAFF, id)
    await patch(id, { token: 'ANOTHER-token' })
    assert.equal((await getConfiguration(house.deps, tenantId('one'), id))?.test, undefined)
  })

  it('stays when only the label changes', async () => {
    const { id } = await house.configure()
    await testConfiguration(house.deps, tenantId('one'), STAFF, id)
    await patch(id, { label: 'Renamed' })
    assert.equal((await getConfiguration(house.deps, tenantId('one'), id))?.test?.cause, 'ok')
  })

  it('works while the configuration is disabled', async () => {
    const { id } = await house.configure()
    await patch(id, { disabled: true })
    assert.equal(codeOf(await testConfiguration(house.deps, tenantId('one'), STAFF, id)), 'done')
  })
})

describe('what a token may do', () => {
  const actions = [
    { name: 'create', needs: ['create-acct', 'list-pkgs'], order: 1 },
    { name: 'unlink', needs: [], order: 2 },
  ]
  it('is unknown before it was asked', () => {
    assert.deepEqual(
      rightsTable(actions, undefined).map(({ ok }) => ok),
      [null, true],
    )
  })
  it('names what it lacks', () => {
    const [create] = rightsTable(actions, { all: false, privileges: ['create-acct'] })
    assert.deepEqual(create, { action: 'create', ok: false, missing: ['list-pkgs'] })
  })
  it('is everything for root', () => {
    assert.ok(rightsTable(actions, { all: true, privileges: [] }).every(({ ok }) => ok))
  })
})

describe('a form asks what the server offers', () => {
  it('gets it', async () => {
    const { id } = await house.configure()
    const answer = await configurationChoices(house.deps, tenantId('one'), id, 'packages')
    assert.ok('choices' in answer && answer.choices[0]?.value === 'small')
  })

  it('hears that the server is out of reach', async () => {
    const { id } = await house.configure()
    house.server.fault = { code: 'server_unreachable', transport: true }
    assert.deepEqual(codeOf(await configurationPasswordPolicy(house.deps, tenantId('one'), id)), [
      'server_unreachable',
    ])
  })

  it('hears that the configuration is disabled', async () => {
    const { id } = await house.configure()
    await patch(id, { disabled: true })
    assert.deepEqual(codeOf(await configurationChoices(house.deps, tenantId('one'), id, 'ips')), [
      'not_possible_now',
    ])
  })
})

describe('connections are kept', () => {
  it('opens one for many callers, with the token in clear', async () => {
    const { id } = await house.configure()
    await Promise.all(
      Array.from({ length: 5 }, () => house.deps.panels.panelOf(tenantId('one'), id)),
    )
    assert.deepEqual(
      house.server.targets.map(({ token }) => token),
      ['TOKEN-of-the-server'],
    )
  })

  it('opens a new one with the new token and closes the old one', async () => {
    const { id } = await house.configure()
    await house.deps.panels.panelOf(tenantId('one'), id)
    await patch(id, { token: 'ANOTHER-token' })
    await house.deps.panels.panelOf(tenantId('one'), id)
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(
      [house.server.targets.at(-1)?.token, house.server.closed],
      ['ANOTHER-token', 1],
    )
  })

  it('reports a token that cannot be unsealed, and goes on', async () => {
    const { id } = await house.configure()
    await house.deps.db.write([
      {
        sql: `UPDATE configuration SET token = ? WHERE id = ?`,
        args: ['["elsewhere","eA=="]', id],
      },
    ])
    const answer = await house.deps.panels.panelOf(tenantId('one'), id)
    assert.ok(!answer.ok && answer.fault.code === 'configuration_unreadable')
    assert.equal(house.reports.length, 1)
  })
})
