import { Agent, fetch, type Response } from 'undici'
import type { AllowedHosts } from './address-rule.ts'
import { guardedLookup, refuseForbiddenLiteral } from './cpanel/lookup.ts'

/** Milliseconds until a connection must stand. */
const CONNECT = 5000

/** What may be told to a request. */
export interface GuardedInit {
  readonly redirect: 'error'
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
}

/**
 * A `fetch` that connects where this installation may connect and nowhere else, judged by the address it connects to; it
 * follows no redirect.
 *
 * @param allowed private hosts and networks the operator allows
 * @param ca PEM of authorities beside those of the system
 */
export function guardedFetch(
  allowed: AllowedHosts,
  ca?: string,
): (url: string, init: GuardedInit) => Promise<Response> {
  const dispatcher = new Agent({
    connect: {
      lookup: guardedLookup(allowed),
      timeout: CONNECT,
      ...(ca === undefined ? {} : { ca }),
    },
  })
  return async (url, init) => {
    refuseForbiddenLiteral(new URL(url).hostname.replace(/^\[|\]$/g, ''), allowed)
    return fetch(url, { ...init, dispatcher })
  }
}
