import { accountsUnlocked } from '../../db/account-locks.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { cancelWanted, nothingSent, operationById, stepsOfOperation } from '../../db/operations.ts'
import type { Caller } from './caller.ts'
import type { EngineDeps } from './deps.ts'
import { logStatements } from './log.ts'
import { OPERATION_MOVES } from './machine.ts'
import { personMove } from './moves.ts'
import { type Refusal, refusal } from './preview.ts'
import type { Accepted } from './submit.ts'

/**
 * Cancels an operation nothing was sent for. Once a call has left, cancelling means "do not send it again": the
 * operation goes on until it is known what happened.
 */
export async function cancel(
  deps: EngineDeps,
  caller: Caller,
  id: string,
): Promise<Accepted | Refusal> {
  const operation = await operationById(deps.db, caller.tenant, id)
  if (operation === undefined) return refusal('not_found')
  const now = deps.clock.now()
  try {
    await deps.db.write([
      ...personMove(caller.tenant, id, 'cancelled', {
        finished_at: now,
        waiting: null,
        secrets: null,
      }),
      ...nothingSent(operation),
      accountsUnlocked(operation),
      ...logStatements({ ...operation, actor: JSON.stringify(caller.actor) }, now, 'warning', {
        code: 'log.operation.cancelled',
        params: { action: operation.action },
      }),
    ])
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    await deps.db.write([cancelWanted(caller.tenant, id, OPERATION_MOVES.cancel_asked.from)])
  }
  const after = await operationById(deps.db, caller.tenant, id)
  if (after === undefined) return refusal('not_found')
  if (after.state !== 'cancelled' && !after.cancel_wanted) return refusal('not_possible_now')
  return { kind: 'accepted', operation: after, steps: await stepsOfOperation(deps.db, after) }
}
