import type { BearerFault } from './bearer.ts'
import type { ClaimFault } from './claim-rules.ts'
import type { JwsFault } from './compact-jws.ts'
import type { GrantFault } from './grant.ts'
import type { HeaderFault } from './header-rules.ts'
import type { RevocationFault } from './revocation.ts'
import type { SignatureFault } from './signature.ts'

/** The issuer a token names is nobody's here. */
export interface IssuerFault {
  readonly reason: 'issuer_unknown'
}

/** Too many tokens that did not verify came from where this one does: it was not looked at. */
export interface BrakeFault {
  readonly reason: 'held_back'
  /** Until the next one is. */
  readonly seconds: number
  /** Failures in so many seconds that would have been let pass. */
  readonly bound: number
}

/** A page asks that is not the tenant's. */
export interface OriginFault {
  readonly reason: 'origin_foreign'
}

/** Everything that can be wrong with a request's token, by the check that found it. For our log only. */
export type TokenFault =
  | BearerFault
  | JwsFault
  | IssuerFault
  | BrakeFault
  | HeaderFault
  | SignatureFault
  | ClaimFault
  | RevocationFault
  | OriginFault
  | GrantFault

/** The little of it that is told: one answer each, whatever the reason. */
export type Refused =
  | 'token_missing'
  | 'invalid_request'
  | 'invalid_token'
  | 'origin_forbidden'
  | 'keys_unavailable'
  | 'rate_limited'

/** What a caller is told of a fault. Pure. */
export function refusedFor(fault: TokenFault): Refused {
  switch (fault.reason) {
    case 'no_token':
      return 'token_missing'
    case 'header_too_long':
    case 'header_malformed':
    case 'token_in_query':
      return 'invalid_request'
    case 'not_three_parts':
    case 'not_base64url':
    case 'not_strict_json':
    case 'not_an_object':
    case 'issuer_unknown':
    case 'algorithm_missing':
    case 'algorithm_forbidden':
    case 'type_wrong':
    case 'key_id_wrong':
    case 'extension_critical':
    case 'key_unknown':
    case 'signature_wrong':
    case 'claim_wrong':
    case 'issuer_wrong':
    case 'audience_wrong':
    case 'expired':
    case 'not_yet_valid':
    case 'lifetime_too_long':
    case 'ends_before_it_begins':
    case 'revoked':
    case 'client_without_service':
      return 'invalid_token'
    case 'origin_foreign':
    case 'origin_not_listed':
      return 'origin_forbidden'
    case 'keys_unavailable':
      return 'keys_unavailable'
    case 'held_back':
      return 'rate_limited'
  }
}

/**
 * A fault in words of ours for a line of the log: its reason and what of it is one of our own names or a number. Nothing
 * a token said is in it. Pure.
 */
export function describeFault(fault: TokenFault): string {
  switch (fault.reason) {
    case 'not_base64url':
    case 'not_an_object':
      return `${fault.reason} ${fault.part}`
    case 'not_strict_json':
      return `${fault.reason} ${fault.part} ${fault.fault}`
    case 'claim_wrong':
      return `${fault.reason} ${fault.claim}`
    case 'expired':
    case 'not_yet_valid':
    case 'lifetime_too_long':
    case 'held_back':
      return `${fault.reason} ${fault.seconds} s`
    case 'revoked':
      return `${fault.reason} ${fault.by}`
    default:
      return fault.reason
  }
}
