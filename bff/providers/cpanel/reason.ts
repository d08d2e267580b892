/** A `metadata.reason` without what changes from call to call. */
export interface Reason {
  /** The server's words, trimmed; still hostile input. */
  readonly text: string
  /** For the server operator's own log; undefined where the server gave none. */
  readonly xid: string | undefined
  /** The server said that the call itself broke: it may be half done. */
  readonly broke: boolean
}

/** Takes `API failure:`, `(XID …)` and the Perl line off a reason, and straightens its quotes. Pure. */
export function normaliseReason(raw: string): Reason {
  const match = /^\s*(API failure:\s*)?(?:\(XID (\w{1,16})\)\s*)?/i.exec(raw)
  const text = raw
    .slice(match?.[0].length ?? 0)
    .replace(/\s+at \S+ line \d+\.?\s*$/, '')
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[’‘]/g, "'")
    .trim()
  return { text, xid: match?.[2], broke: match?.[1] !== undefined }
}

/** Definite refusals by what WHM says (whm-api §5). The server checked and did nothing. */
const DEFINITE: readonly (readonly [RegExp, string])[] = [
  [/^this system already has (an account|a group) named "?[^"]*"?\.?$/i, 'username_taken'],
  [/^sorry, a group for that username already exists\.?$/i, 'username_taken'],
  [/first 8 characters must be unique|same initial 8 characters/i, 'username_taken'],
  [/is a reserved username on this system\.?$/i, 'username_invalid'],
  [/is not a valid username on this system\.?$/i, 'username_invalid'],
  [
    /^the domain "?[^"]*"? already exists in the (apache configuration|userdata)\.?$/i,
    'domain_taken',
  ],
  [/^sorry, that's an invalid domain\.?$/i, 'domain_invalid'],
  [/password you selected cannot be used because it is too weak/i, 'password_weak'],
  [/passwords must be at least/i, 'password_weak'],
  [/password may not contain the username/i, 'password_weak'],
  [/^specified package .*does not exist\.?$/i, 'package_not_found'],
  [/^sorry,? you may not create any more accounts with the package/i, 'package_limit'],
  [/^account does not exist\.?$/i, 'account_not_found'],
  [/^sorry,? the user \S+ does not exist\.?$/i, 'account_not_found'],
  [/^(warning!\.\. )?system user \S+ does not exist!?$/i, 'account_not_found'],
  [
    /^_(un)?(suspendacct|setupreseller) called for a user that does not exist\./i,
    'account_not_found',
  ],
  [/^unable to fetch the cpanel user file for /i, 'account_not_found'],
  [/^invalid user\. cannot set quota\.?$/i, 'account_not_found'],
  [/^you do not have a user named /i, 'account_not_found'],
  [/^you do not have access to an account named /i, 'account_forbidden'],
  [/^specified user is not a reseller\.?$/i, 'not_a_reseller'],
  [/^not a reseller\.?$/i, 'not_a_reseller'],
  [/^reseller (\S+ )?does not exist\.?$/i, 'not_a_reseller'],
  [/^_setupreseller tried to make a reseller out of a reseller/i, 'already_reseller'],
  [/^root user may not be suspended\.?$/i, 'protected_account'],
  [/owner does not exist/i, 'owner_not_found'],
  [/^unable to determine account owner for domain\.?$/i, 'domain_not_found'],
  [/^failed to set quota for user\.?$/i, 'quota_invalid'],
  [/^unknown app(?: requested)?(?::| \()/i, 'function_unknown'],
  [
    /^(access denied|permission denied|insufficient permission|you do not have permission)/i,
    'access_denied',
  ],
]

/** What a `result: 0` means. `uncertain`: the call may be half done. */
export interface Refused {
  readonly code: string
  readonly uncertain: boolean
}

/**
 * Says what WHM's refusal of a call means. Pure.
 *
 * Only texts known to be said before anything is done are definite; disk full, `API failure` and words we do not know
 * may come from the middle of the work.
 */
export function classifyReason(raw: string): Refused {
  const { text, broke } = normaliseReason(raw)
  if (/no space left on device|disk quota exceeded/i.test(text))
    return { code: 'disk_full', uncertain: true }
  for (const [pattern, code] of DEFINITE) {
    if (pattern.test(text)) return { code, uncertain: broke && code !== 'account_not_found' }
  }
  if (/\blicen[cs]e\b/i.test(text)) return { code: 'licence', uncertain: true }
  return { code: 'server_refused', uncertain: true }
}
