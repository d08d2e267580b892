import { z } from 'zod'

/** Least and most seconds a rule may ask for: under the least, nobody could come back with a new token in time. */
export const SHORTEST_AGE = 30
export const LONGEST_AGE = 24 * 60 * 60
/** Seconds an issuer's clock may be ahead of ours. */
const AHEAD = 5

/** How fresh and how strong the person's login must be for one action (RFC 9470 §3). Both, where both are given. */
export const stepUpRuleSchema = z
  .strictObject({
    /** Seconds since the person last proved who they are, at most; 30 to 86,400. */
    max_age: z.number().int().min(SHORTEST_AGE).max(LONGEST_AGE).optional(),
    /** Authentication contexts of which the token must name one in `acr`. */
    acr_values: z
      // What may stand in a quoted header value, without its quotes, backslashes and the spaces between values.
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/))
      .min(1)
      .max(10)
      .optional(),
  })
  .refine(({ max_age, acr_values }) => max_age !== undefined || acr_values !== undefined, {
    message: 'give an age, contexts or both',
  })
export type StepUpRule = z.infer<typeof stepUpRuleSchema>

/** A tenant's rules, by action. An action that is not there asks for nothing. */
export const stepUpPolicySchema = z
  .record(z.string().regex(/^[a-z][a-z-]{0,63}$/), stepUpRuleSchema)
  .refine((policy) => Object.keys(policy).length <= 50, { message: 'too many actions' })
export type StepUpPolicy = z.infer<typeof stepUpPolicySchema>

/** What a token says of the login behind it. */
export interface Login {
  /** `auth_time`: seconds since the epoch. */
  readonly auth_time: number | undefined
  readonly acr: string | undefined
}

/** Why a login does not do. For our log only: the wire names what is asked for, never what was found. */
export type StepUpReason =
  | { readonly reason: 'auth_time_missing' }
  | { readonly reason: 'auth_time_ahead'; readonly seconds: number }
  | { readonly reason: 'login_too_old'; readonly seconds: number }
  | { readonly reason: 'acr_missing' }
  | { readonly reason: 'acr_not_enough'; readonly acr: string }

/** A rule that a token's login does not meet. */
export interface StepUpNeed {
  readonly rule: StepUpRule
  readonly why: StepUpReason
}

function tooOld({ auth_time }: Login, max_age: number, now: number): StepUpReason | undefined {
  if (auth_time === undefined) return { reason: 'auth_time_missing' }
  const seconds = Math.floor(now / 1000) - auth_time
  // A login that is still to come would never grow old: milliseconds taken for seconds, or worse.
  if (seconds < -AHEAD) return { reason: 'auth_time_ahead', seconds: -seconds }
  return seconds > max_age ? { reason: 'login_too_old', seconds } : undefined
}

function tooWeak({ acr }: Login, accepted: readonly string[]): StepUpReason | undefined {
  if (acr === undefined) return { reason: 'acr_missing' }
  return accepted.includes(acr) ? undefined : { reason: 'acr_not_enough', acr }
}

/**
 * Whether an action asks for a fresher or stronger login than a verified token has: its `auth_time` is held against
 * *now*, not against `iat`. Pure.
 *
 * @param now milliseconds
 */
export function stepUpNeeded(
  policy: StepUpPolicy,
  action: string,
  login: Login,
  now: number,
): StepUpNeed | undefined {
  // An action may be called like something every object has.
  const rule = Object.hasOwn(policy, action) ? policy[action] : undefined
  if (rule === undefined) return undefined
  const { max_age, acr_values } = rule
  const why =
    (max_age === undefined ? undefined : tooOld(login, max_age, now)) ??
    (acr_values === undefined ? undefined : tooWeak(login, acr_values))
  return why === undefined ? undefined : { rule, why }
}

/** A reason in words of ours for a line of the log. What the token names as its `acr` is not in it. Pure. */
export function describeStepUp(why: StepUpReason): string {
  switch (why.reason) {
    case 'auth_time_ahead':
    case 'login_too_old':
      return `${why.reason} ${why.seconds} s`
    case 'auth_time_missing':
    case 'acr_missing':
    case 'acr_not_enough':
      return why.reason
  }
}

/** `WWW-Authenticate` of a refusal for want of a fresher or stronger login (RFC 9470 §3). Pure. */
export function stepUpChallenge({ max_age, acr_values }: StepUpRule): string {
  return [
    'Bearer realm="provision"',
    'error="insufficient_user_authentication"',
    ...(acr_values === undefined ? [] : [`acr_values="${acr_values.join(' ')}"`]),
    ...(max_age === undefined ? [] : [`max_age="${max_age}"`]),
  ].join(', ')
}
