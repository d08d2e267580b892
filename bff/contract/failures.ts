import { PROBLEMS, type ProblemCode } from './problem.ts'
import type { TestCause } from './resources.ts'

/**
 * What a failure asks of people: what it means and what to do next is said once per kind
 * (`failure.<kind>.…` in the texts), what happened once per code.
 */
export const FAILURE_KINDS = [
  'request',
  'sign_in',
  'step_up',
  'permission',
  'missing',
  'changed',
  'busy',
  'input',
  'limit',
  'server',
  'setup',
  'record',
  'state',
  'capacity',
  'ours',
  'stopped',
  'page',
  'network',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** Kinds that may pass without anybody changing what is asked for. */
const PASSING: ReadonlySet<FailureKind> = new Set(['busy', 'limit', 'server', 'ours', 'network'])

const PROBLEM_KINDS = {
  bad_request: 'request',
  body_invalid: 'request',
  key_missing: 'request',
  invalid_request: 'sign_in',
  token_missing: 'sign_in',
  invalid_token: 'sign_in',
  insufficient_user_authentication: 'step_up',
  insufficient_scope: 'permission',
  origin_forbidden: 'permission',
  not_found: 'missing',
  method_not_allowed: 'request',
  request_timeout: 'network',
  already_so: 'changed',
  operation_running: 'busy',
  preview_outdated: 'changed',
  configuration_fixed: 'state',
  configuration_in_use: 'state',
  action_blocked: 'state',
  not_possible_now: 'busy',
  body_too_large: 'request',
  url_too_long: 'request',
  media_type_unsupported: 'request',
  expectation_failed: 'request',
  key_reused: 'request',
  input_invalid: 'input',
  confirmation_mismatch: 'changed',
  registration_invalid: 'request',
  preview_required: 'changed',
  rate_limited: 'limit',
  daily_cap: 'limit',
  too_many_streams: 'limit',
  headers_too_large: 'request',
  internal_error: 'ours',
  server_answer_unusable: 'server',
  server_unreachable: 'server',
  keys_unavailable: 'ours',
  database_unavailable: 'ours',
  not_ready: 'ours',
  streams_full: 'limit',
  too_many_downloads: 'limit',
} as const satisfies Readonly<Record<ProblemCode, FailureKind>>

/** Why an operation, or a step of it, failed: `error.<code>`. */
export const OPERATION_ERRORS = {
  username_taken: 'input',
  username_invalid: 'input',
  username_reserved: 'input',
  username_underivable: 'input',
  domain_taken: 'input',
  domain_invalid: 'input',
  domain_not_found: 'input',
  password_weak: 'input',
  password_invalid: 'input',
  package_not_found: 'input',
  package_limit: 'capacity',
  account_limit: 'capacity',
  account_not_found: 'record',
  account_conflict: 'record',
  account_foreign: 'record',
  account_bound: 'record',
  account_busy: 'busy',
  identity_changed: 'record',
  domain_differs: 'record',
  owner_differs: 'record',
  accounts_left: 'changed',
  owned_reseller: 'state',
  owned_unknown: 'setup',
  reseller_unknown: 'setup',
  reseller_refused: 'state',
  suspended: 'state',
  protected_account: 'state',
  root_protected: 'state',
  not_a_reseller: 'state',
  already_reseller: 'state',
  owner_not_found: 'input',
  acl_not_found: 'input',
  acl_too_wide: 'input',
  ip_unavailable: 'capacity',
  email_invalid: 'input',
  quota_invalid: 'input',
  not_told: 'server',
  locked: 'state',
  disk_full: 'capacity',
  access_denied: 'setup',
  acl_missing: 'setup',
  token_refused: 'setup',
  licence: 'setup',
  function_unknown: 'setup',
  server_refused: 'server',
  account_forbidden: 'setup',
  held_up: 'stopped',
  connect_timeout: 'server',
  server_fault: 'server',
  answer_unusable: 'server',
  answer_too_large: 'server',
  server_unreachable: 'server',
  name_not_found: 'setup',
  connection_refused: 'server',
  connection_lost: 'server',
  timeout: 'server',
  certificate: 'setup',
  login_url_unsafe: 'setup',
  configuration_missing: 'setup',
  configuration_disabled: 'setup',
  configuration_unreadable: 'setup',
  secrets_unreadable: 'ours',
  address_forbidden: 'setup',
  shutting_down: 'ours',
  action_unknown: 'changed',
  already_so: 'changed',
  not_planned: 'record',
  preview_outdated: 'changed',
  cancelled: 'stopped',
  partial: 'stopped',
} as const satisfies Readonly<Record<string, FailureKind>>

/** Why an action is blocked: `reason.<code>`. */
export const BLOCKED_REASONS = {
  not_applicable: 'state',
  acl_missing: 'setup',
  server_unreachable: 'server',
  suspended: 'state',
  not_suspended: 'state',
  suspended_elsewhere: 'record',
  locked: 'state',
  configuration_missing: 'setup',
  configuration_unreadable: 'setup',
  configuration_disabled: 'setup',
  link_refused: 'record',
  protected_account: 'state',
  account_busy: 'busy',
  reseller_unknown: 'setup',
  owned_unknown: 'setup',
  daily_cap: 'limit',
  daily_cap_left: 'limit',
  already_reseller: 'state',
  not_reseller: 'state',
  domain_missing: 'state',
  package_missing: 'state',
  account_missing: 'state',
  account_exists: 'state',
  account_bound: 'record',
  account_unknown: 'server',
  identity_changed: 'record',
  domain_differs: 'record',
  owner_differs: 'record',
  nothing_to_lift: 'state',
  already_so: 'changed',
  deleted: 'state',
  configuration_in_use: 'state',
} as const satisfies Readonly<Record<string, FailureKind>>

/** What one value of a request has wrong (`errors[].code`): `fault.<code>`. */
export const FIELD_FAULTS = {
  unknown: 'input',
  required: 'input',
  type: 'input',
  enum: 'input',
  const: 'input',
  min_length: 'input',
  max_length: 'input',
  minimum: 'input',
  maximum: 'input',
  earliest: 'input',
  latest: 'input',
  pattern: 'input',
  format: 'input',
  invalid: 'input',
  read_only: 'input',
  address_forbidden: 'input',
  certificate: 'input',
  port_forbidden: 'input',
  taken: 'input',
  mismatch: 'input',
} as const satisfies Readonly<Record<string, FailureKind>>

/** What a test of a server's connection finds: `test.<code>`. */
export const TEST_FAILURES = {
  name_not_found: 'setup',
  refused: 'server',
  timeout: 'server',
  certificate: 'setup',
  token_refused: 'setup',
  too_old: 'setup',
  not_whm: 'setup',
  address_forbidden: 'setup',
} as const satisfies Readonly<Record<Exclude<TestCause, 'ok'>, FailureKind>>

/** What an element finds without any answer of the BFF: `element.<code>`. */
export const ELEMENT_FAILURES = {
  offline: 'network',
  expired: 'sign_in',
  host_session_ended: 'sign_in',
  forbidden: 'permission',
  token_missing: 'page',
  bff_missing: 'page',
  incompatible: 'page',
  step_up_elsewhere: 'step_up',
  step_up_impossible: 'step_up',
} as const satisfies Readonly<Record<string, FailureKind>>
export type ElementFailureCode = keyof typeof ELEMENT_FAILURES

/** Where a code is met, in the order its page shows them. */
export const FAILURE_PLACES = [
  'problem',
  'operation',
  'action',
  'field',
  'connection',
  'element',
] as const
export type FailurePlace = (typeof FAILURE_PLACES)[number]

/** One code as it is met in one place. */
export interface Failure {
  readonly code: string
  readonly place: FailurePlace
  readonly kind: FailureKind
  /** The code of its text; `@client` after it is the calm one. */
  readonly text: string
  /** Only problems are answers of their own. */
  readonly status: number | undefined
  /** Whether the same may work later without anything being changed. */
  readonly retryable: boolean
}

function failuresOf(
  place: FailurePlace,
  family: string,
  kinds: Readonly<Record<string, FailureKind>>,
): Failure[] {
  return Object.entries(kinds).map(([code, kind]) => ({
    code,
    place,
    kind,
    text: `${family}.${code}`,
    status: undefined,
    retryable: PASSING.has(kind),
  }))
}

/** Every failure there is, place by place: the closed list behind `GET /v1/errors`. */
export const FAILURES: readonly Failure[] = [
  ...failuresOf('problem', 'problem', PROBLEM_KINDS).map((failure) => {
    // Its code is a key of PROBLEM_KINDS, which has exactly those of PROBLEMS.
    const { status, retryable } = PROBLEMS[failure.code as ProblemCode]
    return { ...failure, status, retryable }
  }),
  ...failuresOf('operation', 'error', OPERATION_ERRORS),
  ...failuresOf('action', 'reason', BLOCKED_REASONS),
  ...failuresOf('field', 'fault', FIELD_FAULTS),
  ...failuresOf('connection', 'test', TEST_FAILURES),
  ...failuresOf('element', 'element', ELEMENT_FAILURES),
]

/** Every place a code is met; none for a code there is not. */
export function failuresNamed(code: string): readonly Failure[] {
  return FAILURES.filter((failure) => failure.code === code)
}

/** Where the page of a code is, from the root of the BFF's origin. It is the `type` of a problem. */
export function failurePath(code: string): string {
  return `/v1/errors/${code}`
}
