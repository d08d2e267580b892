import { guarded, isGuardFailed } from '../../db/connect.ts'
import {
  type Standing,
  standingOf,
  type TenantRow,
  tenantById,
  tenantChanged,
} from '../../db/tenants.ts'
import type { Actor } from '../contract/operation.ts'
import { logged } from '../log/append.ts'
import type { TenantDeps } from './add.ts'
import { type TenantView, tenantView } from './view.ts'

/** A tenant that was enabled or disabled, and what it has under way. */
export interface Switched extends Pick<Standing, 'under_way' | 'scheduled'> {
  readonly tenant: TenantView
}

/**
 * Disables a tenant, or enables it again; what is so already stays as it is.
 *
 * A disabled tenant's tokens are refused as those of an issuer nobody knows, on every replica within five seconds, and
 * its streams end. What is under way runs on to its end: a call to a server cannot be taken back. What is planned for a
 * date waits, and once the tenant is enabled again begins, or goes to a person where its date is long past.
 *
 * @returns undefined when the tenant has gone meanwhile
 */
export async function switchTenant(
  deps: TenantDeps,
  actor: Actor,
  row: TenantRow,
  enabled: boolean,
): Promise<Switched | undefined> {
  const { db, clock } = deps
  const now = clock.now()
  if ((row.disabled_at === null) !== enabled) {
    try {
      await db.write([
        tenantChanged(row, { disabled_at: enabled ? null : now }),
        ...guarded(),
        ...logged({
          tenant: row.id,
          service: null,
          now,
          level: 'warning',
          actor,
          action: 'tenant',
          message: {
            code: enabled ? 'log.tenant.enabled' : 'log.tenant.disabled',
            params: { tenant: row.label },
          },
        }),
      ])
    } catch (error) {
      if (!isGuardFailed(error)) throw error
      // Changed since it was read: what is asked for does not depend on what it was.
      const current = await tenantById(db, row.id)
      return current === undefined ? undefined : switchTenant(deps, actor, current, enabled)
    }
  }
  const after = await tenantById(db, row.id)
  if (after === undefined) return undefined
  const { under_way, scheduled } = await standingOf(db, row.id)
  return { tenant: tenantView(after), under_way, scheduled }
}
