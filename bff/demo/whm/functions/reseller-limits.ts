import { bytesIn } from '../account-removal.ts'
import { monthKey, monthOf } from '../dates.ts'
import type { Call, Outcome, Params, Told, WhmFunction } from '../function.ts'
import { done, missing, refused, resultList } from '../outcome.ts'
import { filled, flag, whole } from '../parameters.ts'
import { resellerOf } from '../resellers.ts'
import type { World } from '../world.ts'

const MOST = 1_000_000_000
const MIB = 1_048_576
const NOT_A_RESELLER = 'Specified user is not a reseller.'

function oneResult(told: Told): unknown {
  return resultList(told)
}

const setresellerlimits: WhmFunction = {
  name: 'setresellerlimits',
  acl: 'all',
  changes: true,
  run(world: World, call: Call): Outcome {
    const { params } = call
    const user = filled(params, 'user')
    if (user === undefined) return missing('user')
    const reseller = resellerOf(world, user)
    if (reseller === undefined) return refused(NOT_A_RESELLER)
    const bad = ['account_limit', 'diskspace_limit', 'bandwidth_limit'].find(
      (name) => filled(params, name) !== undefined && amount(params, name) === undefined,
    )
    if (bad !== undefined) return refused(`The “${bad}” parameter must be a whole number.`)
    reseller.account_limit_enabled = flag(params, 'enable_account_limit')
    reseller.account_limit = amount(params, 'account_limit') ?? reseller.account_limit
    reseller.resource_limits_enabled = flag(params, 'enable_resource_limits')
    reseller.disk_limit = amount(params, 'diskspace_limit') ?? reseller.disk_limit
    reseller.bandwidth_limit = amount(params, 'bandwidth_limit') ?? reseller.bandwidth_limit
    const overselling = flag(params, 'enable_overselling')
    reseller.overselling = {
      bandwidth: overselling && flag(params, 'enable_overselling_bandwidth'),
      disk: overselling && flag(params, 'enable_overselling_diskspace'),
    }
    if (params.get('enable_package_limits') === '0') reseller.package_limits = {}
    return done({ reason: 'Successfully set reseller account creation limits.' })
  },
  api0: oneResult,
}

function amount(params: Params, name: string): number | undefined {
  return whole(params.get(name), 0, MOST)
}

const setresellerpackagelimit: WhmFunction = {
  name: 'setresellerpackagelimit',
  acl: 'all',
  changes: true,
  run(world, call) {
    const { params } = call
    const user = filled(params, 'user')
    const name = filled(params, 'package')
    if (user === undefined) return missing('user')
    const reseller = resellerOf(world, user)
    if (reseller === undefined) return refused(NOT_A_RESELLER)
    if (name === undefined) return missing('package')
    if (!Object.hasOwn(world.packages, name)) {
      return refused(`Specified package ${name} does not exist.`)
    }
    if (flag(params, 'no_limit')) delete reseller.package_limits[name]
    else if (params.get('allowed') === '0') reseller.package_limits[name] = 0
    else reseller.package_limits[name] = amount(params, 'number') ?? null
    return done({ reason: 'Successfully set reseller package limit.' })
  },
  api0: oneResult,
}

const acctcounts: WhmFunction = {
  name: 'acctcounts',
  acl: ['acct-summary'],
  changes: false,
  run(world, call) {
    const user = filled(call.params, 'user') ?? call.caller.user
    const reseller = resellerOf(world, user)
    const foreign = !call.caller.is_root && user !== call.caller.user
    if (foreign || (reseller === undefined && user !== 'root')) return refused(NOT_A_RESELLER)
    const owned = Object.values(world.accounts).filter((account) => account.owner === user)
    const suspended = owned.filter((account) => account.suspended !== null).length
    const limit = reseller?.account_limit_enabled === true ? reseller.account_limit : null
    const active = owned.length - suspended
    if (call.version === 0) {
      return done({
        reason: 'Obtained reseller account counts.',
        data: {
          suspended,
          account: user,
          active: String(active),
          limit: limit === null ? '' : String(limit),
        },
      })
    }
    return done({ data: { reseller: { active, limit, suspended, user } } })
  },
  api0(told) {
    const result = [{ status: told.ok ? 1 : 0, statusmsg: told.reason }]
    return told.ok ? { reseller: { ...told.data }, result } : { result }
  },
}

const resellerstats: WhmFunction = {
  name: 'resellerstats',
  acl: 'all',
  changes: false,
  run(world, call) {
    const user = filled(call.params, 'user', 'reseller')
    if (user === undefined) return missing('user')
    if (resellerOf(world, user) === undefined) return refused('Reseller Does Not Exist')
    const stats = statsOf(world, call, user)
    if (call.version === 1) return done({ data: { reseller: stats } })
    const { acct, user: reseller, month: _month, year: _year, ...totals } = stats
    const empty = acct.length === 0
    return done({
      data: {
        ...totals,
        ...(empty
          ? { totalbwalloc: null, totalbwused: null, totaldiskalloc: null, diskused: null }
          : {}),
        accts: acct,
        reseller,
      },
    })
  },
  api0(told) {
    if (!told.ok) return { result: { status: 0, statusmsg: told.reason } }
    return { result: { ...told.data, status: 1, statusmsg: 'Fetched Reseller Data OK' } }
  },
}

function statsOf(world: World, call: Call, user: string) {
  const now = monthOf(call.now)
  const month = whole(call.params.get('month'), 1, 12) ?? now.month
  const year = whole(call.params.get('year'), 1970, 9999) ?? now.year
  const reseller = resellerOf(world, user)
  const owned = Object.values(world.accounts)
    .filter((account) => account.owner === user)
    .filter((each) => each.suspended === null || !flag(call.params, 'filter_suspended'))
  const living = owned.map((account) => ({
    bandwidthlimit: String(account.bandwidth_limit),
    bandwidthused: megabytes(bytesIn(world, account.user, year, month)),
    deleted: 0,
    diskquota: account.quota.toFixed(2),
    diskused: (account.disk_used / MIB).toFixed(2),
    domain: account.domain,
    package: account.package,
    suspended: account.suspended === null ? 0 : 1,
    user: account.user,
  }))
  const gone = flag(call.params, 'filter_deleted')
    ? []
    : world.removed
        .filter((each) => each.owner === user)
        .map((each) => ({
          bandwidthlimit: '0',
          bandwidthused: megabytes(each.bandwidth[monthKey(year, month)] ?? 0),
          deleted: 1,
          diskquota: '0.00',
          diskused: '0.00',
          domain: each.domain,
          package: each.package,
          suspended: 0,
          user: each.user,
        }))
  const acct = [...living, ...gone]
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const limited = reseller?.resource_limits_enabled === true
  return {
    acct,
    bandwidthlimit: limited ? (reseller.bandwidth_limit ?? 0) : 0,
    bwoverselling: reseller?.overselling.bandwidth === true ? 1 : 0,
    diskoverselling: reseller?.overselling.disk === true ? 1 : 0,
    diskquota: limited ? (reseller.disk_limit ?? 0) : 0,
    diskused: Number(sum(acct.map((each) => Number(each.diskused))).toFixed(2)),
    month,
    totalbwalloc: String(sum(owned.map((account) => account.bandwidth_limit))),
    totalbwused: sum(acct.map((each) => Number(each.bandwidthused))).toFixed(2),
    totaldiskalloc: String(sum(owned.map((account) => account.quota))),
    user,
    year,
  }
}

function megabytes(bytes: number): string {
  return (bytes / MIB).toFixed(2)
}

/** Functions around what resellers may use and do use. */
export const resellerLimits: readonly WhmFunction[] = [
  setresellerlimits,
  setresellerpackagelimit,
  acctcounts,
  resellerstats,
]
