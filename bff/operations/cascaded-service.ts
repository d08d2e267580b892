import type { Statement } from '../../db/connect.ts'
import type { ServiceRow } from '../../db/services.ts'
import { serverFieldsForgotten, serviceSettled } from '../../db/settlement.ts'
import type { StepHandler } from '../providers/provider.ts'
import { serviceColumns } from './finish.ts'
import { lastSuspend } from './last-suspend.ts'
import type { Turn } from './turn.ts'

/** What a cascade's step makes of the service its account belongs to: the same as if it had been done there. */
export function cascadedService(
  turn: Turn,
  other: ServiceRow,
  effect: NonNullable<StepHandler['effect']>,
  now: number,
): Statement[] {
  const { tenant, id, username } = other
  const { change } = turn.action.settle(turn.situation, turn.input, null)
  const gone = effect === 'deleted'
  const columns = serviceColumns(
    other,
    turn.operation.server,
    gone ? { state: effect, unbind: true } : { state: effect },
    null,
    now,
  )
  const lifted = effect === 'active' ? { last_suspend: null } : {}
  const suspended =
    effect === 'suspended' && username !== null
      ? { last_suspend: lastSuspend([username], change) }
      : {}
  return [
    serviceSettled(tenant, id, { ...columns, ...lifted, ...suspended }),
    ...(gone ? [serverFieldsForgotten(tenant, id)] : []),
  ]
}
