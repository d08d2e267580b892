import { isGuardFailed } from '../../db/connect.ts'
import {
  type Standing,
  standingOf,
  type TenantRow,
  tenantById,
  tenantRemoved,
} from '../../db/tenants.ts'
import type { Actor } from '../contract/operation.ts'
import { logged } from '../log/append.ts'
import type { TenantDeps } from './add.ts'

export type Removed =
  | { readonly kind: 'removed' }
  | { readonly kind: 'in_the_way'; readonly standing: Standing }
  | { readonly kind: 'changed_meanwhile' }

const hasNothing = (standing: Standing) => Object.values(standing).every((count) => count === 0)

/** Removes a tenant that has no service, no configuration and no operation that is not over. Its log stays as evidence. */
export async function removeTenant(
  { db, clock }: TenantDeps,
  actor: Actor,
  row: TenantRow,
): Promise<Removed> {
  const now = clock.now()
  try {
    await db.write([
      ...tenantRemoved(row),
      ...logged({
        tenant: row.id,
        service: null,
        now,
        level: 'warning',
        actor,
        action: 'tenant',
        message: { code: 'log.tenant.removed', params: { tenant: row.label, issuer: row.issuer } },
      }),
    ])
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    const standing = await standingOf(db, row.id)
    if (!hasNothing(standing)) return { kind: 'in_the_way', standing }
    // Removed by a try of this very command whose answer was lost, or changed since it was read.
    const current = await tenantById(db, row.id)
    return { kind: current === undefined ? 'removed' : 'changed_meanwhile' }
  }
  return { kind: 'removed' }
}
