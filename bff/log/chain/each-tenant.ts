import { type EvidenceBroken, isEvidenceBroken } from '../../../db/evidence-rows.ts'
import type { TenantId } from '../../contract/ids.ts'

/** Does something for each tenant. Where a row of one's log cannot be read that is told, and the others have their turn. */
export async function eachTenant(
  tenants: readonly TenantId[],
  broken: (error: EvidenceBroken, tenant: TenantId) => void,
  work: (tenant: TenantId) => Promise<void>,
): Promise<void> {
  for (const tenant of tenants) {
    try {
      await work(tenant)
    } catch (error) {
      if (!isEvidenceBroken(error)) throw error
      broken(error, tenant)
    }
  }
}
