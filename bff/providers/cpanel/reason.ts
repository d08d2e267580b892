import type { Cause } from './verdicts.ts'

/** A `metadata.reason` without what changes from call to call. */
export interface Reason {
  /** The server's words, trimmed; still hostile input. */
  readonly text: string
  /** For the server operator's own log; undefined where the server gave none. */
  readonly xid: string | undefined
  /** The server said that the call itself broke: it may be half done. */
  readonly broke: boolean
}

/** Characters of a reason that are looked at: of one without end, finding its Perl line would never end. */
const LOOKED_AT = 4000

/** Takes `API failure:`, `(XID …)` and the Perl line off a reason, and straightens its quotes. Pure. */
export function normaliseReason(said: string): Reason {
  const raw = said.slice(0, LOOKED_AT)
  const match = /^\s*(API failure:\s*)?(?:\(XID (\w{1,16})\)\s*)?/i.exec(raw)
  const text = raw
    .slice(match?.[0].length ?? 0)
    .replace(/\s+at \S+ line \d+\.?\s*$/, '')
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[’‘]/g, "'")
    .trim()
  return { text, xid: match?.[2], broke: match?.[1] !== undefined }
}

/** What WHM says before it does anything (whm-api §5). */
const SAID: readonly (readonly [RegExp, Cause])[] = [
  [/^this system already has (an account|a group) named "?[^"]*"?\.?$/i, 'said_username_taken'],
  [/^sorry, a group for that username already exists\.?$/i, 'said_username_taken'],
  [/first 8 characters must be unique|same initial 8 characters/i, 'said_username_taken'],
  [/is a reserved username on this system\.?$/i, 'said_username_invalid'],
  [/is not a valid username on this system\.?$/i, 'said_username_invalid'],
  [
    /^the domain "?[^"]*"? already exists in the (apache configuration|userdata)\.?$/i,
    'said_domain_taken',
  ],
  [/^sorry, that's an invalid domain\.?$/i, 'said_domain_invalid'],
  [/password you selected cannot be used because it is too weak/i, 'said_password_weak'],
  [/passwords must be at least/i, 'said_password_weak'],
  [/password may not contain the username/i, 'said_password_weak'],
  [/^specified package .*does not exist\.?$/i, 'said_package_not_found'],
  [/^sorry,? you may not create any more accounts with the package/i, 'said_package_limit'],
  [/^account does not exist\.?$/i, 'said_account_not_found'],
  [/^sorry,? the user \S+ does not exist\.?$/i, 'said_account_not_found'],
  [/^(warning!\.\. )?system user \S+ does not exist!?$/i, 'said_account_not_found'],
  [
    /^_(un)?(suspendacct|setupreseller) called for a user that does not exist\./i,
    'said_account_not_found',
  ],
  [/^unable to fetch the cpanel user file for /i, 'said_account_not_found'],
  [/^invalid user\. cannot set quota\.?$/i, 'said_account_not_found'],
  [/^you do not have a user named /i, 'said_account_not_found'],
  [/^you do not have access to an account named /i, 'said_account_forbidden'],
  [/^specified user is not a reseller\.?$/i, 'said_not_a_reseller'],
  [/^not a reseller\.?$/i, 'said_not_a_reseller'],
  [/^reseller (\S+ )?does not exist\.?$/i, 'said_not_a_reseller'],
  [/^_setupreseller tried to make a reseller out of a reseller/i, 'said_already_reseller'],
  [/^root user may not be suspended\.?$/i, 'said_protected_account'],
  [/owner does not exist/i, 'said_owner_not_found'],
  [/^unable to determine account owner for domain\.?$/i, 'said_domain_not_found'],
  [/^failed to set quota for user\.?$/i, 'said_quota_failed'],
  [/^unknown app(?: requested)?(?::| \()/i, 'said_function_unknown'],
  // Not "Permission denied": so an operating system says that a file could not be written, in the middle of the work.
  [/^(access denied|insufficient permission|you do not have permission)/i, 'said_access_denied'],
]

/**
 * Says which cause WHM's refusal of a call is. Pure.
 *
 * Only texts known to be said before anything is done have a cause of their own that may be definite; disk full,
 * `API failure` and words we do not know may come from the middle of the work.
 */
export function causeOfReason(raw: string): Cause {
  const { text, broke } = normaliseReason(raw)
  if (/no space left on device|disk quota exceeded/i.test(text)) return 'said_disk_full'
  for (const [pattern, cause] of SAID) {
    if (pattern.test(text))
      return broke && cause !== 'said_account_not_found' ? 'said_it_broke' : cause
  }
  if (/\blicen[cs]e\b/i.test(text)) return 'said_licence'
  return broke ? 'said_it_broke' : 'said_unknown_words'
}
