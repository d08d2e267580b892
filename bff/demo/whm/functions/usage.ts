import { accountOf, target, visibleAccounts } from '../access.ts'
import { bytesIn } from '../account-removal.ts'
import { type Searchable, searchOf } from '../account-search.ts'
import { monthKey, monthOf } from '../dates.ts'
import type { Call, Outcome, Told, WhmFunction } from '../function.ts'
import { done, missing, refused } from '../outcome.ts'
import { filled, whole } from '../parameters.ts'
import { resellerOf } from '../resellers.ts'
import type { Account, RemovedAccount, World } from '../world.ts'

const MB = 1_048_576
const MOST = 1_000_000_000
// What servers of API 0 wrote for "no limit".
const HUGE = '999999999999990'

const showbw: WhmFunction = {
  name: 'showbw',
  acl: ['show-bandwidth'],
  changes: false,
  run(world: World, call: Call): Outcome {
    const search = searchOf(call.params)
    if (!search.ok) return search
    const now = monthOf(call.now)
    const month = whole(call.params.get('month'), 1, 12) ?? now.month
    const year = whole(call.params.get('year'), 1970, 9999) ?? now.year
    const reseller = filled(call.params, 'showres')
    const living = visibleAccounts(world, call)
      .filter((account) => reseller === undefined || account.owner === reseller)
      .filter((account) => search.matches(account))
      .map((account) =>
        livingRecord(world, call, account, bytesIn(world, account.user, year, month)),
      )
    const gone = world.removed
      .filter((each) => call.caller.is_root || each.owner === call.caller.user)
      .filter((each) => reseller === undefined || each.owner === reseller)
      .filter((each) => (each.bandwidth[monthKey(year, month)] ?? 0) > 0)
      .filter((each) => search.matches(asAccount(each)))
      .map((each) => removedRecord(call, each, each.bandwidth[monthKey(year, month)] ?? 0))
    const acct = [...living, ...gone]
    return done({
      data: {
        acct,
        month: call.version === 0 ? String(month) : month,
        reseller: reseller ?? call.caller.user,
        totalused: acct.reduce((sum, each) => sum + each.totalbytes, 0),
        year: call.version === 0 ? String(year) : year,
      },
      list: 'acct',
    })
  },
  api0(told: Told) {
    return told.ok
      ? { bandwidth: [{ ...told.data }] }
      : { bandwidth: [], status: 0, statusmsg: told.reason }
  },
}

function livingRecord(world: World, call: Call, account: Account, bytes: number) {
  const limit = account.bandwidth_limit * MB
  const isReseller = resellerOf(world, account.user) !== undefined ? 1 : 0
  return {
    bwlimited: limit > 0 && bytes >= limit ? 1 : 0,
    bwusage: [{ deleted: 0, domain: account.domain, usage: bytes }],
    deleted: 0,
    limit: call.version === 1 ? limit : limit === 0 ? HUGE : String(limit),
    maindomain: account.domain,
    owner: account.owner,
    reseller: call.version === 0 ? String(isReseller) : isReseller,
    totalbytes: bytes,
    user: account.user,
  }
}

function removedRecord(call: Call, each: RemovedAccount, bytes: number) {
  return {
    bwlimited: 0,
    bwusage: [{ deleted: 1, domain: each.domain, usage: bytes }],
    deleted: 1,
    limit: call.version === 0 ? HUGE : 0,
    maindomain: each.domain,
    owner: each.owner,
    reseller: call.version === 0 ? '0' : 0,
    totalbytes: bytes,
    user: each.user,
  }
}

function asAccount(each: RemovedAccount): Searchable {
  return { ...each, ip: '' }
}

const get_disk_usage: WhmFunction = {
  name: 'get_disk_usage',
  acl: ['list-accts'],
  changes: false,
  run(world, call) {
    const accounts = visibleAccounts(world, call).map((account) => ({
      blocks_limit: account.quota === 0 ? null : account.quota * 1024,
      blocks_used: Math.ceil(account.disk_used / 1024),
      inodes_limit: null,
      inodes_used: account.inodes_used,
      user: account.user,
    }))
    return done({ data: { accounts }, list: 'accounts' })
  },
}

const limitbw: WhmFunction = {
  name: 'limitbw',
  acl: ['limit-bandwidth'],
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'user')
    if (user === undefined) return missing('user')
    const found = target(world, call, user, refused(`Sorry, the user ${user} does not exist.`))
    if (!found.ok) return found
    const asked = filled(call.params, 'bwlimit') ?? 'unlimited'
    const limit = asked === 'unlimited' ? 0 : whole(asked, 0, MOST)
    if (limit === undefined) return refused(`Invalid bandwidth limit for ${user}.`)
    found.account.bandwidth_limit = limit
    const words = limit === 0 ? 'unlimited' : `${limit} megabytes`
    const { month, year } = monthOf(call.now)
    const used = bytesIn(world, user, year, month)
    return done({
      reason:
        call.version === 0
          ? `Bandwidth Limit for ${user} set to ${limit}`
          : `Bandwidth Limit for ${user} has been set to ${words}`,
      data: {
        bwlimits: [
          {
            bwlimit: limit,
            bwlimitenable: limit === 0 ? 0 : 1,
            domains: [found.account.domain],
            human_bwlimit: limit === 0 ? 'unlimited' : `${limit} MB`,
            human_bwused: used === 0 ? 'none' : `${Math.round(used / MB)} MB`,
            unlimited: limit === 0 ? 1 : 0,
          },
        ],
      },
    })
  },
  api0(told) {
    const more = told.ok ? { bwlimits: told.data?.bwlimits } : {}
    return { result: [{ status: told.ok ? 1 : 0, statusmsg: told.reason, ...more }] }
  },
}

const editquota: WhmFunction = {
  name: 'editquota',
  acl: ['quota'],
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'user')
    const quota = filled(call.params, 'quota')
    if (user === undefined) return missing('user')
    if (quota === undefined) return missing('quota')
    const found = target(world, call, user, refused('Invalid user. Cannot set quota.'))
    if (!found.ok) return found
    const size = quota === 'unlimited' ? 0 : whole(quota, 0, MOST)
    if (size === undefined) {
      const raw = 'Invalid quota\nUsage: editquota <user> <?M>\n'
      return { ...refused('Failed to set quota for user.'), raw }
    }
    found.account.quota = size
    return done({ reason: 'Set quota for user.', raw: '' })
  },
  api0(told) {
    const result = [{ status: told.ok ? 1 : 0, statusmsg: told.reason }]
    return { result, output: told.raw ?? '' }
  },
}

const quota_enabled: WhmFunction = {
  name: 'quota_enabled',
  acl: 'all',
  changes: false,
  run: () => done({ data: { quota_enabled: 1 } }),
}

const getdiskusage: WhmFunction = {
  name: 'getdiskusage',
  acl: 'all',
  changes: false,
  run(world) {
    const total = 209_715_200
    const accounts = Object.keys(world.accounts).flatMap((user) => accountOf(world, user) ?? [])
    const used = Math.ceil(accounts.reduce((sum, account) => sum + account.disk_used, 0) / 1024)
    const inodes = accounts.reduce((sum, account) => sum + account.inodes_used, 0)
    const partition = [
      {
        available: total - used,
        device: '/dev/vda1',
        disk: '/dev/vda1',
        filesystem: 'ext4',
        inodes_available: 13_107_200 - inodes,
        inodes_ipercentage: Math.round((inodes / 13_107_200) * 100),
        inodes_total: 13_107_200,
        inodes_used: inodes,
        mount: '/',
        percentage: Math.round((used / total) * 100),
        total,
        used,
      },
    ]
    return done({
      reason: 'Successfully retrieved disk usage',
      data: { partition },
      list: 'partition',
    })
  },
}

/** Functions around disk space and bandwidth. */
export const usage: readonly WhmFunction[] = [
  showbw,
  get_disk_usage,
  limitbw,
  editquota,
  quota_enabled,
  getdiskusage,
]
