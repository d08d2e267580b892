import type { Database } from '../../db/connect.ts'
import { type ServiceRow, serviceRow } from '../../db/services.ts'
import { configurationIdSchema, serviceIdSchema, type TenantId } from '../contract/ids.ts'
import { type Service, serviceStateSchema } from '../contract/service.ts'

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** A service as it crosses the wire. Pure. */
export function presentService(row: ServiceRow): Service {
  return {
    id: serviceIdSchema.parse(row.id),
    label: row.label,
    state: serviceStateSchema.parse(row.state),
    since: instant(row.since),
    as_of: instant(row.snapshot_at),
    version: row.version,
    configuration:
      row.configuration === null ? null : configurationIdSchema.parse(row.configuration),
    username: row.username,
    domain: row.domain,
    package: row.package,
  }
}

/** @returns undefined when the tenant has no such service */
export async function getService(
  deps: { readonly db: Database },
  tenant: TenantId,
  id: string,
): Promise<Service | undefined> {
  const row = await serviceRow(deps.db, tenant, id)
  return row === undefined ? undefined : presentService(row)
}
