import type { TenantId } from '../bff/contract/ids.ts'

/** A tenant's id of a test's own. */
export function tenantId(id: string): TenantId {
  // Only a test may take text for one: it writes the tenant's row itself.
  return id as TenantId
}
