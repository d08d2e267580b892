import { guarded, type Statement } from '../../db/connect.ts'
import {
  type Claim,
  heldOperationChanged,
  idleOperationChanged,
  type OwnOperation,
  stepChanged,
  stepsChanged,
} from '../../db/operations.ts'
import type { TenantId } from '../contract/ids.ts'
import {
  type HolderEvent,
  type HolderStepEvent,
  OPERATION_MOVES,
  type PersonEvent,
  STEP_MOVES,
} from './machine.ts'

type HeldSet = Omit<Parameters<typeof heldOperationChanged>[3], 'state'>
type IdleSet = Omit<Parameters<typeof idleOperationChanged>[3], 'state'>
type StepSet = Omit<Parameters<typeof stepChanged>[3], 'state'>

function stateOf<State extends string>(to: State | 'same'): { state?: State } {
  // `same` was taken out; what is left is a state.
  return to === 'same' ? {} : { state: to as State }
}

/** A runner's move of the operation it holds. Refuses the whole batch when the row is not its own or not in a state of that move. */
export function heldMove(
  claim: Claim,
  now: number,
  event: HolderEvent,
  set: HeldSet = {},
): Statement[] {
  const { from, to } = OPERATION_MOVES[event]
  return [heldOperationChanged(claim, now, from, { ...stateOf(to), ...set }), ...guarded()]
}

/** A person's move of an operation. Refuses the whole batch when it is in no state of that move. */
export function personMove(
  tenant: TenantId,
  id: string,
  event: PersonEvent,
  set: IdleSet = {},
): Statement[] {
  const { from, to } = OPERATION_MOVES[event]
  return [idleOperationChanged(tenant, id, from, { ...stateOf(to), ...set }), ...guarded()]
}

/** A move of one step, in the batch of its operation's move. Refuses the whole batch when the step is in no state of it. */
export function stepMove(
  operation: OwnOperation,
  seq: number,
  event: HolderStepEvent,
  set: StepSet = {},
): Statement[] {
  const { from, to } = STEP_MOVES[event]
  return [stepChanged(operation, seq, from, { ...stateOf(to), ...set }), ...guarded()]
}

/** What was planned behind a step that failed is never looked at. */
export function restNeverReached(operation: OwnOperation): Statement {
  const { from, to } = STEP_MOVES.never_reached
  return stepsChanged(operation, from, to)
}
