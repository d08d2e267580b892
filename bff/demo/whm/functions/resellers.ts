import { accountOf, ownedBy } from '../access.ts'
import { removalLog, removeAccount } from '../account-removal.ts'
import type { Call, Outcome, Told, WhmFunction } from '../function.ts'
import { done, missing, refused, resultList } from '../outcome.ts'
import { filled, flag } from '../parameters.ts'
import { FIRST_PRIVILEGES } from '../privileges.ts'
import { newReseller, resellerOf } from '../resellers.ts'
import { suspend, suspensionLog } from '../suspending.ts'
import type { Account, World } from '../world.ts'

const NOT_A_RESELLER = 'Specified user is not a reseller.'
const VERIFY = 'I understand this will irrevocably remove all the accounts owned by the reseller '

/** API 0 says nothing on success. */
function silent(told: Told): unknown {
  return { result: [{ status: told.ok ? 1 : 0, statusmsg: told.ok ? null : told.reason }] }
}

function withOutput(told: Told): unknown {
  const { result } = { result: [{ status: told.ok ? 1 : 0, statusmsg: told.reason }] }
  return told.ok ? { result, output: told.raw ?? '' } : { result }
}

const setupreseller: WhmFunction = {
  name: 'setupreseller',
  acl: 'all',
  changes: true,
  run(world: World, call: Call): Outcome {
    const user = filled(call.params, 'user')
    if (user === undefined) return missing('user')
    const account = accountOf(world, user)
    if (account === undefined) {
      return refused(`_setupreseller called for a user that does not exist. (${user})`)
    }
    if (resellerOf(world, user) !== undefined) {
      return refused(
        `_setupreseller tried to make a reseller out of a reseller when a normal user was expected. (${user})`,
      )
    }
    world.resellers[user] = newReseller(user, FIRST_PRIVILEGES)
    if (flag(call.params, 'makeowner')) account.owner = user
    return done()
  },
  api0: silent,
}

const unsetupreseller: WhmFunction = {
  name: 'unsetupreseller',
  acl: 'all',
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'user')
    if (user === undefined) return missing('user')
    if (accountOf(world, user) === undefined) {
      return refused(`_unsetupreseller called for a user that does not exist. (${user})`)
    }
    delete world.resellers[user]
    world.tokens = world.tokens.filter((token) => token.user !== user)
    return done()
  },
  api0: silent,
}

const listresellers: WhmFunction = {
  name: 'listresellers',
  acl: 'all',
  changes: false,
  run(world) {
    return done({ data: { reseller: Object.keys(world.resellers).sort() }, list: 'reseller' })
  },
}

/** The reseller's own account first, then what it owns. */
function accountsOf(world: World, user: string, only: boolean): Account[] {
  const own = accountOf(world, user)
  return [...(own === undefined ? [] : [own]), ...(only ? [] : ownedBy(world, user))]
}

const suspendreseller: WhmFunction = {
  name: 'suspendreseller',
  acl: 'all',
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'user', 'reseller')
    if (user === undefined) return missing('user')
    const reseller = resellerOf(world, user)
    if (reseller === undefined) return refused(NOT_A_RESELLER)
    const reason = filled(call.params, 'reason') ?? 'Unknown'
    const accounts = accountsOf(world, user, flag(call.params, 'reseller-only'))
    const locked = flag(call.params, 'disallow')
    for (const account of accounts) {
      suspend(account, { at: call.now, reason, locked, keep_ftp: false })
    }
    reseller.suspended ??= { at: call.now, reason }
    const raw = accounts.map((account) => suspensionLog(account.user)).join('')
    return done({ reason: 'Finished suspending reseller.', raw })
  },
  api0: withOutput,
}

const unsuspendreseller: WhmFunction = {
  name: 'unsuspendreseller',
  acl: 'all',
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'user', 'reseller')
    if (user === undefined) return missing('user')
    const reseller = resellerOf(world, user)
    if (reseller === undefined) return refused(NOT_A_RESELLER)
    for (const account of accountsOf(world, user, flag(call.params, 'reseller-only'))) {
      account.suspended = null
    }
    reseller.suspended = null
    return done({ reason: 'Finished unsuspending reseller.', raw: '' })
  },
  api0: withOutput,
}

const terminatereseller: WhmFunction = {
  name: 'terminatereseller',
  acl: 'all',
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'user', 'reseller')
    if (user === undefined) return missing('user')
    if (resellerOf(world, user) === undefined) return refused(`Reseller ${user} Does not exist`)
    if (call.version === 0 && call.params.get('verify') !== `${VERIFY}${user}`) {
      return refused('The verification sentence is not correct.')
    }
    const whole = flag(call.params, 'terminatereseller')
    const names = ownedBy(world, user).map((account) => account.user)
    if (whole && accountOf(world, user) !== undefined) names.push(user)
    for (const name of names) removeAccount(world, name, call.now)
    if (whole) delete world.resellers[user]
    const acct = names.map((name) => ({
      user: name,
      result: 1,
      reason: `${name} account removed`,
      output: { raw: removalLog(name) },
    }))
    return done({ reason: 'Account Terminations Complete', data: { acct } })
  },
  api0(told) {
    if (!told.ok) return resultList(told)
    const removed = Array.isArray(told.data?.acct) ? told.data.acct : []
    const accts = Object.fromEntries(removed.map(terminationOfApi0))
    return { result: [{ status: 1, privdelete: 1, statusmsg: told.reason, accts }] }
  },
}

function terminationOfApi0(each: {
  readonly user: string
  readonly reason: string
  readonly output: { readonly raw: string }
}): [string, unknown] {
  return [each.user, { status: 1, statusmsg: each.reason, rawout: each.output.raw }]
}

/** Functions that make, suspend and end resellers. */
export const resellers: readonly WhmFunction[] = [
  setupreseller,
  unsetupreseller,
  listresellers,
  suspendreseller,
  unsuspendreseller,
  terminatereseller,
]
