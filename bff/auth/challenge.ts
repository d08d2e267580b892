import type { Refused } from './token-fault.ts'

const REALM = 'Bearer realm="provision"'

/** `WWW-Authenticate` of each refusal (RFC 6750 §3): no `error` where no token was sent, none at all where none helps. Pure. */
export function challengeOf(refused: Refused): string | undefined {
  switch (refused) {
    case 'token_missing':
      return REALM
    case 'invalid_request':
    case 'invalid_token':
      return `${REALM}, error="${refused}"`
    case 'origin_forbidden':
    case 'keys_unavailable':
    case 'rate_limited':
      return undefined
  }
}

/**
 * `WWW-Authenticate` beside a 403 for what the token does not allow. Pure.
 *
 * @param scope one of ours, which need no quoting; undefined where it depends on what the operation does
 */
export function scopeChallenge(scope: string | undefined): string {
  const named = scope === undefined ? '' : `, scope="${scope}"`
  return `${REALM}, error="insufficient_scope"${named}`
}
