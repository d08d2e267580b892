import type { Confirmation, Preview, ReadResult } from '../../bff/contract/action.ts'
import type { Input } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import type { ProvisionProblem } from '../session/problem.ts'
import { formOf, isFinished, type Task } from './task.ts'

interface Asking {
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
interface Sending {
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

export type FlowEvent =
  | { readonly type: 'chose'; readonly task: Task; readonly input?: Input }
  | { readonly type: 'filled'; readonly input: Input }
  | { readonly type: 'previewed'; readonly preview: Preview }
  | { readonly type: 'confirmed'; readonly confirmation: Confirmation }
  /** The answer to what was sent from here. */
  | { readonly type: 'accepted'; readonly operation: Operation }
  /** News of an operation, whoever began it. */
  | { readonly type: 'told'; readonly operation: Operation }
  | { readonly type: 'answered'; readonly answer: ReadResult }
  | { readonly type: 'refused'; readonly problem: ProvisionProblem }
  /** The page has stopped what was being sent, or all it was for has happened. */
  | { readonly type: 'stopped' }
  | { readonly type: 'again' }
  | { readonly type: 'back' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'dismissed' }

const CHOOSING: Step = { at: 'choosing' }

/** Where a flow begins. */
export const start: Flow = { step: CHOOSING, operation: undefined }

/** Whether a change must wait until the watched operation has ended. Pure. */
export function isHeld({ operation }: Flow, { action, purpose }: Task): boolean {
  if (action.kind === 'read' || purpose.kind !== 'submit') return false
  if (operation === undefined || isFinished(operation)) return false
  // What nobody can prove may be typed again: the BFF takes it as that operation's retry, or says when.
  return !(operation.state === 'attention' && operation.action === action.name)
}

function asked(task: Task, input: Input): Asking | Sending {
  return task.action.confirmation.preview
    ? { at: 'previewing', task, input }
    : { at: 'sending', task, input, confirmation: undefined, preview: undefined }
}

function chosen(task: Task, input: Input): Step {
  if (task.purpose.kind === 'submit' && task.action.state === 'blocked') return CHOOSING
  const hasForm = Object.keys(formOf(task).properties).length > 0
  return hasForm ? { at: 'form', task, input } : asked(task, {})
}

function refusedFrom(flow: Flow, problem: ProvisionProblem): Flow {
  const { step } = flow
  if (step.at !== 'previewing' && step.at !== 'sending') return flow
  const { task, input } = step
  // Somebody else's operation, or this one's own from before a reload: there is something to watch.
  if (problem.operation !== undefined) return { step: CHOOSING, operation: problem.operation }
  if (step.at === 'sending') {
    if (problem.code === 'preview_outdated' || problem.code === 'preview_required')
      return { ...flow, step: { at: 'previewing', task, input, problem } }
    if (problem.code === 'confirmation_mismatch' && step.preview !== undefined)
      return { ...flow, step: { at: 'confirming', task, input, preview: step.preview, problem } }
  }
  if (problem.code === 'input_invalid' && Object.keys(formOf(task).properties).length > 0)
    return { ...flow, step: { at: 'form', task, input, problem } }
  return { ...flow, step: { at: 'refused', task, problem, resume: step } }
}

/** The operation to watch after news of one: no older news, and a newer one only while it runs. */
function watched(known: Operation | undefined, told: Operation): Operation | undefined {
  if (known?.id === told.id) return told.version >= known.version ? told : known
  if (isFinished(told) || told.state === 'scheduled') return known
  // Ids of operations sort by time.
  return known === undefined || isFinished(known) || told.id > known.id ? told : known
}

/** The next step. An event that does not fit where the flow is changes nothing, so no answer counts twice. Pure. */
export function next(flow: Flow, event: FlowEvent): Flow {
  const { step, operation } = flow
  const to = (next: Step): Flow => ({ step: next, operation })
  switch (event.type) {
    case 'chose':
      return step.at !== 'choosing' || isHeld(flow, event.task)
        ? flow
        : to(chosen(event.task, event.input ?? {}))
    case 'filled':
      return step.at === 'form' ? to(asked(step.task, event.input)) : flow
    case 'previewed':
      return step.at === 'previewing'
        ? to({ ...step, at: 'confirming', preview: event.preview })
        : flow
    case 'confirmed':
      return step.at === 'confirming'
        ? to({
            at: 'sending',
            task: step.task,
            input: step.input,
            confirmation: event.confirmation,
            preview: step.preview,
          })
        : flow
    case 'accepted':
      return step.at === 'sending' && operation?.id !== event.operation.id
        ? { step: CHOOSING, operation: event.operation }
        : {
            step: step.at === 'sending' ? CHOOSING : step,
            operation: watched(operation, event.operation),
          }
    case 'told':
      return { step, operation: watched(operation, event.operation) }
    case 'answered':
      return step.at === 'sending'
        ? to({ at: 'answered', task: step.task, answer: event.answer })
        : flow
    case 'refused':
      return refusedFrom(flow, event.problem)
    case 'stopped':
      return step.at === 'sending' ? to(CHOOSING) : flow
    case 'again':
      return step.at === 'refused' ? to(step.resume) : flow
    case 'back':
      return step.at === 'confirming' && Object.keys(formOf(step.task).properties).length > 0
        ? to({ at: 'form', task: step.task, input: step.input })
        : flow
    case 'cancelled':
      // What has been sent cannot be left: it runs on.
      return step.at === 'sending' ? flow : to(CHOOSING)
    case 'dismissed':
      return operation !== undefined && isFinished(operation)
        ? { step, operation: undefined }
        : flow
  }
}
