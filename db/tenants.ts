import { eq, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import { givenColumns } from './columns.ts'
import { type Database, guarded, type Statement } from './connect.ts'
import { tenants } from './schema.ts'

export type TenantRow = typeof tenants.$inferSelect

export async function tenantById(db: Database, id: TenantId): Promise<TenantRow | undefined> {
  const rows = await db.orm.select().from(tenants).where(eq(tenants.id, id))
  return rows[0]
}

/**
 * Over all tenants: an issuer is unique among them; for the operator's commands.
 *
 * @param issuer exactly as in a token's `iss`
 */
export async function tenantByIssuer(db: Database, issuer: string): Promise<TenantRow | undefined> {
  const rows = await db.orm.select().from(tenants).where(eq(tenants.issuer, issuer))
  return rows[0]
}

/**
 * All tenants, oldest first.
 *
 * Over all tenants: the list itself, from which the directory and the operator learn who there is.
 */
export async function allTenants(db: Database): Promise<TenantRow[]> {
  return db.orm.select().from(tenants).orderBy(tenants.created_at, tenants.id)
}

/** Fails with `UniqueConflict` when the issuer is taken. */
export function tenantInserted(db: Database, row: typeof tenants.$inferInsert): Statement {
  return db.orm.insert(tenants).values(row)
}

/** Changes a tenant read at this version; put `guarded()` behind it. Fails with `UniqueConflict` when the issuer is taken. */
export function tenantChanged(
  { id, version }: TenantRow,
  set: Partial<Omit<TenantRow, 'id' | 'version' | 'created_at'>>,
): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE tenant SET ${[...names.map((name) => `${name} = ?`), 'version = version + 1'].join(', ')}
          WHERE id = ? AND version = ?`,
    args: [...values, id, version],
  }
}

/** What a tenant has, as numbers. */
export interface Standing {
  readonly services: number
  readonly configurations: number
  /** Operations that are not over, and not only planned. */
  readonly under_way: number
  /** Operations planned for a date. */
  readonly scheduled: number
}

/** Each count is of an index: the last two of exactly the partial ones that keep a service to one operation. */
export async function standingOf(db: Database, tenant: TenantId): Promise<Standing> {
  const [row] = await db.orm.all<Standing>(sql`SELECT
    (SELECT count(*) FROM service WHERE tenant = ${tenant}) AS services,
    (SELECT count(*) FROM configuration WHERE tenant = ${tenant}) AS configurations,
    (SELECT count(*) FROM operation WHERE tenant = ${tenant}
       AND state in ('queued','leased','running','checking','attention')) AS under_way,
    (SELECT count(*) FROM operation WHERE tenant = ${tenant} AND state = 'scheduled') AS scheduled`)
  return row ?? { services: 0, configurations: 0, under_way: 0, scheduled: 0 }
}

/**
 * Removes a tenant that has nothing, and refuses the whole batch for any other. Its log stays: entries name it by an id
 * that is never given again.
 */
export function tenantRemoved({ id, version }: TenantRow): Statement[] {
  return [
    {
      sql: `DELETE FROM tenant WHERE id = ? AND version = ?
              AND NOT EXISTS (SELECT 1 FROM service s WHERE s.tenant = tenant.id)
              AND NOT EXISTS (SELECT 1 FROM configuration c WHERE c.tenant = tenant.id)
              AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.tenant = tenant.id
                               AND o.state IN ('scheduled', 'queued', 'leased', 'running', 'checking', 'attention'))`,
      args: [id, version],
    },
    ...guarded(),
  ]
}
