import { challengeOf } from '../auth/challenge.ts'
import { makeId } from '../contract/ids.ts'
import type { ProblemCode } from '../contract/problem.ts'
import type { Say } from '../operations/present.ts'
import { type WrittenProblem, writtenProblem } from './problem.ts'
import { securedHeaders } from './security-headers.ts'

/** What a path nobody has looked at may be asked with. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

function headersOf(code: ProblemCode): Readonly<Record<string, string>> {
  switch (code) {
    case 'method_not_allowed':
      return { allow: METHODS }
    case 'invalid_request':
      return { 'www-authenticate': challengeOf(code) ?? '' }
    default:
      return {}
  }
}

export interface BareRefusalDeps {
  now(): number
  /** The words of the default language: nobody knows yet which one is read. */
  readonly say: Say
  /** Told of each. */
  told(entry: { readonly status: number; readonly request_id: string }): void
}

/** Answers what never became a request, in the words and with the headers of every other answer. */
export function bareRefusals({
  now,
  say,
  told,
}: BareRefusalDeps): (code: ProblemCode) => WrittenProblem {
  return (code) => {
    const request_id = makeId('req', now())
    const problem = writtenProblem(code, say, request_id, { headers: headersOf(code) })
    told({ status: problem.status, request_id })
    return {
      ...problem,
      headers: securedHeaders({ ...problem.headers, 'x-request-id': request_id }),
    }
  }
}
