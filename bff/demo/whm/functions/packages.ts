import type { Call, Params, Told, WhmFunction } from '../function.ts'
import { done, missing, refused, resultList } from '../outcome.ts'
import {
  findPackage,
  limitNames,
  packageLimitProblem,
  packageNamed,
  seesPackage,
} from '../packages.ts'
import { filled, whole } from '../parameters.ts'
import type { Package, World } from '../world.ts'

const MOST = 1_000_000_000

function amount(value: number | null): string {
  return value === null ? 'unlimited' : String(value)
}

function letter(value: boolean): string {
  return value ? 'y' : 'n'
}

function record(each: Package): Record<string, unknown> {
  return {
    BWLIMIT: amount(each.bandwidth_limit),
    CGI: letter(each.cgi),
    CPMOD: each.theme,
    DIGESTAUTH: 'n',
    FEATURELIST: each.feature_list,
    HASSHELL: letter(each.shell),
    IP: letter(each.dedicated_ip),
    LANG: each.language,
    MAXADDON: amount(each.limits.maxaddon),
    MAXFTP: amount(each.limits.maxftp),
    MAXLST: amount(each.limits.maxlst),
    MAXPARK: amount(each.limits.maxpark),
    MAXPOP: amount(each.limits.maxpop),
    MAXSQL: amount(each.limits.maxsql),
    MAXSUB: amount(each.limits.maxsub),
    MAX_DEFER_FAIL_PERCENTAGE: 'unlimited',
    MAX_EMAILACCT_QUOTA: amount(each.max_emailacct_quota),
    MAX_EMAIL_PER_HOUR: amount(each.max_email_per_hour),
    MAX_TEAM_USERS: 7,
    QUOTA: amount(each.quota),
    _PACKAGE_EXTENSIONS: '',
    name: each.name,
  }
}

/** getpkginfo writes numbers where listpkgs writes letters. */
function details(each: Package): Record<string, unknown> {
  const { name: _name, ...rest } = record(each)
  const number = (value: boolean) => (value ? 1 : 0)
  return {
    ...rest,
    CGI: number(each.cgi),
    FRONTPAGE: 0,
    HASSHELL: number(each.shell),
    IP: number(each.dedicated_ip),
  }
}

function visible(world: World, call: Call): Package[] {
  return Object.values(world.packages)
    .filter((each) => seesPackage(call, each))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const listpkgs: WhmFunction = {
  name: 'listpkgs',
  acl: ['list-pkgs'],
  changes: false,
  run(world, call) {
    const { user, is_root } = call.caller
    const want = filled(call.params, 'want')
    const pkg = visible(world, call)
      .filter((each) => want !== 'editable' || is_root || each.owner === user)
      .filter(
        (each) => want !== 'creatable' || packageLimitProblem(world, user, each.name) === undefined,
      )
      .map(record)
    return done({ data: { pkg }, list: 'pkg' })
  },
  api0(told: Told) {
    return { package: told.data?.pkg ?? [] }
  },
}

const getpkginfo: WhmFunction = {
  name: 'getpkginfo',
  acl: ['list-pkgs'],
  changes: false,
  run(world, call) {
    const name = filled(call.params, 'pkg')
    if (name === undefined) return missing('pkg')
    const found = findPackage(world, call, name)
    if (!found.ok) return found
    return done({ data: { pkg: details(found.package) } })
  },
}

const matchpkgs: WhmFunction = {
  name: 'matchpkgs',
  acl: ['list-pkgs'],
  changes: false,
  run(world, call) {
    const found = visible(world, call).filter((each) => matches(details(each), call.params))
    const pkg = Object.fromEntries(
      found.map((each) => {
        const { name: _name, ...rest } = record(each)
        return [each.name, { ...rest, CGI: each.cgi ? 1 : 0, FRONTPAGE: 0 }]
      }),
    )
    return done({ data: { pkg } })
  },
}

function matches(fields: Readonly<Record<string, unknown>>, params: Params): boolean {
  return Object.entries(fields).every(
    ([key, value]) => !params.has(key) || params.get(key) === String(value),
  )
}

const addpkg: WhmFunction = {
  name: 'addpkg',
  acl: ['add-pkg'],
  changes: true,
  run(world, call) {
    const { user, is_root } = call.caller
    const asked = filled(call.params, 'name')
    if (asked === undefined) return missing('name')
    // A reseller's own packages carry her name.
    const name = is_root || asked.startsWith(`${user}_`) ? asked : `${user}_${asked}`
    if (!/^[A-Za-z0-9_. -]{1,100}$/.test(name))
      return refused(`“${asked}” is not a valid package name.`)
    if (Object.hasOwn(world.packages, name)) return refused(`The package “${name}” already exists.`)
    world.packages[name] = packageFrom(call, name)
    return done({ data: { pkg: name } })
  },
  api0: (told) => resultList(told, told.ok ? { pkg: told.data?.pkg } : {}),
}

function packageFrom(call: Call, name: string): Package {
  const { params } = call
  const made = packageNamed(name, call.caller.is_root ? 'root' : call.caller.user)
  for (const limit of limitNames()) made.limits[limit] = amountIn(params, limit, made.limits[limit])
  return {
    ...made,
    quota: amountIn(params, 'quota', 10_240),
    bandwidth_limit: amountIn(params, 'bwlimit', 1_048_576),
    max_emailacct_quota: amountIn(params, 'max_emailacct_quota', 1_024),
    max_email_per_hour: amountIn(params, 'MAX_EMAIL_PER_HOUR', null),
    feature_list: filled(params, 'featurelist') ?? 'default',
    theme: filled(params, 'cpmod') ?? 'jupiter',
    language: filled(params, 'language') ?? 'en',
    shell: params.get('hasshell') === '1',
    cgi: params.get('cgi') !== '0',
    dedicated_ip: params.get('ip') === 'y',
  }
}

function amountIn(params: Params, name: string, fallback: number | null): number | null {
  const value = filled(params, name)
  if (value === undefined) return fallback
  return value === 'unlimited' ? null : (whole(value, 0, MOST) ?? fallback)
}

const killpkg: WhmFunction = {
  name: 'killpkg',
  acl: ['add-pkg'],
  changes: true,
  run(world, call) {
    const name = filled(call.params, 'pkgname', 'pkg')
    if (name === undefined) return missing('pkgname')
    const found = findPackage(world, call, name)
    if (!found.ok) return found
    if (!call.caller.is_root && found.package.owner !== call.caller.user) {
      return refused(`You do not have access to the package “${name}”.`)
    }
    delete world.packages[name]
    return done()
  },
  api0: (told) => resultList(told),
}

/** Functions around packages. */
export const packages: readonly WhmFunction[] = [listpkgs, getpkginfo, matchpkgs, addpkg, killpkg]
