import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TenantId } from '../../bff/contract/ids.ts'
import {
  configurationInserted,
  configurationMoved,
  configurationRemoved,
  configurationsWithUse,
} from '../../db/configurations.ts'
import { guarded } from '../../db/connect.ts'
import { GuardFailed, UniqueConflict } from '../../db/errors.ts'
import { fieldsOfService, fieldWritten } from '../../db/fields.ts'
import { logPage, logPageQuery } from '../../db/log.ts'
import { serverKnown } from '../../db/servers.ts'
import {
  accountIsBound,
  idleServiceChanged,
  serviceInserted,
  serviceRow,
} from '../../db/services.ts'
import { entryInserted, serverFieldsReplaced } from '../../db/settlement.ts'
import { tenantByIssuer, tenantInserted } from '../../db/tenants.ts'
import { tenantId } from '../tenant-id.ts'
import { KINDS, type TestDatabase } from './databases.ts'

const ADDRESS = { provider: 'cpanel', host: 'whm.example', port: 2087 }

for (const [name, start] of KINDS) {
  describe(`what is asked of ${name}`, () => {
    let test: TestDatabase
    before(async () => {
      test = await start()
      const { db } = test
      const configuration = (id: string, tenant: TenantId) =>
        configurationInserted(
          { id, tenant, label: id, api_user: 'root', token: 'sealed', created_at: 1 },
          ADDRESS,
        )
      await db.write([
        ...['one', 'two'].map(tenantId).map((id) =>
          tenantInserted(db, {
            id,
            label: id,
            issuer: `https://${id}.example`,
            algorithms: '[]',
            origins: '[]',
            created_at: 1,
          }),
        ),
        serverKnown(ADDRESS, 'srv_1', 1),
        serverKnown(ADDRESS, 'srv_2', 2),
        configuration('cfg_used', tenantId('one')),
        configuration('cfg_idle', tenantId('one')),
        configuration('cfg_other', tenantId('two')),
        serviceInserted({
          id: 's1',
          tenant: tenantId('one'),
          since: 1,
          created_at: 1,
          configuration: 'cfg_used',
        }),
        serviceInserted({
          id: 's1',
          tenant: tenantId('two'),
          since: 1,
          created_at: 1,
          configuration: 'cfg_other',
        }),
      ])
    })
    after(() => test.end())

    const seen = async (tenant: TenantId) => {
      const row = await serviceRow(test.db, tenant, 's1')
      assert.ok(row)
      return row
    }
    const bound = { server: 'srv_1', username: 'shop', bound_at: 5 }

    it('finds a tenant by its issuer alone', async () => {
      assert.equal((await tenantByIssuer(test.db, 'https://two.example'))?.id, 'two')
      assert.equal(await tenantByIssuer(test.db, 'https://two.example/'), undefined)
    })

    it('keeps nothing for a tenant that was removed meanwhile', async () => {
      const late = { id: 's9', tenant: tenantId('gone'), since: 1, created_at: 1 }
      await assert.rejects(test.db.write([serviceInserted(late)]))
      await assert.rejects(
        test.db.write([
          configurationInserted(
            {
              id: 'cfg_9',
              tenant: late.tenant,
              label: 'x',
              api_user: 'x',
              token: 'x',
              created_at: 1,
            },
            ADDRESS,
          ),
        ]),
      )
    })

    it('counts the services of each configuration of one tenant', async () => {
      const rows = await configurationsWithUse(test.db, tenantId('one'))
      assert.deepEqual(
        rows.map(({ configuration, services }) => [configuration.id, services]),
        [
          ['cfg_idle', 0],
          ['cfg_used', 1],
        ],
      )
    })

    it('keeps one row for one server', async () => {
      const rows = await configurationsWithUse(test.db, tenantId('one'), 'cfg_used')
      assert.equal(rows[0]?.configuration.server, 'srv_1')
    })

    it('neither moves nor removes a configuration in use', async () => {
      for (const statement of [
        configurationMoved(tenantId('one'), 'cfg_used', ADDRESS),
        configurationRemoved(tenantId('one'), 'cfg_used'),
        configurationRemoved(tenantId('two'), 'cfg_idle'),
      ])
        await assert.rejects(test.db.write([statement, ...guarded()]), GuardFailed)
    })

    it('removes one that nothing uses', async () => {
      await test.db.write([configurationRemoved(tenantId('one'), 'cfg_idle'), ...guarded()])
      assert.equal((await configurationsWithUse(test.db, tenantId('one'))).length, 1)
    })

    it('binds an account to one service over all tenants', async () => {
      await test.db.write([idleServiceChanged(await seen(tenantId('one')), bound), ...guarded()])
      assert.equal(await accountIsBound(test.db, 'srv_1', 'shop'), true)
      await assert.rejects(
        test.db.write([idleServiceChanged(await seen(tenantId('two')), bound), ...guarded()]),
        UniqueConflict,
      )
    })

    it('does not change a service that has changed since it was seen', async () => {
      const old = { ...(await seen(tenantId('one'))), version: 1 }
      await assert.rejects(
        test.db.write([idleServiceChanged(old, { state: 'deleted' }), ...guarded()]),
        GuardFailed,
      )
    })

    it('never overwrites what the server said with what staff say', async () => {
      await test.db.write(serverFieldsReplaced(tenantId('one'), 's1', { ip: '"192.0.2.1"' }, 7))
      const typed = {
        tenant: tenantId('one'),
        service: 's1',
        name: 'ip',
        value: '"x"',
        source: 'staff',
        as_of: 8,
      }
      await assert.rejects(test.db.write([fieldWritten(typed), ...guarded()]), GuardFailed)
      assert.equal((await fieldsOfService(test.db, tenantId('one'), 's1'))[0]?.value, '"192.0.2.1"')
    })

    it('reads a page of the log along its index, without sorting', async () => {
      const page = {
        tenant: tenantId('one'),
        service: 's1',
        client: true,
        before: 'log_z',
        limit: 50,
      }
      const { sql, params } = logPageQuery(test.db, page).toSQL()
      const explained = { toSQL: () => ({ sql: `EXPLAIN QUERY PLAN ${sql}`, params }) }
      const [plan] = await test.db.write([explained])
      const steps = plan?.rows.map(({ detail }) => String(detail)).join('; ') ?? ''
      assert.match(steps, /USING INDEX log_of_service \(tenant=\? AND service=\? AND id<\?\)/)
      assert.doesNotMatch(steps, /TEMP B-TREE/)
    })

    it('searches the log for wildcards as themselves', async () => {
      const entry = (id: string, reason: string) =>
        entryInserted({
          id,
          tenant: tenantId('one'),
          service: 's1',
          at: 1,
          level: 'info',
          actor: '{}',
          role: 'staff',
          action: 'suspend',
          reason,
          code: 'c',
          params: '{}',
          client_visible: true,
        })
      await test.db.write([entry('log_1', 'a%b_c\\d'), entry('log_2', 'aXbYcZd')])
      const query = { tenant: tenantId('one'), service: 's1', client: false, limit: 10 }
      for (const text of ['a%b', 'b_c', 'c\\d']) {
        const rows = await logPage(test.db, { ...query, text })
        assert.deepEqual(
          rows.map(({ id }) => id),
          ['log_1'],
        )
      }
    })
  })
}
