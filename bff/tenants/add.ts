import { type Database, isUniqueConflict } from '../../db/connect.ts'
import { type TenantRow, tenantByIssuer, tenantInserted } from '../../db/tenants.ts'
import type { Clock } from '../contract/clock.ts'
import { makeId } from '../contract/ids.ts'
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
 * @returns `issuer_taken` when another tenant has that issuer
 */
export async function addTenant(
  { db, clock }: TenantDeps,
  input: TenantInput,
): Promise<TenantView | 'issuer_taken'> {
  const now = clock.now()
  const row = {
    id: makeId('ten', now),
    label: input.label,
    issuer: input.issuer,
    algorithms: JSON.stringify(input.algorithms),
    jwks: input.jwks === undefined ? null : JSON.stringify(input.jwks),
    jwks_url: input.jwks_url ?? null,
    origins: JSON.stringify(input.origins),
    client_actions:
      input.client_actions === undefined ? null : JSON.stringify(input.client_actions),
    step_up: input.step_up === undefined ? null : JSON.stringify(input.step_up),
    limits: input.limits === undefined ? null : JSON.stringify(input.limits),
    created_at: now,
  }
  try {
    await db.write([tenantInserted(db, row)])
  } catch (error) {
    if (!isUniqueConflict(error)) throw error
    const known = await tenantByIssuer(db, input.issuer)
    const same = known !== undefined && isSame(known, row)
    return same ? tenantView(known) : 'issuer_taken'
  }
  return tenantView(row)
}

/** Whether two rows are the same but for their id and time. Pure. */
function isSame(one: TenantRow, other: TenantRow): boolean {
  return (
    JSON.stringify({ ...one, id: '', created_at: 0 }) ===
    JSON.stringify({ ...other, id: '', created_at: 0 })
  )
}
