/** Ports a session of each service is on. */
const SERVICE_PORTS = { cpaneld: '2083', webmaild: '2096', whostmgrd: '2087' } as const
export type SessionService = keyof typeof SERVICE_PORTS

/**
 * Takes a login address only if it leads to the configuration's own host, over TLS, on the service's port or the
 * configuration's. Pure.
 *
 * @returns `undefined` for any other: it is not opened
 */
export function safeLoginUrl(
  given: string,
  service: SessionService,
  target: { readonly host: string; readonly port: number },
): string | undefined {
  if (!URL.canParse(given)) return undefined
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
