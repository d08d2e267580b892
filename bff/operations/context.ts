import { holdersOf } from '../../db/account-locks.ts'
import { type ConfigurationRow, configurationRow } from '../../db/configurations.ts'
import type { Database } from '../../db/connect.ts'
import { type OperationRow, unfinishedOperation } from '../../db/operations.ts'
import { type ServiceRow, serviceRow } from '../../db/services.ts'
import type { Clock } from '../contract/clock.ts'
import type { Role } from '../contract/scopes.ts'
import type { Situation } from '../providers/provider.ts'
import type { Surroundings } from './policy.ts'
import { situationFrom } from './situation.ts'

/** One service with everything an action is judged by. */
export interface ServiceContext {
  readonly service: ServiceRow
  readonly configuration: ConfigurationRow | undefined
  readonly unfinished: OperationRow | undefined
  readonly situation: Situation
  readonly around: Surroundings
}

/** @returns undefined when the tenant has no such service */
export async function serviceContext(
  deps: { readonly db: Database; readonly clock: Clock },
  tenant: string,
  id: string,
  role: Role,
  unreachable?: { readonly code: string },
): Promise<ServiceContext | undefined> {
  const service = await serviceRow(deps.db, tenant, id)
  if (service === undefined) return undefined
  const [configuration, unfinished, holders] = await Promise.all([
    service.configuration === null
      ? undefined
      : configurationRow(deps.db, tenant, service.configuration),
    unfinishedOperation(deps.db, tenant, id),
    service.server !== null && service.username !== null && service.bound_at !== null
      ? holdersOf(deps.db, service.server, [service.username])
      : [],
  ])
  return {
    service,
    configuration,
    unfinished,
    situation: situationFrom(service, configuration, role, deps.clock.now()),
    around: {
      service,
      configuration,
      account_busy: holders.some((holder) => holder.operation !== unfinished?.id),
      unreachable,
    },
  }
}
