import { and, count, eq, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import { givenColumns } from './columns.ts'
import type { Database, Statement } from './connect.ts'
import { preparedFor } from './prepared.ts'
import { configurations, servers, services } from './schema.ts'
import type { ServerAddress } from './servers.ts'

export type ConfigurationRow = typeof configurations.$inferSelect

const byId = preparedFor((db) =>
  db.orm
    .select()
    .from(configurations)
    .where(
      and(
        eq(configurations.tenant, sql.placeholder('tenant')),
        eq(configurations.id, sql.placeholder('id')),
      ),
    )
    .prepare(),
)

/** A configuration with its server's address and the number of services that use it. */
export interface ConfigurationWithUse {
  readonly configuration: ConfigurationRow
  readonly server: ServerAddress
  readonly services: number
}

export async function configurationRow(
  db: Database,
  tenant: TenantId,
  id: string,
): Promise<ConfigurationRow | undefined> {
  const rows = await byId(db).all({ tenant, id })
  return rows[0]
}

/** A tenant's configurations, oldest first; or the one asked for. */
export async function configurationsWithUse(
  db: Database,
  tenant: TenantId,
  id?: string,
): Promise<ConfigurationWithUse[]> {
  return db.orm
    .select({
      configuration: configurations,
      server: { provider: servers.provider, host: servers.host, port: servers.port },
      services: count(services.id),
    })
    .from(configurations)
    .innerJoin(servers, eq(servers.id, configurations.server))
    .leftJoin(services, eq(services.configuration, configurations.id))
    .where(
      and(
        eq(configurations.tenant, tenant),
        id === undefined ? undefined : eq(configurations.id, id),
      ),
    )
    .groupBy(configurations.id)
    .orderBy(configurations.id)
}

/** What a configuration is for, as far as it stands in clear. */
export interface ConfigurationPurpose {
  readonly label: string
  readonly api_user: string
  readonly address: ServerAddress
}

/** A tenant's enabled configurations for the same purpose; their tokens may differ. */
export async function configurationsAlike(
  db: Database,
  tenant: TenantId,
  { label, api_user, address }: ConfigurationPurpose,
): Promise<ConfigurationRow[]> {
  const rows = await db.orm
    .select({ configuration: configurations })
    .from(configurations)
    .innerJoin(servers, eq(servers.id, configurations.server))
    .where(
      and(
        eq(configurations.tenant, tenant),
        eq(configurations.label, label),
        eq(configurations.api_user, api_user),
        eq(configurations.disabled, false),
        eq(servers.provider, address.provider),
        eq(servers.host, address.host),
        eq(servers.port, address.port),
      ),
    )
  return rows.map(({ configuration }) => configuration)
}

/** Refuses the batch when there are not exactly so many configurations for that purpose any more. */
export function stillSoManyAlike(
  tenant: TenantId,
  { label, api_user, address }: ConfigurationPurpose,
  count: number,
): Statement[] {
  return [
    {
      sql: `INSERT INTO guard (ok) SELECT ? = (SELECT count(*) FROM configuration c JOIN server s ON s.id = c.server
              WHERE c.tenant = ? AND c.label = ? AND c.api_user = ? AND c.disabled = 0
                AND s.provider = ? AND s.host = ? AND s.port = ?)`,
      args: [count, tenant, label, api_user, address.provider, address.host, address.port],
    },
    { sql: 'DELETE FROM guard' },
  ]
}

/** Inserts a configuration of the server at `address`, which an earlier statement of the batch has made known. */
export function configurationInserted(
  row: Omit<typeof configurations.$inferInsert, 'server'>,
  address: ServerAddress,
): Statement {
  const { names, values } = givenColumns(row)
  return {
    sql: `INSERT INTO configuration (${names.join(', ')}, server)
          VALUES (${names.map(() => '?').join(', ')},
                  (SELECT id FROM server WHERE provider = ? AND host = ? AND port = ?))`,
    args: [...values, address.provider, address.host, address.port],
  }
}

/** Changes a configuration read at `version`; put `guarded()` behind it. */
export function configurationChanged(
  tenant: TenantId,
  id: string,
  version: number,
  set: Partial<Pick<ConfigurationRow, ChangeableColumn>>,
): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE configuration SET ${[...names.map((name) => `${name} = ?`), 'version = version + 1'].join(', ')}
          WHERE tenant = ? AND id = ? AND version = ?`,
    args: [...values, tenant, id, version],
  }
}

type ChangeableColumn =
  | 'label'
  | 'api_user'
  | 'token'
  | 'pin'
  | 'disabled'
  | 'test'
  | 'rights'
  | 'rights_at'

/** Moves a configuration that nothing uses to another address; put `guarded()` behind it. */
export function configurationMoved(
  tenant: TenantId,
  id: string,
  address: ServerAddress,
): Statement {
  return {
    sql: `UPDATE configuration SET server = (SELECT id FROM server WHERE provider = ? AND host = ? AND port = ?)
          WHERE tenant = ? AND id = ?
            AND NOT EXISTS (SELECT 1 FROM service s WHERE s.configuration = configuration.id)
            AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.configuration = configuration.id)`,
    args: [address.provider, address.host, address.port, tenant, id],
  }
}

/** Removes a configuration that no service uses; put `guarded()` behind it. */
export function configurationRemoved(tenant: TenantId, id: string): Statement {
  return {
    sql: `DELETE FROM configuration WHERE tenant = ? AND id = ?
            AND NOT EXISTS (SELECT 1 FROM service s WHERE s.configuration = configuration.id)`,
    args: [tenant, id],
  }
}

/** What a test or a look at the token's rights found; not a new version, the connection is the same. */
export function configurationObserved(
  tenant: TenantId,
  id: string,
  version: number,
  set: Partial<Pick<ConfigurationRow, 'test' | 'rights' | 'rights_at'>>,
): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE configuration SET ${names.map((name) => `${name} = ?`).join(', ')}
          WHERE tenant = ? AND id = ? AND version = ?`,
    args: [...values, tenant, id, version],
  }
}
