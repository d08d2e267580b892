import type { MiddlewareHandler } from 'hono'

const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * The same policy for a page of ours that brings one style sheet inside: that text and no other is let through.
 *
 * @param digest of the text between `<style>` and `</style>`: SHA-256, base64
 */
export function policyWithStyle(digest: string): string {
  return `${POLICY}; style-src 'sha256-${digest}'`
}

/**
 * What every answer carries, whatever it is: read as the type it says and nothing else, shown in no frame, running
 * nothing, telling no other site where its reader was, over TLS alone for a year.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
}

const OWN_STYLE = new RegExp(`^${POLICY}; style-src 'sha256-[A-Za-z0-9+/]{43}='$`)

/** What an answer carries unless it says otherwise: kept by nobody, and readable across origins by CORS alone. */
const UNLESS_SAID: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
}

/** Puts the headers on an answer of any kind. A policy it has itself stays if it is `policyWithStyle`'s. */
export function secure(headers: Headers): void {
  const policy = headers.get('content-security-policy') ?? ''
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value)
  if (OWN_STYLE.test(policy)) headers.set('content-security-policy', policy)
  for (const [name, value] of Object.entries(UNLESS_SAID))
    if (!headers.has(name)) headers.set(name, value)
}

/** The same for headers that are not yet an answer's. Pure. */
export function securedHeaders(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...UNLESS_SAID, ...headers, ...SECURITY_HEADERS }
}

/** First of all middleware, so that no answer escapes it: an error's and a preflight's neither. */
export function securityHeaders(): MiddlewareHandler {
  return async function securityHeaders(c, next) {
    await next()
    secure(c.res.headers)
  }
}
