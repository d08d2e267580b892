import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import { givenColumns } from './columns.ts'
import type { Database, Statement } from './connect.ts'
import { preparedFor } from './prepared.ts'
import { services } from './schema.ts'

export type ServiceRow = typeof services.$inferSelect
type ServiceSet = Partial<Omit<ServiceRow, 'tenant' | 'id' | 'version' | 'created_at'>>

const byId = preparedFor((db) =>
  db.orm
    .select()
    .from(services)
    .where(
      and(eq(services.tenant, sql.placeholder('tenant')), eq(services.id, sql.placeholder('id'))),
    )
    .prepare(),
)

export async function serviceRow(
  db: Database,
  tenant: TenantId,
  id: string,
): Promise<ServiceRow | undefined> {
  const rows = await byId(db).all({ tenant, id })
  return rows[0]
}

/**
 * Whether a service is bound to this account.
 *
 * Over all tenants: an account is bound to one service of all of them. Whose it is, is not even read.
 */
export async function accountIsBound(
  db: Database,
  server: string,
  username: string,
): Promise<boolean> {
  const rows = await db.orm
    .select({ id: services.id })
    .from(services)
    .where(
      and(
        eq(services.server, server),
        eq(services.username, username),
        isNotNull(services.bound_at),
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** Inserts a service unless the tenant has one of that id; put `guarded()` behind it to learn which. */
export function serviceInserted(row: typeof services.$inferInsert): Statement {
  const { names, values } = givenColumns(row)
  return {
    sql: `INSERT INTO service (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
          ON CONFLICT DO NOTHING`,
    args: values,
  }
}

/** States in which an operation may be changing the account. */
const WORKING = `('leased', 'running', 'checking', 'attention')`

/**
 * Changes a service read at `version`, unless an operation may be changing its account meanwhile; put `guarded()`
 * behind it.
 */
export function idleServiceChanged(seen: ServiceRow, set: ServiceSet): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE service SET ${[...names.map((name) => `${name} = ?`), 'version = version + 1'].join(', ')}
          WHERE tenant = ? AND id = ? AND version = ?
            AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.tenant = service.tenant AND o.service = service.id
                             AND o.state IN ${WORKING})`,
    args: [...values, seen.tenant, seen.id, seen.version],
  }
}

/** Keeps what was read of the account without making it a new version. Hits no row if the service has changed. */
export function snapshotKept(seen: ServiceRow, snapshot: string, now: number): Statement {
  return {
    sql: 'UPDATE service SET snapshot = ?, snapshot_at = ? WHERE tenant = ? AND id = ? AND version = ?',
    args: [snapshot, now, seen.tenant, seen.id, seen.version],
  }
}

/** Changes the host's description of a service read at `version`; put `guarded()` behind it. */
export function serviceDescribed(seen: ServiceRow, set: ServiceSet): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE service SET ${[...names.map((name) => `${name} = ?`), 'version = version + 1'].join(', ')}
          WHERE tenant = ? AND id = ? AND version = ?`,
    args: [...values, seen.tenant, seen.id, seen.version],
  }
}
