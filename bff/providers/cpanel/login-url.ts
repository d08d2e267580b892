/** Ports a session of each service is on. */
const SERVICE_PORTS = { cpaneld: '2083', webmaild: '2096', whostmgrd: '2087' } as const
export type SessionService = keyof typeof SERVICE_PORTS

/** Characters an address may hold: what a parser would drop, or take for something else, is not in it. */
const PLAIN = /^https:\/\/[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]{1,4088}$/i

/**
 * Takes a login address only if it is written plainly and it leads to the configuration's own host, over TLS, on the service's port or the
 * configuration's. Pure.
 *
 * @returns `undefined` for any other: it is not opened
 */
export function safeLoginUrl(
  given: string,
  service: SessionService,
  target: { readonly host: string; readonly port: number },
): string | undefined {
  if (!PLAIN.test(given) || !URL.canParse(given)) return undefined
  const url = new URL(given)
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const port = url.port === '' ? '443' : url.port
  const fits =
    url.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    host === target.host.toLowerCase() &&
    (port === SERVICE_PORTS[service] || port === String(target.port))
  return fits ? url.href : undefined
}
