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

/**
 * Nobody's server is here: this network, link-local, cloud platforms' own addresses, multicast, reserved. IPv4 written
 * inside IPv6 as `::ffff:…` is judged as the IPv4 it is.
 */
const NEVER = listOf([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  // Metadata and the like at addresses that look ordinary: Alibaba, Azure.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  ['192.88.99.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['fe80::', 10],
  ['fec0::', 10],
  ['100::', 64],
  ['5f00::', 16],
  ['ff00::', 8],
  // Metadata over IPv6: Amazon, Google, Scaleway.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  ['fd00:42::42', 128],
  // Other spellings of IPv4 that something on the way would take us back to: compatible, translated, NAT64 (and the
  // local one), 6to4, Teredo.
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
])
/** Lies among the compatible spellings, and is none of them. */
const LOOPBACK = listOf([['::1', 128]])
const PRIVATE = listOf([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['fc00::', 7],
])

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

/** What kind of address this is: `never` is nobody's server, whatever an operator says. Pure. */
export function kindOfAddress(address: string): 'never' | 'private' | 'public' {
  const [bare = ''] = address.split('%')
  if (LOOPBACK.check(bare, family(bare))) return 'private'
  if (NEVER.check(bare, family(bare))) return 'never'
  return PRIVATE.check(bare, family(bare)) ? 'private' : 'public'
}

/** A network of the operator's list: an address alone is one of its own size. `undefined` for what is none. Pure. */
export function networkOf(entry: string): readonly [string, number] | undefined {
  const [net = '', given, ...rest] = entry.split('/')
  const most = isIPv4(net) ? 32 : 128
  if (isIP(net) === 0 || rest.length > 0) return undefined
  if (given === undefined) return [net, most]
  return /^\d{1,3}$/.test(given) && Number(given) <= most ? [net, Number(given)] : undefined
}

const NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/

/** Whether a text is a host name in its normal form: lower case, ASCII, without a dot at its end. Pure. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && isIP(text) === 0 && NAME.test(text)
}

/**
 * Whether an entry of the operator's list says anything: a host name, an address or a network, and not an address that
 * is never called. Pure.
 */
export function isUsableEntry(entry: string): boolean {
  const network = networkOf(entry)
  if (network === undefined) return isHostName(entry.toLowerCase()) && !/^[\d.]+$/.test(entry)
  return entry.includes('/') || kindOfAddress(network[0]) !== 'never'
}

/** Whether the operator's list names this host or holds this address. Pure. */
export function isAllowedByOperator(allowed: AllowedHosts, host: string): boolean {
  return allowed.some((entry) => {
    const network = networkOf(entry)
    if (network === undefined) return entry.toLowerCase() === host
    return isIP(host) !== 0 && listOf([network]).check(host, family(host))
  })
}

/**
 * Whether an address a host's name was resolved to may be connected to. Of several addresses of a name, those that may
 * not are left out and the others are used: a name that leads to one forbidden address as well gains nothing by it. Pure.
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
