import type { StepState } from '../contract/operation.ts'

/**
 * The state machine of operations and of their steps, as data. The engine's writes take their states from here, each
 * write is conditional on them, the tests play it against the engine, and the page README.md beside this file is made
 * from it.
 */

/** States of an operation in the database; on the wire `leased` is `queued`. */
export const STORED_STATES = [
  'scheduled',
  'queued',
  'leased',
  'running',
  'checking',
  'attention',
  'succeeded',
  'failed',
  'cancelled',
  'resolved',
] as const
export type StoredState = (typeof STORED_STATES)[number]

/**
 * Who may cause a move. A person has a grant for it; the holder is the one runner whose fence and lease the row has; a
 * sweep is any runner looking for work, and its statement alone decides.
 */
export type Mover = 'person' | 'holder' | 'sweep'

interface Move<From extends string, To extends string> {
  readonly by: Mover
  /** Where it starts; empty when the row comes into being. */
  readonly from: readonly From[]
  /** Where it ends; `same` leaves the state as it is. */
  readonly to: To | 'same'
  /** What must be true, or what it stands for, in words. */
  readonly when: string
}

export const OPERATION_MOVES = {
  submitted: {
    by: 'person',
    from: [],
    to: 'queued',
    when: 'grant, input, stored state and confirmation allow it, and the service has no unfinished operation',
  },
  planned: {
    by: 'holder',
    from: [],
    to: 'scheduled',
    when: 'an operation that prepares a later one succeeds, in the same write; one per service',
  },
  due: {
    by: 'sweep',
    from: ['scheduled'],
    to: 'queued',
    when: 'its time has come and the service has no unfinished operation',
  },
  put_off: {
    by: 'holder',
    from: ['leased'],
    to: 'scheduled',
    when: 'its day has come and the server cannot be asked, or an account is busy; tried again for a limited time',
  },
  plan_dropped: {
    by: 'holder',
    from: ['scheduled'],
    to: 'cancelled',
    when: 'another operation ends what it waits for: it was asked for, or has just changed the account; in the same write',
  },
  claimed: {
    by: 'sweep',
    from: ['queued'],
    to: 'leased',
    when: 'it may start now and its server is below its bound of writes in flight; fence + 1',
  },
  given_back: {
    by: 'holder',
    from: ['leased', 'running'],
    to: 'queued',
    when: 'the runner stops and no call is under way; another may take it at once',
  },
  prepared: {
    by: 'holder',
    from: ['leased'],
    to: 'same',
    when: 'guards and preview were read again, the steps are written down, all account locks are taken',
  },
  account_busy: {
    by: 'holder',
    from: ['leased'],
    to: 'queued',
    when: 'another operation holds one of its accounts; tried again for a limited time',
  },
  server_silent: {
    by: 'holder',
    from: ['leased', 'running'],
    to: 'queued',
    when: 'the server does not answer before the next step was sent; tried again for a limited time',
  },
  no_place: {
    by: 'holder',
    from: ['leased', 'running'],
    to: 'queued',
    when: 'the server has as many writes in flight as it may have; it is claimed again when there is a place',
  },
  step_skipped: {
    by: 'holder',
    from: ['leased', 'running'],
    to: 'running',
    when: 'the next step has nothing to do',
  },
  step_sent: {
    by: 'holder',
    from: ['leased', 'running'],
    to: 'running',
    when: 'written before the call, with the lease renewed to the end of the call',
  },
  step_answered: {
    by: 'holder',
    from: ['running'],
    to: 'running',
    when: 'the server confirmed the step',
  },
  answer_lost: {
    by: 'holder',
    from: ['running'],
    to: 'checking',
    when: 'the call may have happened',
  },
  lease_lost: {
    by: 'sweep',
    from: ['leased', 'running'],
    to: 'queued',
    when: 'the lease is over and no step was sent without an answer; fence + 1',
  },
  lease_lost_sent: {
    by: 'sweep',
    from: ['running'],
    to: 'checking',
    when: 'the lease is over and a step was sent without an answer; fence + 1',
  },
  look_claimed: {
    by: 'sweep',
    from: ['checking'],
    to: 'same',
    when: 'its next read-back is due and nobody reads just now; fence + 1',
  },
  looked: {
    by: 'holder',
    from: ['checking'],
    to: 'same',
    when: 'the read-back decides nothing yet',
  },
  step_proven: {
    by: 'holder',
    from: ['checking'],
    to: 'running',
    when: 'two equal reads far enough apart show the step',
  },
  absence_proven: {
    by: 'holder',
    from: ['checking'],
    to: 'running',
    when: 'quarantine is over, two equal reads show nothing, and it was sent once',
  },
  goal_found: {
    by: 'holder',
    from: ['leased', 'running'],
    to: 'checking',
    when: 'a step that was sent before is not sent again: its guard finds its goal reached, or the account changed',
  },
  account_unread: {
    by: 'holder',
    from: ['leased', 'running', 'checking'],
    to: 'checking',
    when: 'all steps are done and the new account cannot be read yet',
  },
  succeeded: {
    by: 'holder',
    from: ['leased', 'running', 'checking'],
    to: 'succeeded',
    when: 'every step is confirmed, proven or had nothing to do; the record changes in the same write',
  },
  failed: {
    by: 'holder',
    from: ['leased', 'running', 'checking'],
    to: 'failed',
    when: 'a definite no; with steps done before it a partial success',
  },
  stopped: {
    by: 'holder',
    from: ['leased', 'running', 'checking'],
    to: 'cancelled',
    when: 'a person asked for it, and nothing was sent, or its absence is proven',
  },
  needs_person: {
    by: 'holder',
    from: ['leased', 'running', 'checking'],
    to: 'attention',
    when: 'it cannot be known by reading, or what was found is not what was confirmed',
  },
  cancelled: {
    by: 'person',
    from: ['scheduled', 'queued'],
    to: 'cancelled',
    when: 'no runner holds it and nothing was ever sent',
  },
  cancel_asked: {
    by: 'person',
    from: ['queued', 'leased', 'running', 'checking'],
    to: 'same',
    when: 'something was sent, or a runner holds it: nothing more is sent',
  },
  resolved: {
    by: 'person',
    from: ['attention'],
    to: 'resolved',
    when: 'quarantine is over and somebody says what became of it',
  },
  retried: {
    by: 'person',
    from: ['attention'],
    to: 'resolved',
    when: 'quarantine is over; the new operation is queued in the same write',
  },
} as const satisfies Record<string, Move<StoredState, StoredState>>

export type OperationEvent = keyof typeof OPERATION_MOVES
type EventBy<By extends Mover> = {
  [Event in OperationEvent]: (typeof OPERATION_MOVES)[Event]['by'] extends By ? Event : never
}[OperationEvent]
/** What a runner may do to the operation it holds. */
export type HolderEvent = Exclude<EventBy<'holder'>, 'planned' | 'plan_dropped'>
/** What a person may do to an operation. */
export type PersonEvent = Exclude<EventBy<'person'>, 'submitted'>

export const STEP_MOVES = {
  planned: { by: 'holder', from: [], to: 'pending', when: 'the operation is prepared' },
  done_before: {
    by: 'holder',
    from: [],
    to: 'skipped',
    when: 'the operation that is retried has done it',
  },
  sent: {
    by: 'holder',
    from: ['pending'],
    to: 'sent',
    when: 'its guard has just read the account; before-image, attempt and end of quarantine are in the same write',
  },
  nothing_to_do: {
    by: 'holder',
    from: ['pending'],
    to: 'skipped',
    when: 'what it would do is true already',
  },
  never_reached: {
    by: 'holder',
    from: ['pending'],
    to: 'skipped',
    when: 'a step before it failed',
  },
  answered: { by: 'holder', from: ['sent'], to: 'succeeded', when: 'the server confirmed it' },
  proven: {
    by: 'holder',
    from: ['uncertain'],
    to: 'succeeded',
    when: 'two equal reads far enough apart show it',
  },
  refused: {
    by: 'holder',
    from: ['pending', 'sent', 'uncertain'],
    to: 'failed',
    when: 'its guard, the server or the read-back says a definite no',
  },
  answer_lost: {
    by: 'holder',
    from: ['sent'],
    to: 'uncertain',
    when: 'the call may have happened',
  },
  lease_lost: {
    by: 'sweep',
    from: ['sent'],
    to: 'uncertain',
    when: 'the lease of its runner is over',
  },
  goal_found: {
    by: 'holder',
    from: ['pending'],
    to: 'uncertain',
    when: 'it was sent before, and its guard finds its goal reached or the account changed: only reading tells by whom',
  },
  left_unknown: {
    by: 'holder',
    from: ['pending', 'sent'],
    to: 'uncertain',
    when: 'nothing more is sent, and nobody can read what an earlier call of it did: a person must say',
  },
  seen: { by: 'holder', from: ['uncertain'], to: 'same', when: 'a read-back is kept for the next' },
  absence_proven: {
    by: 'holder',
    from: ['uncertain'],
    to: 'pending',
    when: 'quarantine is over, two equal reads show nothing, and it was sent once',
  },
} as const satisfies Record<string, Move<StepState, StepState>>

export type StepEvent = keyof typeof STEP_MOVES
/** What a runner may do to a step of the operation it holds. */
export type HolderStepEvent = Exclude<StepEvent, 'planned' | 'done_before' | 'lease_lost'>

/** Whether an operation in this state can change no more. Pure. */
export function isOver(state: string): boolean {
  return !Object.values(OPERATION_MOVES).some((move) =>
    move.from.some((from: string) => from === state),
  )
}

/** Whether some move leads from one stored state to another; `undefined` is a row that is not there yet. Pure. */
export function mayFollow(before: string | undefined, after: string): boolean {
  return follows(Object.values(OPERATION_MOVES), before, after)
}

/** The same for steps. Pure. */
export function stepMayFollow(before: string | undefined, after: string): boolean {
  return follows(Object.values(STEP_MOVES), before, after)
}

function follows(
  moves: readonly Move<string, string>[],
  before: string | undefined,
  after: string,
): boolean {
  return moves.some(({ from, to }) => {
    if (before === undefined) return from.length === 0 && to === after
    return from.includes(before) && (to === 'same' ? before === after : to === after)
  })
}
