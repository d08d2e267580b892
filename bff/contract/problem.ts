import { z } from 'zod'
import { operationSchema } from './operation.ts'

/** Every code a 4xx or 5xx can carry, with its status and whether the same request may work later. */
export const PROBLEMS = {
  bad_request: { status: 400, retryable: false },
  body_invalid: { status: 400, retryable: false },
  key_missing: { status: 400, retryable: false },
  invalid_request: { status: 400, retryable: false },
  token_missing: { status: 401, retryable: false },
  invalid_token: { status: 401, retryable: false },
  insufficient_user_authentication: { status: 401, retryable: false },
  insufficient_scope: { status: 403, retryable: false },
  origin_forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  request_timeout: { status: 408, retryable: true },
  already_so: { status: 409, retryable: false },
  operation_running: { status: 409, retryable: true },
  preview_outdated: { status: 409, retryable: false },
  configuration_fixed: { status: 409, retryable: false },
  configuration_in_use: { status: 409, retryable: false },
  action_blocked: { status: 409, retryable: true },
  not_possible_now: { status: 409, retryable: true },
  body_too_large: { status: 413, retryable: false },
  url_too_long: { status: 414, retryable: false },
  media_type_unsupported: { status: 415, retryable: false },
  expectation_failed: { status: 417, retryable: false },
  key_reused: { status: 422, retryable: false },
  input_invalid: { status: 422, retryable: false },
  confirmation_mismatch: { status: 422, retryable: false },
  registration_invalid: { status: 422, retryable: false },
  preview_required: { status: 428, retryable: false },
  rate_limited: { status: 429, retryable: true },
  daily_cap: { status: 429, retryable: true },
  too_many_streams: { status: 429, retryable: true },
  headers_too_large: { status: 431, retryable: false },
  internal_error: { status: 500, retryable: true },
  server_answer_unusable: { status: 502, retryable: true },
  server_unreachable: { status: 503, retryable: true },
  keys_unavailable: { status: 503, retryable: true },
  database_unavailable: { status: 503, retryable: true },
  not_ready: { status: 503, retryable: true },
  streams_full: { status: 503, retryable: true },
  too_many_downloads: { status: 503, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>

export type ProblemCode = keyof typeof PROBLEMS

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  code: z.string(),
  request_id: z.string(),
  retryable: z.boolean(),
  errors: z
    .array(z.strictObject({ pointer: z.string(), code: z.string(), text: z.string() }))
    .optional(),
  operation: operationSchema.optional(),
})
export type Problem = z.infer<typeof problemSchema>
