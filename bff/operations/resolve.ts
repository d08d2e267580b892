import { accountsUnlocked } from '../../db/account-locks.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { operationById, stepsOfOperation } from '../../db/operations.ts'
import type { Verdict } from '../contract/operation.ts'
import type { Caller } from './caller.ts'
import type { EngineDeps } from './deps.ts'
import { logStatements } from './log.ts'
import { personMove } from './moves.ts'
import { type Refusal, refusal } from './preview.ts'
import { quarantineEnd } from './retry-rule.ts'
import type { Accepted } from './submit.ts'

/** A person says what became of an operation nobody could prove. Ends in `resolved`, never in `succeeded`. */
export async function resolve(
  deps: EngineDeps,
  caller: Caller,
  id: string,
  verdict: Verdict,
): Promise<Accepted | Refusal> {
  const operation = await operationById(deps.db, caller.tenant, id)
  if (operation === undefined) return refusal('not_found')
  const steps = await stepsOfOperation(deps.db, operation)
  const now = deps.clock.now()
  const said = JSON.stringify({ ...verdict, by: caller.actor })
  // Said before by the same person, who never heard the answer.
  if (operation.state === 'resolved' && operation.verdict === said)
    return { kind: 'accepted', operation, steps }
  if (operation.state !== 'attention' || now < quarantineEnd(steps))
    return refusal('not_possible_now')
  try {
    await deps.db.write([
      ...personMove(caller.tenant, id, 'resolved', {
        finished_at: now,
        waiting: null,
        secrets: null,
        verdict: said,
      }),
      accountsUnlocked(operation),
      ...logStatements(
        { ...operation, actor: JSON.stringify(caller.actor) },
        now,
        'warning',
        { code: `log.operation.resolved_${verdict.verdict}`, params: { action: operation.action } },
        verdict.why,
      ),
    ])
  } catch (error) {
    if (isGuardFailed(error)) return refusal('not_possible_now')
    throw error
  }
  const after = await operationById(deps.db, caller.tenant, id)
  return after === undefined
    ? refusal('not_found')
    : { kind: 'accepted', operation: after, steps: await stepsOfOperation(deps.db, after) }
}
