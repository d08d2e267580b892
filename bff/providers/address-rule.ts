import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Hosts and networks (`10.0.0.0/8`, `192.168.1.5`, `localhost`, `whm.internal`) the operator allows although they are
 * private. Comes from the operator's configuration, never from a page.
 */
export type AllowedHosts = readonly string[]

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

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

/** What kind of address this is: `never` is nobody's server, whatever an operator says. Pure. */
export function kindOfAddress(address: string): 'never' | 'private' | 'public' {
  const [bare = ''] = address.split('%')
  if (NEVER.check(bare, family(bare))) return 'never'
  return PRIVATE.check(bare, family(bare)) ? 'private' : 'public'
}

/** Whether the operator's list names this host or holds this address. Pure. */
export function isAllowedByOperator(allowed: AllowedHosts, host: string): boolean {
  return allowed.some((entry) => {
    const [net = '', prefix] = entry.toLowerCase().split('/')
    if (prefix === undefined || isIP(host) === 0 || isIP(net) === 0) return net === host
    return listOf([[net, Number(prefix)]]).check(host, family(host))
  })
}

/**
 * Whether an address a host's name was resolved to may be connected to. Pure.
 *
 * @param host the name as configured; an operator who allows it allows its private addresses
 */
export function mayConnect(allowed: AllowedHosts, host: string, address: string): boolean {
  switch (kindOfAddress(address)) {
    case 'never':
      return false
    case 'public':
      return true
    case 'private':
      return isAllowedByOperator(allowed, host) || isAllowedByOperator(allowed, address)
  }
}
