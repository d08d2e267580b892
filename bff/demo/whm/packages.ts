import type { Call, Refusal } from './function.ts'
import { refused } from './outcome.ts'
import { holds } from './privileges.ts'
import type { Account, LimitName, Package, World } from './world.ts'

const LIMITS: readonly LimitName[] = [
  'maxaddon',
  'maxftp',
  'maxlst',
  'maxpark',
  'maxpop',
  'maxsql',
  'maxsub',
]

/** Names of the limits, in the order in which they are written. */
export function limitNames(): readonly LimitName[] {
  return LIMITS
}

/** What an account without a package gets, and what a new package starts with. */
export function packageNamed(name: string, owner: string): Package {
  return {
    name,
    owner,
    quota: null,
    bandwidth_limit: null,
    limits: {
      maxaddon: 0,
      maxftp: null,
      maxlst: null,
      maxpark: 0,
      maxpop: null,
      maxsql: null,
      maxsub: null,
    },
    max_email_per_hour: null,
    max_emailacct_quota: 1024,
    feature_list: 'default',
    theme: 'jupiter',
    language: 'en',
    shell: false,
    cgi: true,
    dedicated_ip: false,
  }
}

/** A package by name. `default` exists on every server, even where nobody made it. */
export function packageOf(world: World, name: string): Package | undefined {
  if (Object.hasOwn(world.packages, name)) return world.packages[name]
  return name === 'default' ? packageNamed('default', 'root') : undefined
}

/** Whether the caller may see, and give away, a package. */
export function seesPackage(call: Call, each: Package): boolean {
  if (call.caller.is_root || each.owner === call.caller.user) return true
  return each.owner === 'root' && holds(call.caller, 'viewglobalpackages')
}

export type FoundPackage = { readonly ok: true; readonly package: Package } | Refusal

/** The package of a name for this caller, or the refusal. */
export function findPackage(world: World, call: Call, name: string): FoundPackage {
  const found = packageOf(world, name)
  if (found !== undefined && seesPackage(call, found)) return { ok: true, package: found }
  const older = call.version === 0 || world.settings.texts === 'older'
  return refused(
    older ? 'Specified package does not exist.' : `Specified package ${name} does not exist.`,
  )
}

/** Why a reseller may not give an account this package, or `undefined`. */
export function packageLimitProblem(
  world: World,
  owner: string,
  name: string,
  except?: string,
): Refusal | undefined {
  const reseller = Object.hasOwn(world.resellers, owner) ? world.resellers[owner] : undefined
  const limit =
    reseller !== undefined && Object.hasOwn(reseller.package_limits, name)
      ? reseller.package_limits[name]
      : null
  if (limit === null || limit === undefined) return undefined
  const used = Object.values(world.accounts).filter(
    (account) => account.owner === owner && account.package === name && account.user !== except,
  ).length
  if (used < limit) return undefined
  return refused(`Sorry you may not create any more accounts with the package ${name}.`)
}

/** Puts an account on a package. */
export function applyPackage(account: Account, wanted: Package): void {
  account.package = wanted.name
  account.quota = wanted.quota ?? 0
  account.bandwidth_limit = wanted.bandwidth_limit ?? 0
  account.limits = { ...wanted.limits }
  account.theme = wanted.theme
  account.shell = wanted.shell ? '/bin/bash' : '/bin/false'
}
