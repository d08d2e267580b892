import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Hosts and networks (`10.0.0.0/8`, `192.168.1.5`, `localhost`, `whm.internal`) the operator allows although they are
 * private. Comes from the operator's configuration, never from a page.
 */
export type AllowedHosts = readonly string[]

export type HostVerdict =
  | { readonly ok: true; readonly host: string }
  | { readonly ok: false; readonly code: 'format' | 'address_forbidden' | 'port_forbidden' }

/** Ports WHM and cPanel answer on with TLS, and the one proxies use. */
const USUAL_PORTS = [2087, 2083, 443]

function listOf(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, isIPv4(net) ? 'ipv4' : 'ipv6')
  return list
}

/** Nobody's server is here: this network, link-local and cloud metadata, multicast, reserved. */
const NEVER = listOf([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['ff00::', 8],
  // Other spellings of IPv4 that a translator would take us back to.
  ['64:ff9b::', 96],
  ['2002::', 16],
])
const PRIVATE = listOf([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['fc00::', 7],
])
const NEVER_NAMES = ['metadata', 'metadata.google.internal', 'instance-data']

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

function allows(allowed: AllowedHosts, host: string): boolean {
  return allowed.some((entry) => {
    const [net = '', prefix] = entry.toLowerCase().split('/')
    if (prefix === undefined || isIP(host) === 0 || isIP(net) === 0) return net === host
    return listOf([[net, Number(prefix)]]).check(host, family(host))
  })
}

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
  if (host === '' || (isIP(host) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host)))
    return { ok: false, code: 'format' }
  const numeric = isIP(host) !== 0
  if (numeric ? NEVER.check(host, family(host)) : NEVER_NAMES.includes(host))
    return { ok: false, code: 'address_forbidden' }
  const byOperator = allows(allowed, host)
  const local = numeric
    ? PRIVATE.check(host, family(host))
    : host === 'localhost' || host.endsWith('.localhost')
  if (local && !byOperator) return { ok: false, code: 'address_forbidden' }
  if (!byOperator && !USUAL_PORTS.includes(port)) return { ok: false, code: 'port_forbidden' }
  return { ok: true, host }
}
