import type { Refusal } from './function.ts'
import { refused } from './outcome.ts'
import type { Package, Reseller, World } from './world.ts'

/** The reseller of a name. */
export function resellerOf(world: World, user: string): Reseller | undefined {
  return Object.hasOwn(world.resellers, user) ? world.resellers[user] : undefined
}

/** A reseller without any limit. */
export function newReseller(user: string, privileges: readonly string[]): Reseller {
  return {
    user,
    privileges: [...privileges],
    acl_list: null,
    account_limit: null,
    account_limit_enabled: false,
    resource_limits_enabled: false,
    bandwidth_limit: null,
    disk_limit: null,
    overselling: { bandwidth: false, disk: false },
    package_limits: {},
    suspended: null,
  }
}

/** Why nobody of this name can own accounts, or `undefined`. */
export function ownerProblem(world: World, owner: string): Refusal | undefined {
  if (owner === 'root' || resellerOf(world, owner) !== undefined) return undefined
  return refused(`Owner does not exist: ${owner}`)
}

/** Why a reseller may not have one more account with this package, or `undefined`. */
export function resellerLimitProblem(
  world: World,
  owner: string,
  wanted: Package,
): Refusal | undefined {
  const reseller = resellerOf(world, owner)
  if (reseller === undefined) return undefined
  const owned = Object.values(world.accounts).filter((account) => account.owner === owner)
  const { account_limit: most } = reseller
  if (reseller.account_limit_enabled && most !== null && owned.length >= most) {
    return refused(`Sorry, you may not create any more accounts. Your limit is ${most}.`)
  }
  if (!reseller.resource_limits_enabled) return undefined
  const disk = owned.reduce((sum, account) => sum + account.quota, 0)
  if (exceeds(reseller.disk_limit, reseller.overselling.disk, disk, wanted.quota)) {
    return refused('Sorry, you do not have enough disk space left for this account.')
  }
  const bandwidth = owned.reduce((sum, account) => sum + account.bandwidth_limit, 0)
  if (
    exceeds(
      reseller.bandwidth_limit,
      reseller.overselling.bandwidth,
      bandwidth,
      wanted.bandwidth_limit,
    )
  ) {
    return refused('Sorry, you do not have enough bandwidth left for this account.')
  }
  return undefined
}

function exceeds(
  limit: number | null,
  overselling: boolean,
  given: number,
  more: number | null,
): boolean {
  if (limit === null || overselling) return false
  return more === null || given + more > limit
}
