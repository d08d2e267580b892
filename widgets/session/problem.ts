import type { Operation } from '../../bff/contract/operation.ts'
import type { Problem } from '../../bff/contract/problem.ts'

/** What one field of a request has wrong: where (a JSON pointer into its body), and a sentence. */
export type ProblemFault = NonNullable<Problem['errors']>[number]

/**
 * Codes an element finds without the BFF: `offline` (no answer), `expired` (the token is refused twice),
 * `host_session_ended` (the page's own login is over), `token_missing`, `bff_missing`, `incompatible`;
 * where a person must prove anew who they are: `step_up_elsewhere` (on a page), `step_up_impossible` (not here).
 */
export type LocalCode =
  | 'offline'
  | 'expired'
  | 'host_session_ended'
  | 'forbidden'
  | 'token_missing'
  | 'bff_missing'
  | 'incompatible'
  | 'step_up_elsewhere'
  | 'step_up_impossible'

/** The BFF's code for a token that is good, but whose login is too old or too weak for this (RFC 9470). */
export const STEP_UP = 'insufficient_user_authentication'

/** A request that did not succeed. `status` is 0 when no answer came; `text` is empty for local codes. */
export class ProvisionProblem extends Error {
  readonly code: string
  readonly status: number
  readonly requestId: string | undefined
  readonly text: string
  readonly errors: readonly ProblemFault[]
  readonly operation: Operation | undefined
  readonly retryable: boolean
  /** What the refusal asks for: its `WWW-Authenticate`; for `step_up_elsewhere`, the address of a page. */
  readonly challenge: string

  constructor(
    code: string,
    more: {
      status?: number
      requestId?: string | undefined
      text?: string
      errors?: readonly ProblemFault[] | undefined
      operation?: Operation | undefined
      retryable?: boolean
      challenge?: string | null
    } = {},
  ) {
    super(code)
    this.name = 'ProvisionProblem'
    this.code = code
    this.status = more.status ?? 0
    this.requestId = more.requestId
    this.text = more.text ?? ''
    this.errors = more.errors ?? []
    this.operation = more.operation
    this.retryable = more.retryable ?? false
    this.challenge = more.challenge ?? ''
  }
}

/** A failure found on this side of the wire. */
export function localProblem(code: LocalCode): ProvisionProblem {
  return new ProvisionProblem(code, { retryable: code === 'offline' })
}

/** Whatever was thrown, as a problem; what is not one means this element does not fit the BFF. */
export function asProblem(thrown: unknown): ProvisionProblem {
  return thrown instanceof ProvisionProblem ? thrown : localProblem('incompatible')
}
