import { z } from 'zod'
import { FAILURE_PLACES, type Failure, failurePath } from '../contract/failures.ts'
import type { Say } from '../operations/present.ts'
import { blanksOf, hasText } from '../texts/text.ts'

/** One failure as `GET /v1/errors` tells it to a program, in the reader's language. */
export const failureViewSchema = z.strictObject({
  code: z.string(),
  place: z.enum(FAILURE_PLACES),
  /** Address of its page, from the root of this origin. */
  type: z.string(),
  /** Only where it is an answer of its own. */
  status: z.number().int().optional(),
  retryable: z.boolean(),
  /** What happened; `…` stands where an answer names something. */
  text: z.strictObject({ client: z.string(), staff: z.string() }),
  meaning: z.string(),
  next: z.strictObject({
    client: z.string(),
    staff: z.string(),
    developer: z.string(),
    operator: z.string(),
  }),
})
export type FailureView = z.infer<typeof failureViewSchema>

/** One language in both its voices. */
export interface Voices {
  readonly say: Say
  readonly calm: Say
}

/** A failure in words. Pure. */
export function failureView(failure: Failure, { say, calm }: Voices): FailureView {
  const { code, place, kind, status, retryable, text } = failure
  const params = blanksOf(text)
  const remedy = place === 'action' && hasText(`remedy.${code}`) ? `remedy.${code}` : undefined
  return {
    code,
    place,
    type: failurePath(code),
    ...(status === undefined ? {} : { status }),
    retryable,
    text: { client: calm({ code: text, params }).text, staff: say({ code: text, params }).text },
    meaning: say({ code: `failure.${kind}.meaning` }).text,
    next: {
      client: say({ code: `failure.${kind}.client` }).text,
      staff: say({ code: remedy ?? `failure.${kind}.staff` }).text,
      developer: say({ code: `failure.${kind}.developer` }).text,
      operator: say({ code: `failure.${kind}.operator` }).text,
    },
  }
}
