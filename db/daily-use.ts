import { and, eq } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import { dailyUse, tenants } from './schema.ts'

/** What a tenant has used of a day. */
export interface DayOfTenant {
  /** JSON of the tenant's own limits, or null. */
  readonly limits: string | null
  /** Accounts by what they are counted as. */
  readonly used: Readonly<Record<string, number>>
}

/** Milliseconds of a day; a day is one of UTC. */
export const DAY = 86_400_000

/** The number of a day: whole days since the epoch. Pure. */
export const dayOf = (now: number): number => Math.floor(now / DAY)

/** @param day as `dayOf` says it */
export async function dayOfTenant(
  db: Database,
  tenant: TenantId,
  day: number,
): Promise<DayOfTenant> {
  const rows = await db.orm
    .select({ limits: tenants.limits, counted: dailyUse.counted, used: dailyUse.used })
    .from(tenants)
    .leftJoin(dailyUse, and(eq(dailyUse.tenant, tenants.id), eq(dailyUse.day, day)))
    .where(eq(tenants.id, tenant))
  return {
    limits: rows[0]?.limits ?? null,
    used: Object.fromEntries(
      rows.flatMap(({ counted, used }) =>
        counted === null || used === null ? [] : [[counted, used]],
      ),
    ),
  }
}

/**
 * Put this behind the insert of an operation that counts: the whole batch is refused when the tenant has then used more
 * of the day than it may. The counting itself is a trigger's (migrations), so that no writer can forget it; so is the
 * giving back, when an operation ends with no call of it ever sent.
 *
 * @param cap accounts
 */
export function withinCap(
  tenant: TenantId,
  day: number,
  counted: string,
  cap: number,
): Statement[] {
  return [
    {
      sql: `INSERT INTO guard (ok) SELECT coalesce((SELECT used FROM daily_use
              WHERE tenant = ? AND day = ? AND counted = ?), 0) <= ?`,
      args: [tenant, day, counted, cap],
    },
    { sql: 'DELETE FROM guard' },
  ]
}
