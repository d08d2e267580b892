import { configurationsWithUse } from '../../db/configurations.ts'
import type { TenantId } from '../contract/ids.ts'
import type { ConfigurationDeps } from './deps.ts'
import { type ConfigurationView, viewOf } from './view.ts'

/** A tenant's configurations, oldest first. */
export async function listConfigurations(
  deps: Pick<ConfigurationDeps, 'db' | 'provider'>,
  tenant: TenantId,
): Promise<ConfigurationView[]> {
  const rows = await configurationsWithUse(deps.db, tenant)
  return rows.map((row) => viewOf(row, deps.provider.actions))
}

/** @returns undefined when the tenant has no such configuration */
export async function getConfiguration(
  deps: Pick<ConfigurationDeps, 'db' | 'provider'>,
  tenant: TenantId,
  id: string,
): Promise<ConfigurationView | undefined> {
  const [row] = await configurationsWithUse(deps.db, tenant, id)
  return row === undefined ? undefined : viewOf(row, deps.provider.actions)
}
