import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createConfiguration } from '../../bff/configurations/create.ts'
import { Panels } from '../../bff/configurations/panels.ts'
import type { ConfigurationView } from '../../bff/configurations/view.ts'
import type { TenantId } from '../../bff/contract/ids.ts'
import type { Actor } from '../../bff/contract/operation.ts'
import { isRefusal } from '../../bff/contract/refusal.ts'
import type { OperatorDeps } from '../../bff/http/operator/door.ts'
import { ServerLines } from '../../bff/providers/server-line.ts'
import { parseKeyRing } from '../../bff/vault/key-ring.ts'
import { createVault } from '../../bff/vault/vault.ts'
import { tenantInserted } from '../../db/tenants.ts'
import { fileDatabase, type TestDatabase } from '../db/databases.ts'
import { tenantId } from '../tenant-id.ts'
import { ServerInMemory } from './panel-in-memory.ts'

export const STAFF: Actor = { role: 'staff', label: 'Ann' }

/** The rooms between HTTP and a provider, on a database of their own, with two tenants `one` and `two`. */
export interface House {
  readonly test: TestDatabase
  readonly server: ServerInMemory
  readonly deps: OperatorDeps
  readonly clock: { time: number; now(): number }
  readonly reports: string[]
  configure(tenant?: TenantId, host?: string): Promise<ConfigurationView>
  end(): Promise<void>
}

export async function openHouse(): Promise<House> {
  const test = await fileDatabase()
  const { db } = test
  const clock = { time: Date.UTC(2026, 10, 23), now: () => clock.time }
  const server = new ServerInMemory()
  const reports: string[] = []
  const vault = createVault(parseKeyRing(`test:${randomBytes(32).toString('base64')}`))
  const allowedHosts = ['localhost', '10.1.0.0/16']
  const panels = new Panels({
    db,
    provider: server.provider,
    vault,
    allowedHosts,
    lines: new ServerLines(clock),
    report: (error, about) => reports.push(`${about}: ${error}`),
  })
  const deps = { db, clock, vault, provider: server.provider, panels, allowedHosts }
  for (const id of [tenantId('one'), tenantId('two')])
    await db.write([
      tenantInserted(db, {
        id,
        label: id,
        issuer: `https://${id}.example`,
        algorithms: '["ES256"]',
        origins: '[]',
        created_at: clock.now(),
      }),
    ])
  return {
    test,
    server,
    deps,
    clock,
    reports,
    async configure(tenant: TenantId = tenantId('one'), host = 'whm.example') {
      const made = await createConfiguration(deps, tenant, STAFF, {
        label: 'Main',
        host,
        port: 2087,
        user: 'provision',
        token: 'TOKEN-of-the-server',
      })
      assert.ok(!isRefusal(made), JSON.stringify(made))
      return made
    },
    async end() {
      await panels.close()
      await test.end()
    },
  }
}
