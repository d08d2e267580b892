import type { Answer } from '../provider.ts'
import { answerOf } from './account.ts'
import { type PackageItem, packagesData } from './functions.ts'
import { limitOf, sizeLimitOf } from './quantities.ts'
import type { WhmClient } from './whm-client.ts'

const COUNTS = {
  addon_domains: 'MAXADDON',
  parked_domains: 'MAXPARK',
  subdomains: 'MAXSUB',
  databases: 'MAXSQL',
  email_accounts: 'MAXPOP',
  ftp_accounts: 'MAXFTP',
  mailing_lists: 'MAXLST',
} as const satisfies Record<string, keyof PackageItem>

/** A package with its limits by the keys an account's have; sizes in bytes, `null` is unlimited. */
export interface Package {
  readonly name: string
  readonly limits: Readonly<Record<string, number | null>>
}

/** What a package allows; what cannot be read is left out. Pure. */
export function packageOf(item: PackageItem): Package {
  const limits: Record<string, number | null> = {}
  const keep = (key: string, limit: number | null | undefined) => {
    if (limit !== undefined) limits[key] = limit
  }
  keep('disk', sizeLimitOf(item.QUOTA))
  keep('bandwidth', sizeLimitOf(item.BWLIMIT))
  for (const [key, column] of Object.entries(COUNTS)) keep(key, limitOf(item[column]))
  return { name: item.name, limits }
}

/** The packages this token may make accounts of. */
export async function readPackages(client: WhmClient): Promise<Answer<readonly Package[]>> {
  const outcome = await client.ask('listpkgs', { want: 'creatable' }, packagesData)
  return answerOf(outcome, ({ pkg }) => pkg.map(packageOf))
}

/** Whether a server's plan is the package asked for: a reseller's own carry its name in front. Pure. */
export function isPackage(plan: string | null, asked: string, api_user: string): boolean {
  return plan === asked || plan === `${api_user}_${asked}`
}

/**
 * The package of this name, or the token's own of it.
 *
 * @returns a fault `package_not_found`; `undefined` as value when the server does not let its packages be listed
 */
export async function findPackage(
  client: WhmClient,
  name: string,
  api_user: string,
): Promise<Answer<Package | undefined>> {
  const packages = await readPackages(client)
  if (!packages.ok)
    return packages.fault.transport
      ? packages
      : // A token without the right to list may use a package all the same.
        { ok: true, value: undefined }
  const found =
    packages.value.find((one) => one.name === name) ??
    packages.value.find((one) => isPackage(one.name, name, api_user))
  return found === undefined
    ? { ok: false, fault: { code: 'package_not_found', transport: false } }
    : { ok: true, value: found }
}
