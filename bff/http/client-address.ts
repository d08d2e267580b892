import { BlockList, isIP, isIPv4 } from 'node:net'
import { kindOfAddress, networkOf } from '../providers/address-rule.ts'

/** Says where a request comes from, as far as that can be believed; undefined where callers look alike. */
export type AddressOf = (peer: string | undefined, headers: Headers) => string | undefined

/** Whether an entry of the operator's list names a proxy: an address or a network, and not everybody. Pure. */
export function isProxyEntry(entry: string): boolean {
  const network = networkOf(entry)
  return network !== undefined && network[1] > 0
}

/** Eight groups of an IPv6 address. @param address one that is well formed, without a zone */
function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const numbers = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  if (tail === undefined) return numbers(head)
  const [before, behind] = [numbers(head), numbers(tail)]
  return [...before, ...Array<number>(8 - before.length - behind.length).fill(0), ...behind]
}

/** One spelling of an address: without zone or port, IPv4 as itself however it is wrapped. Undefined for what is none. */
function plain(text: string): string | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1]
  const ported = /^([\d.]+):\d{1,5}$/.exec(text)?.[1]
  const [bare = ''] = (bracketed ?? ported ?? text).split('%')
  if (isIP(bare) === 0) return undefined
  if (isIPv4(bare)) return bare
  const groups = groupsOf(bare)
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : bare
}

/** What is counted as one caller: an IPv4 address, or the /64 that one IPv6 customer has at least. */
function callerOf(address: string): string {
  if (isIPv4(address)) return address
  const network = groupsOf(address).slice(0, 4)
  return `${network.map((group) => group.toString(16)).join(':')}::/64`
}

/**
 * How callers are told apart.
 *
 * Whoever connects is the caller, unless it is a proxy the operator has named: then it is the last of `X-Forwarded-For`
 * that is none of them, which the nearest named proxy wrote itself. Before anything is named, whoever connects from this
 * machine or a private network is most likely a proxy with everybody behind it, and is taken for nobody.
 *
 * @param proxies addresses and networks; an empty list says that there is none; undefined where nothing is said
 */
export function addressTeller(proxies: readonly string[] | undefined): AddressOf {
  const named = new BlockList()
  for (const entry of proxies ?? []) {
    const network = networkOf(entry)
    if (network !== undefined) named.addSubnet(...network, isIPv4(network[0]) ? 'ipv4' : 'ipv6')
  }
  const isNamed = (address: string) => named.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
  return (peer, headers) => {
    const near = peer === undefined ? undefined : plain(peer)
    if (near === undefined) return undefined
    if (proxies === undefined) return kindOfAddress(near) === 'public' ? callerOf(near) : undefined
    if (!isNamed(near)) return callerOf(near)
    const hops = (headers.get('x-forwarded-for') ?? '').split(',').reverse()
    for (const hop of hops) {
      const address = plain(hop.trim())
      if (address === undefined) return undefined
      if (!isNamed(address)) return callerOf(address)
    }
    return undefined
  }
}
