import type { Action } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'

/** What a person does with an action: send it anew, or go on with an operation of it. */
export interface Task {
  readonly action: Action
  readonly purpose:
    | { readonly kind: 'submit' }
    | { readonly kind: 'retry' | 'resolve' | 'cancel'; readonly operation: Operation }
}

/** Whether nothing can happen to an operation any more. */
export function isFinished({ state }: Operation): boolean {
  switch (state) {
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'resolved':
      return true
    default:
      return false
  }
}
