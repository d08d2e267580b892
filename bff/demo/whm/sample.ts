import { monthKey, monthOf } from './dates.ts'
import { packageNamed } from './packages.ts'
import { PRIVILEGES } from './privileges.ts'
import { draw } from './random.ts'
import { newReseller } from './resellers.ts'
import { type Account, DEFAULT_SETTINGS, type Package, type World } from './world.ts'

/** Root's token of the sample world; it may do everything. */
export const ROOT_TOKEN = 'DEMOROOT2K7QX4M9TZ81BV6NWC5HJ3PL'
/** Root's token that may only read: no changes, no list of resellers. */
export const LIMITED_TOKEN = 'DEMOREAD5H2MC8XW3VQ7ZT1KB9NJ4PLR'
/** Token of the reseller `harbour`, with all her privileges. */
export const RESELLER_TOKEN = 'DEMOHARB9W4KZ7TX2NQ5MV8CJ1BHL3PR'

const DAY = 86_400
const MIB = 1_048_576
const SHARED_IP = '192.0.2.10'

const READING = [
  'acct-summary',
  'list-accts',
  'list-pkgs',
  'basic-whm-functions',
  'basic-system-info',
  'show-bandwidth',
  'ns-config',
]

const BASIC_RESELLER = [
  'acct-summary',
  'allow-unlimited-bw-pkgs',
  'allow-unlimited-disk-pkgs',
  'allow-unlimited-pkgs',
  'basic-system-info',
  'basic-whm-functions',
  'cpanel-api',
  'create-acct',
  'create-user-session',
  'edit-account',
  'kill-acct',
  'list-accts',
  'list-pkgs',
  'ns-config',
  'passwd',
  'show-bandwidth',
  'suspend-acct',
  'upgrade-account',
  'viewglobalpackages',
]

interface Sketch {
  readonly user: string
  readonly domain: string
  readonly package: string
  readonly owner?: string
  readonly age_days: number
  readonly disk_mib: number
  readonly inodes: number
  /** MB a month, about. */
  readonly traffic: number
  readonly suspended?: { readonly days_ago: number; readonly reason: string }
}

const SKETCHES: readonly Sketch[] = [
  {
    user: 'lakeside',
    domain: 'lakeside-bakery.example',
    package: 'starter',
    age_days: 412,
    disk_mib: 1_384,
    inodes: 18_402,
    traffic: 6_200,
  },
  {
    user: 'northpine',
    domain: 'north-pine.example',
    package: 'business',
    age_days: 803,
    disk_mib: 9_211,
    inodes: 64_018,
    traffic: 18_400,
    suspended: { days_ago: 9, reason: 'Overdue invoice' },
  },
  {
    user: 'bigcat',
    domain: 'bigcat-photo.example',
    package: 'starter',
    age_days: 268,
    disk_mib: 5_402,
    inodes: 41_977,
    traffic: 49_800,
  },
  {
    user: 'harbour',
    domain: 'harbour-hosting.example',
    package: 'unlimited',
    owner: 'harbour',
    age_days: 1_120,
    disk_mib: 3_920,
    inodes: 27_550,
    traffic: 11_300,
  },
  {
    user: 'quayside',
    domain: 'quayside-inn.example',
    package: 'harbour_small',
    owner: 'harbour',
    age_days: 640,
    disk_mib: 702,
    inodes: 9_204,
    traffic: 2_100,
  },
  {
    user: 'saltmarsh',
    domain: 'saltmarsh-birds.example',
    package: 'harbour_small',
    owner: 'harbour',
    age_days: 377,
    disk_mib: 415,
    inodes: 5_870,
    traffic: 900,
    suspended: { days_ago: 31, reason: 'Asked for by the owner' },
  },
  {
    user: 'tidepool',
    domain: 'tidepool-school.example',
    package: 'harbour_small',
    owner: 'harbour',
    age_days: 122,
    disk_mib: 1_188,
    inodes: 14_660,
    traffic: 3_400,
  },
  {
    user: 'olive',
    domain: 'olive-tree.example',
    package: 'business',
    age_days: 55,
    disk_mib: 2_611,
    inodes: 31_290,
    traffic: 7_900,
  },
]

/** The world of the demo: a server with three packages, single accounts in several states and a reseller with three of her own. */
export function sampleWorld(now: number): World {
  const seconds = Math.floor(now / 1000)
  const packages = samplePackages()
  const random = { seed: 20_260, drawn: 0 }
  const harbour = newReseller('harbour', BASIC_RESELLER)
  const world: World = {
    hostname: 'srv1.demo.test',
    version: '11.138.0.6',
    accounts: {},
    removed: [],
    resellers: {
      harbour: {
        ...harbour,
        acl_list: 'basic_reseller',
        account_limit: 10,
        account_limit_enabled: true,
      },
    },
    packages: Object.fromEntries(packages.map((each) => [each.name, each])),
    acl_lists: { basic_reseller: BASIC_RESELLER, full_root: PRIVILEGES },
    tokens: [
      token('root', 'provisioning', ROOT_TOKEN, null, seconds),
      token('root', 'read-only', LIMITED_TOKEN, READING, seconds),
      token('harbour', 'provisioning', RESELLER_TOKEN, null, seconds),
    ],
    passwords: { root: 'Granite-Ladder-58-Comet' },
    sessions: [],
    bandwidth: {},
    nameservers: ['ns1.demo.test', 'ns2.demo.test'],
    ips: [
      { ip: SHARED_IP, dedicated: false, main: true },
      { ip: '192.0.2.11', dedicated: true, main: false },
      { ip: '192.0.2.12', dedicated: true, main: false },
    ],
    stale_domains: ['leftover.example'],
    settings: structuredClone(DEFAULT_SETTINGS),
    random,
    next_uid: 1001,
  }
  for (const sketch of SKETCHES) addAccount(world, sketch, seconds)
  return world
}

function token(
  user: string,
  name: string,
  value: string,
  privileges: string[] | null,
  now: number,
): World['tokens'][number] {
  const created = now - 90 * DAY
  return { user, name, token: value, created, privileges, expires: null, whitelist_ips: [] }
}

function samplePackages(): Package[] {
  const starter = packageNamed('starter', 'root')
  const business = packageNamed('business', 'root')
  const small = packageNamed('harbour_small', 'harbour')
  return [
    {
      ...starter,
      quota: 5_120,
      bandwidth_limit: 51_200,
      limits: { ...starter.limits, maxftp: 5, maxpop: 10, maxsql: 2, maxsub: 5 },
    },
    {
      ...business,
      quota: 25_600,
      bandwidth_limit: 256_000,
      limits: { ...business.limits, maxaddon: 5, maxftp: 50, maxpark: 5, maxpop: 100, maxsql: 20 },
    },
    {
      ...packageNamed('unlimited', 'root'),
      limits: { ...starter.limits, maxaddon: null, maxpark: null },
      shell: true,
    },
    {
      ...small,
      quota: 2_048,
      bandwidth_limit: 20_480,
      limits: { ...small.limits, maxftp: 2, maxpop: 5, maxsql: 1, maxsub: 2 },
    },
  ]
}

function addAccount(world: World, sketch: Sketch, now: number): void {
  const chosen = world.packages[sketch.package] ?? packageNamed(sketch.package, 'root')
  const account: Account = {
    user: sketch.user,
    domain: sketch.domain,
    owner: sketch.owner ?? 'root',
    email: `owner@${sketch.domain}`,
    package: chosen.name,
    ip: SHARED_IP,
    uid: world.next_uid,
    started: now - sketch.age_days * DAY,
    theme: chosen.theme,
    shell: chosen.shell ? '/bin/bash' : '/bin/false',
    partition: 'home',
    home: `/home/${sketch.user}`,
    disk_used: sketch.disk_mib * MIB,
    inodes_used: sketch.inodes,
    quota: chosen.quota ?? 0,
    bandwidth_limit: chosen.bandwidth_limit ?? 0,
    limits: { ...chosen.limits },
    suspended: null,
    temporary_domain: false,
    force_password_change: false,
    database_password: null,
  }
  if (sketch.suspended !== undefined) {
    const at = now - sketch.suspended.days_ago * DAY
    account.suspended = { at, reason: sketch.suspended.reason, locked: false, keep_ftp: false }
  }
  world.accounts[sketch.user] = account
  world.passwords[sketch.user] = `${sketch.user.toUpperCase()}.rain-Copper-${world.next_uid}`
  world.next_uid += 1
  world.bandwidth[sketch.user] = bandwidthOf(world, sketch, now)
}

/** Six months of days; the running month reaches to today, and all of a month's traffic has arrived by then, so that meters show something on every date. */
function bandwidthOf(world: World, sketch: Sketch, now: number): World['bandwidth'][string] {
  const current = monthOf(now)
  const months: World['bandwidth'][string] = {}
  for (let back = 5; back >= 0; back -= 1) {
    const first = new Date(Date.UTC(current.year, current.month - 1 - back, 1))
    const [year, month] = [first.getUTCFullYear(), first.getUTCMonth() + 1]
    const length =
      back === 0
        ? new Date(now * 1000).getUTCDate()
        : new Date(Date.UTC(year, month, 0)).getUTCDate()
    const growth = 1 - back * 0.06
    const days: Record<string, number> = {}
    for (let day = 1; day <= length; day += 1) {
      const share = (sketch.traffic * 1_000_000 * growth) / length
      days[String(day)] = Math.round(share * (0.7 + 0.6 * draw(world.random)))
    }
    months[monthKey(year, month)] = days
  }
  return months
}
