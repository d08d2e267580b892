import { configurationRemoved, configurationsWithUse } from '../../db/configurations.ts'
import { guarded, isGuardFailed } from '../../db/connect.ts'
import type { TenantId } from '../contract/ids.ts'
import { type Refusal, refused } from '../contract/refusal.ts'
import { logged } from '../log/append.ts'
import type { StoredActor } from '../log/stored-actor.ts'
import type { ConfigurationDeps } from './deps.ts'

/**
 * Removes a configuration that no service uses.
 *
 * @returns a refusal `not_found`, or `configuration_in_use` whose message has the number of services
 */
export async function removeConfiguration(
  deps: Pick<ConfigurationDeps, 'db' | 'clock'>,
  tenant: TenantId,
  actor: StoredActor,
  id: string,
): Promise<{ readonly kind: 'removed' } | Refusal> {
  const inUse = (services: number) =>
    refused('configuration_in_use', {
      message: { code: 'reason.configuration_in_use', params: { count: services } },
    })
  const [row] = await configurationsWithUse(deps.db, tenant, id)
  if (row === undefined) return refused('not_found')
  if (row.services > 0) return inUse(row.services)
  const now = deps.clock.now()
  try {
    await deps.db.write([
      configurationRemoved(tenant, id),
      ...guarded(),
      ...logged({
        tenant,
        service: null,
        now,
        level: 'warning',
        actor,
        action: 'configuration',
        message: {
          code: 'log.configuration.removed',
          params: { configuration: row.configuration.label },
        },
        detail: [{ code: 'detail.configuration', value: id }],
      }),
    ])
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    const [current] = await configurationsWithUse(deps.db, tenant, id)
    return current === undefined ? refused('not_found') : inUse(current.services)
  }
  return { kind: 'removed' }
}
