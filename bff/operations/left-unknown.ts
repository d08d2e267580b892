import type { Statement } from '../../db/connect.ts'
import type { Claim, OperationRow, StepRow } from '../../db/operations.ts'
import type { Provider } from '../providers/provider.ts'
import { attentionStatements } from './finish.ts'
import { stepMove } from './moves.ts'

/** The step that is not sent any more although an earlier call of it may have happened that no reading would show. Pure. */
export function leftUnknown(
  steps: readonly StepRow[],
  provider: Pick<Provider, 'steps'>,
): StepRow | undefined {
  return steps.find(({ name, state, attempt }) => {
    const earlier = state === 'pending' ? attempt : attempt - 1
    const isOpen = state === 'pending' || state === 'sent'
    return isOpen && earlier > 0 && provider.steps[name]?.proof !== 'by_reading'
  })
}

/** Nothing more is sent, and nobody can say that nothing was done: a person must look. */
export function leftUnknownStatements(
  claim: Claim,
  operation: OperationRow,
  step: StepRow,
  now: number,
): Statement[] {
  const waiting = { code: 'waiting.attention_still_unknown' }
  return [
    ...attentionStatements(claim, operation, waiting, now, step),
    ...stepMove(operation, step.seq, 'left_unknown'),
  ]
}
