import { bytesIn } from './account-removal.ts'
import { monthOf } from './dates.ts'
import type { Params } from './function.ts'
import { filled } from './parameters.ts'
import type { Account, LimitName, World } from './world.ts'

const MIB = 1_048_576

/** An answer of UAPI. */
export interface UapiAnswer {
  readonly data: unknown
  readonly errors: readonly string[] | null
  readonly messages: null
  readonly metadata: Readonly<Record<string, unknown>>
  readonly status: 0 | 1
  readonly warnings: null
}

export interface UapiCall {
  readonly world: World
  readonly account: Account
  readonly params: Params
  readonly now: number
}

type Uapi = (call: UapiCall) => UapiAnswer

function found(data: unknown): UapiAnswer {
  return {
    data,
    errors: null,
    messages: null,
    metadata: Array.isArray(data) ? { transformed: 1 } : {},
    status: 1,
    warnings: null,
  }
}

function failed(error: string): UapiAnswer {
  return { data: null, errors: [error], messages: null, metadata: {}, status: 0, warnings: null }
}

const FUNCTIONS: Readonly<Record<string, Uapi>> = {
  'StatsBar::get_stats': getStats,
  'Quota::get_quota_info': getQuotaInfo,
  'Quota::get_local_quota_info': ({ account }) =>
    found({
      byte_limit: account.quota * MIB,
      bytes_used: account.disk_used,
      inode_limit: 0,
      inodes_used: account.inodes_used,
    }),
  'ResourceUsage::get_usages': getUsages,
  'Bandwidth::query': queryBandwidth,
  'Email::list_pops': () => found([]),
  'Email::list_pops_with_disk': () => found([]),
  'Ftp::list_ftp': () => found([]),
  'Mysql::list_databases': () => found([]),
  'DomainInfo::list_domains': ({ account }) =>
    found({ addon_domains: [], main_domain: account.domain, parked_domains: [], sub_domains: [] }),
}

/** Calls a function of UAPI for an account. */
export function uapi(module: string, name: string, call: UapiCall): UapiAnswer {
  const wanted = `${module}::${name}`
  const known = Object.hasOwn(FUNCTIONS, wanted) ? FUNCTIONS[wanted] : undefined
  if (known !== undefined) return known(call)
  const modules = Object.keys(FUNCTIONS).map((each) => each.split('::')[0])
  if (!modules.includes(module)) return failed(`Failed to load module “${module}”.`)
  return failed(`The system could not find the function “${name}” in the module “${module}”.`)
}

function getQuotaInfo({ account }: UapiCall): UapiAnswer {
  const used = Number((account.disk_used / MIB).toFixed(2))
  const free = account.quota === 0 ? 0 : Math.max(0, Number((account.quota - used).toFixed(2)))
  const under = account.quota === 0 || used < account.quota ? 1 : 0
  return found({
    inode_limit: 0,
    inodes_remain: 0,
    inodes_used: account.inodes_used,
    megabyte_limit: account.quota,
    megabytes_remain: free,
    megabytes_used: used,
    under_inode_limit: 1,
    under_megabyte_limit: under,
    under_quota_overall: under,
  })
}

function getUsages({ world, account, now }: UapiCall): UapiAnswer {
  const { year, month } = monthOf(now)
  const orNull = (limit: number) => (limit === 0 ? null : limit * MIB)
  return found([
    usageOf(
      'disk_usage',
      account.disk_used,
      orNull(account.quota),
      'format_bytes',
      'diskusage/index.html',
    ),
    usageOf(
      'bandwidth',
      bytesIn(world, account.user, year, month),
      orNull(account.bandwidth_limit),
      'format_bytes',
      'stats/bandwidth.html',
    ),
    usageOf('email_accounts', 0, account.limits.maxpop, null, 'email_accounts/index.html'),
    usageOf('mysql_databases', 0, account.limits.maxsql, null, 'sql/index.html'),
  ])
}

function usageOf(
  id: string,
  usage: number,
  maximum: number | null,
  formatter: string | null,
  url: string,
) {
  return { error: null, formatter, id, maximum, url, usage }
}

/** Bytes by month, within the domain or the protocol where `grouping` names one. */
function queryBandwidth({ world, account, params }: UapiCall): UapiAnswer {
  const grouping = filled(params, 'grouping')?.split('|')
  if (grouping === undefined) return failed('Provide the “grouping” parameter.')
  const months = bandwidthByMonth(world, account)
  const byProtocol = grouping.includes('protocol') ? { http: months } : months
  return found(grouping.includes('domain') ? { [account.domain]: byProtocol } : byProtocol)
}

function bandwidthByMonth(world: World, account: Account): Record<string, number> {
  const months = Object.keys(world.bandwidth[account.user] ?? {}).map((key) => {
    const [year = 0, month = 0] = key.split('-').map(Number)
    const starts = Date.UTC(year, month - 1, 1) / 1000
    return [String(starts), bytesIn(world, account.user, year, month)]
  })
  return Object.fromEntries(months)
}

interface Stat {
  readonly item: string
  readonly module: string
  readonly feature?: string
  readonly limit?: LimitName
}

const STATS: Readonly<Record<string, Stat>> = {
  bandwidthusage: { item: 'Monthly Bandwidth Transfer', module: 'Stats', feature: 'bandwidth' },
  diskusage: { item: 'Disk Space Usage', module: 'Quota' },
  addondomains: {
    item: 'Addon Domains',
    module: 'Park',
    feature: 'addondomains',
    limit: 'maxaddon',
  },
  emailaccounts: { item: 'Email Accounts', module: 'Email', feature: 'popaccts', limit: 'maxpop' },
  ftpaccounts: { item: 'FTP Accounts', module: 'Ftp', feature: 'ftpaccts', limit: 'maxftp' },
  mailinglists: { item: 'Mailing Lists', module: 'Email', feature: 'lists', limit: 'maxlst' },
  parkeddomains: {
    item: 'Alias Domains',
    module: 'Park',
    feature: 'parkeddomains',
    limit: 'maxpark',
  },
  sqldatabases: { item: 'SQL Databases', module: 'Mysql', feature: 'mysql', limit: 'maxsql' },
  subdomains: { item: 'Subdomains', module: 'SubDomain', feature: 'subdomains', limit: 'maxsub' },
}

function getStats(call: UapiCall): UapiAnswer {
  const display = filled(call.params, 'display')
  if (display === undefined) return failed('Provide the “display” parameter.')
  const wanted = display.split('|').filter((each) => Object.hasOwn(STATS, each))
  return found(
    wanted.flatMap((id, at) => {
      const stat = STATS[id]
      return stat === undefined ? [] : [statOf(call, id, stat, at % 2 === 0 ? 'even' : 'odd')]
    }),
  )
}

function statOf(call: UapiCall, id: string, stat: Stat, rowtype: string): Record<string, unknown> {
  const { account, world } = call
  const { year, month } = monthOf(call.now)
  const sizes = stat.limit === undefined
  const used = sizes
    ? (id === 'diskusage' ? account.disk_used : bytesIn(world, account.user, year, month)) / MIB
    : 0
  const limit = sizes
    ? (id === 'diskusage' ? account.quota : account.bandwidth_limit) || null
    : limitOf(account, stat)
  const percent =
    limit === null || limit === 0 ? 0 : Math.min(100, Math.round((used / limit) * 100))
  const maxed = limit !== null && limit > 0 && used >= limit ? 1 : 0
  const raw = (value: number | null) =>
    value === null ? 'unlimited' : sizes ? value.toFixed(2) : String(value)
  return {
    _count: raw(used),
    _max: raw(limit),
    _maxed: maxed,
    count: sizes ? readable(used) : String(used),
    ...(stat.feature === undefined ? {} : { feature: stat.feature }),
    id,
    is_maxed: maxed,
    item: stat.item,
    max: limit === null ? '∞' : sizes ? readable(limit) : String(limit),
    module: stat.module,
    name: id,
    normalized: 1,
    percent,
    percent10: Math.floor(percent / 10) * 10,
    percent20: Math.floor(percent / 20) * 20,
    percent5: Math.floor(percent / 5) * 5,
    phrase: stat.item,
    rowtype,
    ...(sizes ? { units: 'MB' } : {}),
    zeroisunlimited: sizes ? 1 : 0,
  }
}

function limitOf(account: Account, stat: Stat): number | null {
  return stat.limit === undefined ? null : account.limits[stat.limit]
}

function readable(mebibytes: number): string {
  if (mebibytes === 0) return '0 bytes'
  return mebibytes >= 1024
    ? `${Number((mebibytes / 1024).toFixed(2))} GB`
    : `${Number(mebibytes.toFixed(2))} MB`
}
