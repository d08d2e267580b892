import type { Confirmation, Preview, ReadResult } from '../../bff/contract/action.ts'
import type { Input } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import type { ProvisionProblem } from '../session/problem.ts'
import { isFinished, type Task } from './task.ts'

export interface Asking {
  readonly at: 'previewing'
  readonly task: Task
  readonly input: Input
  /** Why what was read before no longer holds. */
  readonly problem?: ProvisionProblem | undefined
}
interface Confirming {
  readonly at: 'confirming'
  readonly task: Task
  readonly input: Input
  readonly preview: Preview
  readonly problem?: ProvisionProblem | undefined
}
export interface Sending {
  readonly at: 'sending'
  readonly task: Task
  readonly input: Input
  readonly confirmation: Confirmation | undefined
  readonly preview: Preview | undefined
}

/** Where a person is on the way through one task. */
export type Step =
  | { readonly at: 'choosing' }
  | {
      readonly at: 'form'
      readonly task: Task
      /** What was filled in before. */
      readonly input: Input
      readonly problem?: ProvisionProblem
    }
  | Asking
  | Confirming
  | Sending
  | { readonly at: 'answered'; readonly task: Task; readonly answer: ReadResult }
  | {
      readonly at: 'refused'
      readonly task: Task
      readonly problem: ProvisionProblem
      /** What trying again repeats. */
      readonly resume: Asking | Sending
    }

/** A person's step, and beside it the operation that is watched: reading goes on while something runs. */
export interface Flow {
  readonly step: Step
  readonly operation: Operation | undefined
}

/** What happens to the watched operation, whatever the step. */
export type WatchEvent =
  /** News of an operation, whoever began it. */
  { readonly type: 'told'; readonly operation: Operation } | { readonly type: 'dismissed' }

export type FlowEvent =
  | WatchEvent
  | { readonly type: 'chose'; readonly task: Task; readonly input?: Input }
  | { readonly type: 'filled'; readonly input: Input }
  | { readonly type: 'previewed'; readonly preview: Preview }
  | { readonly type: 'confirmed'; readonly confirmation: Confirmation }
  /** The answer to what was sent from here. */
  | { readonly type: 'accepted'; readonly operation: Operation }
  | { readonly type: 'answered'; readonly answer: ReadResult }
  | { readonly type: 'refused'; readonly problem: ProvisionProblem }
  /** The page has stopped what was being sent, or all it was for has happened. */
  | { readonly type: 'stopped' }
  | { readonly type: 'again' }
  | { readonly type: 'back' }
  | { readonly type: 'cancelled' }

/** Where a flow begins. */
export const start: Flow = { step: { at: 'choosing' }, operation: undefined }

/** Whether a change must wait until the watched operation has ended. Pure. */
export function isHeld({ operation }: Flow, { action, purpose }: Task): boolean {
  if (action.kind === 'read' || purpose.kind !== 'submit') return false
  if (operation === undefined || isFinished(operation)) return false
  // What nobody can prove may be typed again: the BFF takes it as that operation's retry, or says when.
  return !(operation.state === 'attention' && operation.action === action.name)
}

/** The operation to watch after news of one: no older news, and a newer one only while it runs. Pure. */
export function watched(known: Operation | undefined, told: Operation): Operation | undefined {
  if (known?.id === told.id) return told.version >= known.version ? told : known
  if (isFinished(told) || told.state === 'scheduled') return known
  // Ids of operations sort by time.
  return known === undefined || isFinished(known) || told.id > known.id ? told : known
}

/** The flow after news of the operation that is watched, or after it was dismissed. Pure. */
export function watching(flow: Flow, event: WatchEvent): Flow {
  const { step, operation } = flow
  if (event.type === 'told') return { step, operation: watched(operation, event.operation) }
  return operation !== undefined && isFinished(operation) ? { step, operation: undefined } : flow
}
