import { failurePath } from '../contract/failures.ts'
import type { Operation } from '../contract/operation.ts'
import { PROBLEMS, type Problem, type ProblemCode } from '../contract/problem.ts'
import type { Fault } from '../contract/refusal.ts'
import type { Message } from '../contract/text.ts'
import type { Say } from '../operations/present.ts'

export interface ProblemDetails {
  /** What exactly stands in the way, beside the general sentence of the code. */
  readonly message?: Message
  readonly faults?: readonly Fault[]
  readonly operation?: Operation
  readonly headers?: Readonly<Record<string, string>>
}

/** A problem ready to be sent. */
export interface WrittenProblem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** RFC 9457. Built from our own codes only: nothing of an exception or of an upstream text is ever in it. Pure. */
export function writtenProblem(
  code: ProblemCode,
  say: Say,
  request_id: string,
  details: ProblemDetails = {},
): WrittenProblem {
  const { status, retryable } = PROBLEMS[code]
  const body: Problem = {
    type: failurePath(code),
    title: say({ code: `problem.${code}` }).text,
    status,
    ...(details.message === undefined ? {} : { detail: say(details.message).text }),
    code,
    request_id,
    retryable,
    ...(details.faults === undefined
      ? {}
      : {
          errors: details.faults.map((fault) => ({
            pointer: fault.pointer,
            code: fault.code,
            text: say({ code: `fault.${fault.code}`, params: fault.params }).text,
          })),
        }),
    ...(details.operation === undefined ? {} : { operation: details.operation }),
  }
  return {
    status,
    headers: {
      ...details.headers,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    },
    body: JSON.stringify(body),
  }
}

/** The same as an answer of the app. */
export function problemResponse(...problem: Parameters<typeof writtenProblem>): Response {
  const { status, headers, body } = writtenProblem(...problem)
  return new Response(body, { status, headers })
}
