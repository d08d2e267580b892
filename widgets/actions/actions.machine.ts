import type { Action, Confirmation, Preview, ReadResult } from '../../bff/contract/action.ts'
import type { Input } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import type { ProvisionProblem } from '../session/problem.ts'

/** Where a person is on the way through one action. */
export type Flow =
  | { readonly at: 'choosing' }
  | { readonly at: 'form'; readonly action: Action; readonly problem?: ProvisionProblem }
  | { readonly at: 'previewing'; readonly action: Action; readonly input: Input }
  | {
      readonly at: 'confirming'
      readonly action: Action
      readonly input: Input
      readonly preview: Preview
    }
  | {
      readonly at: 'sending'
      readonly action: Action
      readonly input: Input
      readonly confirmation: Confirmation | undefined
    }
  | { readonly at: 'following'; readonly operation: Operation }
  | { readonly at: 'answered'; readonly action: Action; readonly answer: ReadResult }
  | { readonly at: 'refused'; readonly action: Action; readonly problem: ProvisionProblem }

export type FlowEvent =
  | { readonly type: 'chose'; readonly action: Action }
  | { readonly type: 'filled'; readonly input: Input }
  | { readonly type: 'previewed'; readonly preview: Preview }
  | { readonly type: 'confirmed'; readonly confirmation: Confirmation }
  | { readonly type: 'told'; readonly operation: Operation }
  | { readonly type: 'answered'; readonly answer: ReadResult }
  | { readonly type: 'refused'; readonly problem: ProvisionProblem }
  | { readonly type: 'cancelled' }
  | { readonly type: 'dismissed' }

const CHOOSING: Flow = { at: 'choosing' }

/** Where a flow begins and returns to. */
export const choosing: Flow = CHOOSING

function asked(action: Action, input: Input): Flow {
  return action.confirmation.preview
    ? { at: 'previewing', action, input }
    : { at: 'sending', action, input, confirmation: undefined }
}

function refusedFrom(flow: Flow, problem: ProvisionProblem): Flow {
  if (flow.at !== 'previewing' && flow.at !== 'sending') return flow
  const { action, input } = flow
  // Somebody else's operation, or this one's own from before a reload: there is something to watch.
  if (problem.operation !== undefined) return { at: 'following', operation: problem.operation }
  if (problem.code === 'preview_outdated' && flow.at === 'sending') return asked(action, input)
  if (problem.code === 'input_invalid' && Object.keys(action.input.properties).length > 0)
    return { at: 'form', action, problem }
  return { at: 'refused', action, problem }
}

/** Leaves a step that waits for a person. What has been sent cannot be left: it runs on. */
function left(flow: Flow): Flow {
  switch (flow.at) {
    case 'form':
    case 'previewing':
    case 'confirming':
    case 'answered':
    case 'refused':
      return CHOOSING
    case 'following':
      return flow.operation.finished_at === undefined ? flow : CHOOSING
    case 'choosing':
    case 'sending':
      return flow
  }
}

/** The next step. An event that does not fit where the flow is changes nothing, so no answer counts twice. Pure. */
export function next(flow: Flow, event: FlowEvent): Flow {
  switch (event.type) {
    case 'chose': {
      if (flow.at !== 'choosing' || event.action.state === 'blocked') return flow
      const hasForm = Object.keys(event.action.input.properties).length > 0
      return hasForm ? { at: 'form', action: event.action } : asked(event.action, {})
    }
    case 'filled':
      return flow.at === 'form' ? asked(flow.action, event.input) : flow
    case 'previewed':
      return flow.at === 'previewing'
        ? { at: 'confirming', action: flow.action, input: flow.input, preview: event.preview }
        : flow
    case 'confirmed':
      return flow.at === 'confirming'
        ? {
            at: 'sending',
            action: flow.action,
            input: flow.input,
            confirmation: event.confirmation,
          }
        : flow
    case 'told':
      if (flow.at === 'sending' || flow.at === 'choosing')
        return { at: 'following', operation: event.operation }
      if (flow.at !== 'following' || flow.operation.id !== event.operation.id) return flow
      return event.operation.version >= flow.operation.version
        ? { at: 'following', operation: event.operation }
        : flow
    case 'answered':
      return flow.at === 'sending'
        ? { at: 'answered', action: flow.action, answer: event.answer }
        : flow
    case 'refused':
      return refusedFrom(flow, event.problem)
    case 'cancelled':
    case 'dismissed':
      return left(flow)
  }
}
