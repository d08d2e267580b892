/** Where a request carries its credentials. */
export interface Credentials {
  /** The `Authorization` header; several are joined by commas. */
  readonly authorization: string | undefined
  /** Whether the query has an `access_token`: a way that leaks into logs and histories. */
  readonly in_query: boolean
}

/** Why a request carries no token we would look at. */
export type BearerFault =
  | { readonly reason: 'no_token' }
  | { readonly reason: 'header_too_long' }
  | { readonly reason: 'header_malformed' }
  | { readonly reason: 'token_in_query' }

/** Characters an Authorization header may have. */
export const HEADER_LIMIT = 8 * 1024

/** RFC 6750 §2.1. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i
/** Another scheme, with or without what belongs to it (RFC 9110 §11.4). */
const OTHER_SCHEME = /^(?!Bearer(?:[ ,]|$))[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: [\t\x20-\x7e]*)?$/i

/**
 * Takes the token out of a request. One way only: the header. A scheme we do not speak is as if nothing had been sent
 * (RFC 6750 §3.1). Pure.
 */
export function bearerOf({
  authorization,
  in_query,
}: Credentials):
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly fault: BearerFault } {
  if (in_query) return { ok: false, fault: { reason: 'token_in_query' } }
  if (authorization === undefined || authorization === '')
    return { ok: false, fault: { reason: 'no_token' } }
  if (authorization.length > HEADER_LIMIT)
    return { ok: false, fault: { reason: 'header_too_long' } }
  const token = BEARER.exec(authorization)?.[1]
  if (token !== undefined) return { ok: true, token }
  const reason =
    OTHER_SCHEME.test(authorization) && !/[ ,]Bearer(?: |$)/i.test(authorization)
      ? 'no_token'
      : 'header_malformed'
  return { ok: false, fault: { reason } }
}
