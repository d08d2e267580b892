import { type Claims, claimsSchema } from './claims.ts'

/** Why the claims of an authentic token are refused. */
export type ClaimFault =
  /** `claim` is one of ours by name, never something the token made up. */
  | { readonly reason: 'claim_wrong'; readonly claim: string }
  | { readonly reason: 'issuer_wrong' }
  | { readonly reason: 'audience_wrong' }
  | { readonly reason: 'expired'; readonly seconds: number }
  | { readonly reason: 'not_yet_valid'; readonly seconds: number }
  | { readonly reason: 'lifetime_too_long'; readonly seconds: number }
  | { readonly reason: 'ends_before_it_begins' }

/** Longest life of a token, in seconds (DESIGN §7). */
export const LONGEST_LIFE = 15 * 60
/** Seconds by which an issuer's clock and ours may differ. */
export const LEEWAY = 5

/** What the claims must agree with. */
export interface ClaimRules {
  readonly issuer: string
  /** The BFF's public URL: the only audience. */
  readonly audience: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

function audienceFault({ aud }: Claims, ours: string): ClaimFault | undefined {
  // A token for somebody else too could be used here by that somebody (RFC 9068 §5).
  const only = typeof aud === 'string' ? aud : aud.length === 1 ? aud[0] : undefined
  return only === ours ? undefined : { reason: 'audience_wrong' }
}

function timeFault({ exp, iat, nbf }: Claims, now: number): ClaimFault | undefined {
  const life = exp - iat
  if (life <= 0) return { reason: 'ends_before_it_begins' }
  if (life > LONGEST_LIFE) return { reason: 'lifetime_too_long', seconds: life }
  const seconds = now / 1000
  const late = seconds - exp
  if (late >= LEEWAY) return { reason: 'expired', seconds: Math.floor(late) }
  const early = Math.max(iat, nbf ?? iat) - seconds
  if (early > LEEWAY) return { reason: 'not_yet_valid', seconds: Math.ceil(early) }
  return undefined
}

/** Judges the claims of a token whose signature is verified (RFC 9068 §4, RFC 7519 §4.1). Pure: the time is handed in. */
export function checkClaims(
  payload: Readonly<Record<string, unknown>>,
  { issuer, audience, now }: ClaimRules,
):
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly fault: ClaimFault } {
  const parsed = claimsSchema.safeParse(payload)
  if (!parsed.success) {
    const claim = String(parsed.error.issues[0]?.path[0] ?? '')
    return { ok: false, fault: { reason: 'claim_wrong', claim } }
  }
  const claims = parsed.data
  const fault: ClaimFault | undefined =
    (claims.iss === issuer ? undefined : { reason: 'issuer_wrong' }) ??
    audienceFault(claims, audience) ??
    timeFault(claims, now)
  return fault === undefined ? { ok: true, claims } : { ok: false, fault }
}
