import { isIP } from 'node:net'
import {
  type AllowedHosts,
  isAllowedByOperator,
  isHostName,
  kindOfAddress,
} from '../providers/address-rule.ts'

export type { AllowedHosts }

export type HostVerdict =
  | { readonly ok: true; readonly host: string }
  | { readonly ok: false; readonly code: 'format' | 'address_forbidden' | 'port_forbidden' }

/** Ports WHM and cPanel answer on with TLS, and the one proxies use. */
const USUAL_PORTS = [2087, 2083, 443]

const NEVER_NAMES = ['metadata', 'metadata.google.internal', 'instance-data']

/**
 * Brings a typed host into its one form and says whether a configuration may name it. An address is judged here because
 * connecting to one asks no resolver; a name's addresses must be judged again when it is connected to. Pure.
 *
 * @param typed a host name or an IP address, without scheme, port or path
 * @param allowed the operator's list; it opens private addresses and other ports, never link-local ones
 */
export function checkHost(typed: string, port: number, allowed: AllowedHosts): HostVerdict {
  const trimmed = typed.trim()
  // What a URL would take for a port, a user, a path or an escape is no host.
  if (/[\s/\\?#@%]/.test(trimmed)) return { ok: false, code: 'format' }
  const bracketed = isIP(trimmed) === 6 ? `[${trimmed}]` : trimmed
  let hostname: string
  try {
    const url = new URL(`https://${bracketed}/`)
    if (url.port !== '' || /:\d*$/.test(bracketed.replace(/^\[.*\]/, '')))
      return { ok: false, code: 'format' }
    hostname = url.hostname
  } catch {
    return { ok: false, code: 'format' }
  }
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) === 0 && !isHostName(host)) return { ok: false, code: 'format' }
  const numeric = isIP(host) !== 0
  if (numeric ? kindOfAddress(host) === 'never' : NEVER_NAMES.includes(host))
    return { ok: false, code: 'address_forbidden' }
  const byOperator = isAllowedByOperator(allowed, host)
  const local = numeric
    ? kindOfAddress(host) === 'private'
    : host === 'localhost' || host.endsWith('.localhost')
  if (local && !byOperator) return { ok: false, code: 'address_forbidden' }
  if (!byOperator && !USUAL_PORTS.includes(port)) return { ok: false, code: 'port_forbidden' }
  return { ok: true, host }
}
