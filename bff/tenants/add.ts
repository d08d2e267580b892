import { type Database, isUniqueConflict } from '../../db/connect.ts'
import { type TenantRow, tenantByIssuer, tenantInserted } from '../../db/tenants.ts'
import type { Clock } from '../contract/clock.ts'
import { makeId, type TenantId } from '../contract/ids.ts'
import type { Actor } from '../contract/operation.ts'
import { logged, SYSTEM_ACTOR } from '../log/append.ts'
import { columnsOf, type DescribedColumns } from './columns.ts'
import type { TenantInput } from './tenant-input.ts'
import { type TenantView, tenantView } from './view.ts'

export interface TenantDeps {
  readonly db: Database
  readonly clock: Clock
}

/**
 * Adds a tenant. One that is there already, equal in everything, is answered with: so a command whose answer was lost
 * can simply be given again.
 *
 * @param actor who adds it; nobody in particular unless told
 * @returns `issuer_taken` when another tenant has that issuer
 */
export async function addTenant(
  { db, clock }: TenantDeps,
  input: TenantInput,
  actor: Actor = SYSTEM_ACTOR,
): Promise<TenantView | 'issuer_taken'> {
  const now = clock.now()
  const columns = columnsOf(input)
  const row: TenantRow = {
    // Where a tenant begins: nobody has named it before.
    id: makeId('ten', now) as string as TenantId,
    ...columns,
    disabled_at: null,
    created_at: now,
    version: 1,
  }
  try {
    await db.write([
      tenantInserted(db, row),
      ...logged({
        tenant: row.id,
        service: null,
        now,
        level: 'info',
        actor,
        action: 'tenant',
        message: { code: 'log.tenant.added', params: { tenant: row.label, issuer: row.issuer } },
      }),
    ])
  } catch (error) {
    if (!isUniqueConflict(error)) throw error
    const known = await tenantByIssuer(db, input.issuer)
    return known !== undefined && isSame(known, columns) ? tenantView(known) : 'issuer_taken'
  }
  return tenantView(row)
}

/** Whether a tenant is described by these columns already. Pure. */
function isSame(known: TenantRow, columns: DescribedColumns): boolean {
  return Object.entries(columns).every(([name, value]) => Reflect.get(known, name) === value)
}
