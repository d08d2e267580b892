import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { type AllowedHosts, mayConnect } from '../address-rule.ts'

/** A server's name leads to an address this installation does not call. */
export class AddressForbidden extends Error {
  readonly code = 'ADDRESS_FORBIDDEN'
  override readonly name = 'AddressForbidden'
}

/** Asks for all addresses of a name, as `dns.lookup` does. */
export type ResolveAll = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

/**
 * Resolves names for a connection and keeps only addresses that may be connected to: what was checked is what is used,
 * so a name that changes its address in between gains nothing. Asked for every new connection.
 *
 * @param resolve asks the names; the system's resolver unless told
 */
export function guardedLookup(allowed: AllowedHosts, resolve: ResolveAll = lookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, [])
      const fit = found.filter(({ address }) => mayConnect(allowed, hostname, address))
      const [first] = fit
      if (first === undefined)
        return done(new AddressForbidden('the name leads to an address that is not called'), [])
      return options.all === true ? done(null, fit) : done(null, first.address, first.family)
    })
  }
}

/**
 * Connecting to an address asks no resolver, so it is judged beforehand.
 *
 * @throws {AddressForbidden}
 */
export function refuseForbiddenLiteral(host: string, allowed: AllowedHosts): void {
  if (isIP(host) !== 0 && !mayConnect(allowed, host, host))
    throw new AddressForbidden('this address is not called')
}
