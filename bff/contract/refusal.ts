import type { ProblemCode } from './problem.ts'
import type { Message, TextParams } from './text.ts'

/** One thing wrong with a request: a JSON pointer into its body and a stable code (text `fault.<code>`). */
export interface Fault {
  readonly pointer: string
  readonly code: string
  readonly params: TextParams
}

/** Why a request is refused, before it is put into words and becomes `problem+json`. */
export interface Refusal {
  readonly kind: 'problem'
  readonly code: ProblemCode
  readonly message?: Message
  readonly faults?: readonly Fault[]
}

/** A refusal to return. */
export function refused(code: ProblemCode, more: Omit<Refusal, 'kind' | 'code'> = {}): Refusal {
  return { kind: 'problem', code, ...more }
}

/** Whether a verb refused. */
export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'problem'
}
