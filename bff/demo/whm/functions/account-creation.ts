import type { Call, Outcome, Refusal, Told, WhmFunction } from '../function.ts'
import { domainProblem, usernameProblem } from '../name-rules.ts'
import { done, missing, refused } from '../outcome.ts'
import {
  applyPackage,
  findPackage,
  limitNames,
  packageLimitProblem,
  packageNamed,
} from '../packages.ts'
import { filled, flag, whole } from '../parameters.ts'
import { passwordProblem } from '../password-rules.ts'
import { FIRST_PRIVILEGES } from '../privileges.ts'
import { secret } from '../random.ts'
import { newReseller, ownerProblem, resellerLimitProblem } from '../resellers.ts'
import type { Account, Package, World } from '../world.ts'

const MOST_MB = 1_000_000_000

const verify_new_username: WhmFunction = {
  name: 'verify_new_username',
  acl: ['create-acct'],
  changes: false,
  run(world, call) {
    const user = filled(call.params, 'user')?.toLowerCase()
    if (user === undefined) return missing('user')
    const problem = usernameProblem(world, user)
    return problem === undefined ? done() : refused(problem.reason)
  },
}

const createacct: WhmFunction = {
  name: 'createacct',
  acl: ['create-acct'],
  changes: true,
  run: create,
  api0(told: Told) {
    const told0 = told.ok
      ? { rawout: tables(told.raw ?? ''), options: nullForEmpty(told.data ?? {}) }
      : { rawout: null, options: null }
    return { result: [{ status: told.ok ? 1 : 0, statusmsg: told.reason, ...told0 }] }
  },
}

interface Wish {
  readonly user: string
  readonly domain: string | undefined
  readonly password: string
  readonly package: Package
  readonly owner: string
  readonly ip: string
}

function create(world: World, call: Call): Outcome {
  const wish = wishOf(world, call)
  if (!wish.ok) return wish
  const { user, domain, password, owner, ip } = wish.wish
  const account: Account = {
    user,
    domain: domain ?? `${user}.temporary.${world.hostname}`,
    owner,
    email: call.params.get('contactemail') ?? '',
    package: wish.wish.package.name,
    ip,
    uid: world.next_uid,
    started: call.now,
    theme: 'jupiter',
    shell: '/bin/false',
    partition: 'home',
    home: `/home/${user}`,
    disk_used: 94_208,
    inodes_used: 23,
    quota: 0,
    bandwidth_limit: 0,
    limits: { ...wish.wish.package.limits },
    suspended: null,
    temporary_domain: domain === undefined,
    force_password_change: false,
    database_password: password,
  }
  applyPackage(account, wish.wish.package)
  if (filled(call.params, 'cpmod') !== undefined)
    account.theme = call.params.get('cpmod') ?? 'jupiter'
  if (flag(call.params, 'hasshell')) account.shell = '/bin/bash'
  world.accounts[user] = account
  world.passwords[user] = password
  world.next_uid += 1
  if (flag(call.params, 'reseller')) world.resellers[user] = newReseller(user, FIRST_PRIVILEGES)
  return done({
    reason: 'Account Creation Ok',
    data: creationData(world, account),
    raw: creationLog(account, call.params.get('showpass') === 'n' ? null : password),
  })
}

/** The checks in the order in which the server makes them. */
function wishOf(world: World, call: Call): { ok: true; wish: Wish } | Refusal {
  const { params, caller } = call
  const user = (params.get('username') ?? '').toLowerCase()
  const domain = filled(params, 'domain')?.toLowerCase()
  const given = filled(params, 'password', 'pass')
  const password =
    given ?? secret(16, 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!%+-_')
  const named =
    usernameProblem(world, user) ??
    (domain === undefined ? undefined : domainProblem(world, domain)) ??
    (given === undefined
      ? undefined
      : passwordProblem(user, given, world.settings.password_strength.create))
  if (named !== undefined) return named
  const chosen = chosenPackage(world, call)
  if (!chosen.ok) return chosen
  const owner = caller.is_root
    ? (filled(params, 'owner') ?? (flag(params, 'ownerself') ? user : 'root'))
    : caller.user
  const problem =
    (owner === user ? undefined : ownerProblem(world, owner)) ??
    licenseProblem(world) ??
    resellerLimitProblem(world, owner, chosen.package) ??
    packageLimitProblem(world, owner, chosen.package.name)
  if (problem !== undefined) return problem
  if (flag(params, 'reseller') && !caller.privileges.has('all')) {
    return refused('You do not have permission to create resellers.')
  }
  const ip = addressOf(world, call, chosen.package)
  if (ip === undefined) return refused('Sorry, there are no more available IP addresses.')
  return { ok: true, wish: { user, domain, password, package: chosen.package, owner, ip } }
}

function chosenPackage(world: World, call: Call) {
  const plan = filled(call.params, 'plan')
  if (plan !== undefined) return findPackage(world, call, plan)
  return { ok: true as const, package: packageFromParams(call) }
}

function packageFromParams(call: Call): Package {
  const chosen = packageNamed('default', 'root')
  const amount = (name: string) => whole(call.params.get(name), 1, MOST_MB) ?? null
  for (const name of limitNames()) {
    const value = call.params.get(name)
    if (value === 'unlimited' || value === 'null') chosen.limits[name] = null
    const number = whole(value, 0, MOST_MB)
    const zeroIsNone = name === 'maxaddon' || name === 'maxpark' || name === 'maxsub'
    if (number !== undefined) chosen.limits[name] = number === 0 && !zeroIsNone ? null : number
  }
  return { ...chosen, quota: amount('quota'), bandwidth_limit: amount('bwlimit') }
}

function licenseProblem(world: World): Refusal | undefined {
  const { license_accounts: most, license_accounts_text: text } = world.settings
  if (most === null || Object.keys(world.accounts).length < most) return undefined
  return refused(text)
}

function addressOf(world: World, call: Call, chosen: Package): string | undefined {
  const wanted = filled(call.params, 'customip')
  if (wanted !== undefined && call.caller.is_root) {
    return world.ips.find((each) => each.ip === wanted)?.ip
  }
  if (call.params.get('ip') !== 'y' && !chosen.dedicated_ip) {
    return world.ips.find((each) => each.main)?.ip
  }
  const used = new Set(Object.values(world.accounts).map((account) => account.ip))
  return world.ips.find((each) => each.dedicated && !used.has(each.ip))?.ip
}

function creationData(world: World, account: Account): Record<string, unknown> {
  const [first = '', second = '', third = '', fourth = ''] = world.nameservers
  return {
    ip: account.ip,
    nameserver: first,
    nameserver2: second,
    nameserver3: third,
    nameserver4: fourth,
    nameservera: null,
    nameservera2: null,
    nameservera3: null,
    nameservera4: null,
    nameserverentry: null,
    nameserverentry2: null,
    nameserverentry3: null,
    nameserverentry4: null,
    package: account.package,
  }
}

function nullForEmpty(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, value === '' ? null : value]),
  )
}

function creationLog(account: Account, password: string | null): string {
  return [
    'Checking input data...',
    'Dns Zone check is enabled.',
    'Validating Username......Done',
    'Adding User...Done',
    'Copying skel files from /root/cpanel3-skel/ to the home directory...Done',
    'Adding Entries to httpd.conf......Done',
    '+===================================+',
    '| New Account Info                  |',
    '+===================================+',
    `| Domain: ${account.domain}`,
    `| Ip: ${account.ip}`,
    `| UserName: ${account.user}`,
    ...(password === null ? [] : [`| PassWord: ${password}`]),
    `| CpanelMod: ${account.theme}`,
    `| Quota: ${account.quota === 0 ? 'unlimited' : `${account.quota} Meg`}`,
    '+===================================+',
    'Account Creation Complete!!!...Account Creation Ok...Done',
    '',
  ].join('\n')
}

function tables(log: string): string {
  return `<table style="border-bottom: 1px #ccc solid;"><tr><td><pre>${log}</pre></td></tr></table>`
}

/** Functions that make accounts. */
export const accountCreation: readonly WhmFunction[] = [createacct, verify_new_username]
