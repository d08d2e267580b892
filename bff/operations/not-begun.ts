import type { Claim, OperationRow } from '../../db/operations.ts'
import type { Message } from '../contract/text.ts'
import type { PanelFault } from '../providers/provider.ts'
import type { EngineDeps } from './deps.ts'
import { logStatements } from './log.ts'
import { heldMove } from './moves.ts'

/** A planned operation in a runner's hands on its day. */
export interface HeldPlan {
  readonly deps: EngineDeps
  readonly claim: Claim
  readonly operation: OperationRow
}

/** What the server said instead of an answer: nothing for now, or something a person must hear. */
export function faultWhenDue(plan: HeldPlan, fault: PanelFault): Promise<'ended'> {
  return fault.transport ? putOff(plan) : refusedWhenDue(plan, { code: `error.${fault.code}` })
}

/** Something speaks against it that has words of its own. */
export function refusedWhenDue(plan: HeldPlan, error: Message): Promise<'ended'> {
  return notAsPlanned(plan, { code: 'waiting.due_refused', params: { cause: error.code } })
}

/** Left for a little later; how late it may begin decides how long that goes on. */
export async function putOff({ deps, claim, operation }: HeldPlan): Promise<'ended'> {
  const now = deps.clock.now()
  const until = (operation.due_at ?? now) + deps.timings.due_late
  await deps.db.write(
    heldMove(claim, now, 'put_off', {
      owner: null,
      lease_until: 0,
      next_at: now + deps.timings.due_again,
      waiting: JSON.stringify({ code: 'waiting.due_put_off', params: { until } }),
    }),
  )
  return 'ended'
}

/** Not carried out: a person must look. Nothing was sent. */
export async function notAsPlanned(
  { deps, claim, operation }: HeldPlan,
  waiting: Message,
): Promise<'ended'> {
  const now = deps.clock.now()
  await deps.db.write([
    ...heldMove(claim, now, 'needs_person', {
      // Nothing of it has begun, be it prepared: it stays a plan, which clients do not see.
      prepared: false,
      waiting: JSON.stringify(waiting),
      owner: null,
      lease_until: 0,
    }),
    ...logStatements(
      { ...operation, prepared: false },
      now,
      'warning',
      { code: 'log.operation.due_attention', params: { action: operation.action } },
      null,
      [{ code: 'detail.error', value: waiting.code }],
    ),
  ])
  return 'ended'
}
