import type { Input } from '../../bff/contract/dialect.ts'
import type { ProvisionProblem } from '../session/problem.ts'
import {
  type Asking,
  type Flow,
  type FlowEvent,
  isHeld,
  type Sending,
  type Step,
  start,
  watched,
  watching,
} from './flow.ts'
import type { Task } from './task.ts'
import { formOf } from './task-input.ts'

const CHOOSING = start.step

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
    case 'dismissed':
      return watching(flow, event)
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
  }
}
