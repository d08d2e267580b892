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

/** RFC 9457. Built from our own codes only: nothing of an exception or of an upstream text is ever in it. */
export function problemResponse(
  code: ProblemCode,
  say: Say,
  request_id: string,
  details: ProblemDetails = {},
): Response {
  const { status, retryable } = PROBLEMS[code]
  const body: Problem = {
    type: `/v1/errors#${code}`,
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
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...details.headers,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    },
  })
}
