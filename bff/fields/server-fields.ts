import type { AccountSnapshot } from '../providers/provider.ts'

/** The fields an account's server fills, by name, as JSON. What it does not tell is left out. Pure. */
export function serverFields(snapshot: AccountSnapshot): Readonly<Record<string, string>> {
  const { username, domain, owner, ip, email, nameservers, reseller } = snapshot
  const known = {
    username,
    domain,
    package: snapshot.package,
    owner,
    ip,
    email,
    nameservers,
    reseller: reseller === null ? null : reseller ? 'yes' : 'no',
  }
  return Object.fromEntries(
    Object.entries(known)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, JSON.stringify(value)]),
  )
}
