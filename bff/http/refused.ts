import type { Refusal } from '../contract/refusal.ts'
import type { Outcome } from './route.ts'

/** A verb's refusal as a route's outcome. */
export function asProblem({ code, message, faults }: Refusal): Outcome<never> {
  return {
    kind: 'problem',
    code,
    details: {
      ...(message === undefined ? {} : { message }),
      ...(faults === undefined ? {} : { faults }),
    },
  }
}

export const notFound: Outcome<never> = { kind: 'problem', code: 'not_found' }
