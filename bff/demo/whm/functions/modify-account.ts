import { accountOf, target } from '../access.ts'
import type { Call, Outcome, Params, Refusal, Told, WhmFunction } from '../function.ts'
import { domainProblem, usernameProblem } from '../name-rules.ts'
import { done, missing, refused } from '../outcome.ts'
import { limitNames, packageOf } from '../packages.ts'
import { filled, whole } from '../parameters.ts'
import { FIRST_PRIVILEGES } from '../privileges.ts'
import { newReseller, ownerProblem, resellerOf } from '../resellers.ts'
import type { Account, World } from '../world.ts'

const MOST = 1_000_000_000

const modifyacct: WhmFunction = {
  name: 'modifyacct',
  acl: ['edit-account'],
  changes: true,
  run(world: World, call: Call): Outcome {
    const { params } = call
    const user = filled(params, 'user')
    if (user === undefined) return missing('user')
    const gone = refused(`Unable to fetch the cPanel user file for ${user}`)
    const found = target(world, call, user, gone)
    if (!found.ok) return found
    const { account } = found
    const messages: string[] = []
    const problem =
      changeDomain(world, params, account, messages) ??
      changeOwner(world, call, account) ??
      changeAmounts(params, account)
    if (problem !== undefined) return problem
    changePlainValues(params, account)
    const setshell = changeShell(params, account)
    changeReseller(world, call, account)
    const renamed = rename(world, params, account, messages)
    if (renamed !== undefined) return renamed
    return done({
      reason: 'Account Modified',
      data: {
        cpuser: cpuserFile(world, account),
        domain: account.domain,
        setshell,
        user: account.user,
      },
      messages,
      warnings: [],
    })
  },
  api0(told: Told) {
    if (!told.ok) return { result: [{ status: 0, statusmsg: told.reason, newcfg: null }] }
    const { messages = [], warnings = [] } = told
    const result = {
      newcfg: { ...told.data },
      status: 1,
      statusmsg: told.reason,
      warnings,
      messages,
    }
    return { result: [result] }
  },
}

function changeDomain(
  world: World,
  params: Params,
  account: Account,
  messages: string[],
): Refusal | undefined {
  const domain = filled(params, 'domain', 'DNS')?.toLowerCase()
  if (domain === undefined || domain === account.domain) return undefined
  const problem = domainProblem(world, domain, account.user)
  if (problem !== undefined) return problem
  messages.push(`Domain changed from ${account.domain} to ${domain}`)
  account.domain = domain
  account.temporary_domain = false
  return undefined
}

function changeOwner(world: World, call: Call, account: Account): Refusal | undefined {
  const owner = filled(call.params, 'owner')
  if (owner === undefined || owner === account.owner) return undefined
  if (!call.caller.is_root) return refused('You do not have permission to change the owner.')
  const problem = ownerProblem(world, owner)
  if (problem !== undefined) return problem
  account.owner = owner
  return undefined
}

function changeAmounts(params: Params, account: Account): Refusal | undefined {
  for (const name of ['QUOTA', 'BWLIMIT', ...limitNames().map((limit) => limit.toUpperCase())]) {
    const value = filled(params, name)
    if (value === undefined || value === 'unlimited') continue
    if (whole(value, 0, MOST) === undefined) return refused(`Invalid value for ${name}.`)
  }
  const amount = (name: string, now: number) => {
    const value = filled(params, name)
    return value === undefined ? now : value === 'unlimited' ? 0 : Number(value)
  }
  account.quota = amount('QUOTA', account.quota)
  account.bandwidth_limit = amount('BWLIMIT', account.bandwidth_limit)
  for (const limit of limitNames()) {
    const value = filled(params, limit.toUpperCase())
    if (value !== undefined) account.limits[limit] = value === 'unlimited' ? null : Number(value)
  }
  return undefined
}

function changePlainValues(params: Params, account: Account): void {
  account.email = params.get('contactemail') ?? account.email
  account.theme = filled(params, 'STYLE', 'RS') ?? account.theme
}

function changeShell(params: Params, account: Account): string {
  const asked = filled(params, 'shell')
  const flag = params.get('HASSHELL')
  const shell = asked ?? (flag === '1' ? '/bin/bash' : flag === '0' ? '/bin/false' : account.shell)
  if (shell === account.shell) return 'unmodified'
  account.shell = shell
  return shell
}

function changeReseller(world: World, call: Call, account: Account): void {
  const wanted = call.params.get('reseller')
  if (!call.caller.privileges.has('all')) return
  if (wanted === '0') delete world.resellers[account.user]
  if (wanted === '1' && resellerOf(world, account.user) === undefined) {
    world.resellers[account.user] = newReseller(account.user, FIRST_PRIVILEGES)
  }
}

function rename(
  world: World,
  params: Params,
  account: Account,
  messages: string[],
): Refusal | undefined {
  const wanted = filled(params, 'newuser')?.toLowerCase()
  const old = account.user
  if (wanted === undefined || wanted === old) return undefined
  // The name's own first eight characters do not stand in its way.
  delete world.accounts[old]
  const problem = usernameProblem(world, wanted)
  if (problem !== undefined) return problem
  account.user = wanted
  account.home = `/home/${wanted}`
  world.accounts[wanted] = account
  move(world.passwords, old, wanted)
  move(world.bandwidth, old, wanted)
  const reseller = resellerOf(world, old)
  if (reseller !== undefined) reseller.user = wanted
  move(world.resellers, old, wanted)
  for (const each of Object.values(world.accounts)) if (each.owner === old) each.owner = wanted
  for (const token of world.tokens) if (token.user === old) token.user = wanted
  messages.push(`Username changed from ${old} to ${wanted}`)
  return undefined
}

function move<T>(record: Record<string, T>, from: string, to: string): void {
  const value = Object.hasOwn(record, from) ? record[from] : undefined
  if (value === undefined) return
  delete record[from]
  record[to] = value
}

/** The account's own file; every value is a text. */
function cpuserFile(world: World, account: Account): Record<string, string> {
  const limits = limitNames().map((limit): [string, string] => {
    const value = accountOf(world, account.user)?.limits[limit] ?? null
    return [limit.toUpperCase(), value === null ? 'unlimited' : String(value)]
  })
  return {
    BACKUP: '1',
    BWLIMIT: String(account.bandwidth_limit),
    CONTACTEMAIL: account.email,
    DOMAIN: account.domain,
    FEATURELIST: packageOf(world, account.package)?.feature_list ?? 'default',
    HASCGI: '1',
    IP: account.ip,
    LOCALE: 'en',
    ...Object.fromEntries(limits),
    OWNER: account.owner,
    PLAN: account.package,
    QUOTA: String(account.quota),
    RS: account.theme,
    STARTDATE: String(account.started),
    USER: account.user,
  }
}

/** The function that edits an account. */
export const modifyAccount: readonly WhmFunction[] = [modifyacct]
