import { holdersOf } from '../../db/account-locks.ts'
import { type ConfigurationRow, configurationRow } from '../../db/configurations.ts'
import { type OperationRow, unfinishedOperation } from '../../db/operations.ts'
import { type ServiceRow, serviceRow } from '../../db/services.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Role } from '../contract/scopes.ts'
import type { Situation } from '../providers/provider.ts'
import { allowancesOf } from './daily-caps.ts'
import type { EngineDeps } from './deps.ts'
import type { Surroundings, Unreachable } from './policy.ts'
import { situationFrom } from './situation.ts'

/** One service with everything an action is judged by. */
export interface ServiceContext {
  readonly service: ServiceRow
  readonly configuration: ConfigurationRow | undefined
  readonly unfinished: OperationRow | undefined
  readonly situation: Situation
  readonly around: Surroundings
}

/** What is known of the way to the server now; that it was left alone is true no longer than it lasts. */
function unreachableNow(
  { lines }: Pick<EngineDeps, 'lines'>,
  configuration: ConfigurationRow | undefined,
  lately: Unreachable | undefined,
): Unreachable | undefined {
  const until = configuration === undefined ? undefined : lines.until(configuration.server)
  if (until !== undefined) return { code: 'server_unreachable', until }
  return lately?.until === undefined ? lately : undefined
}

/** @returns undefined when the tenant has no such service */
export async function serviceContext(
  deps: Pick<EngineDeps, 'db' | 'clock' | 'lines'>,
  tenant: TenantId,
  id: string,
  role: Role,
  unreachable?: Unreachable,
): Promise<ServiceContext | undefined> {
  const service = await serviceRow(deps.db, tenant, id)
  if (service === undefined) return undefined
  const now = deps.clock.now()
  const [configuration, unfinished, holders, allowances] = await Promise.all([
    service.configuration === null
      ? undefined
      : configurationRow(deps.db, tenant, service.configuration),
    unfinishedOperation(deps.db, tenant, id),
    service.server !== null && service.username !== null && service.bound_at !== null
      ? holdersOf(deps.db, service.server, [service.username])
      : [],
    role === 'client' ? undefined : allowancesOf(deps.db, tenant, now),
  ])
  return {
    service,
    configuration,
    unfinished,
    situation: situationFrom(service, configuration, role, now),
    around: {
      service,
      configuration,
      account_busy: holders.some((holder) => holder.operation !== unfinished?.id),
      unreachable: unreachableNow(deps, configuration, unreachable),
      allowances,
    },
  }
}
