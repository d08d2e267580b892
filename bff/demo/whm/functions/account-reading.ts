import { accountOf, sees, visibleAccounts } from '../access.ts'
import { accountRecord, accountRecordOfApi0 } from '../account-record.ts'
import { searchOf } from '../account-search.ts'
import type { Call, Outcome, Told, WhmFunction } from '../function.ts'
import { done, missing, refused } from '../outcome.ts'
import { filled } from '../parameters.ts'
import type { Account, World } from '../world.ts'

const NOT_FOUND = 'Account does not exist'

function record(call: Call, account: Account): Record<string, unknown> {
  return call.version === 0 ? accountRecordOfApi0(account) : accountRecord(account)
}

function listOfApi0(told: Told): unknown {
  if (told.ok) return { status: 1, statusmsg: 'Ok', acct: told.data?.acct ?? [] }
  return { status: 0, statusmsg: told.reason, acct: null }
}

const accountsummary: WhmFunction = {
  name: 'accountsummary',
  acl: ['acct-summary'],
  changes: false,
  run(world: World, call: Call): Outcome {
    const user = filled(call.params, 'user')
    const domain = filled(call.params, 'domain')?.toLowerCase()
    if (user === undefined && domain === undefined) return missing('user')
    const account =
      user !== undefined
        ? accountOf(world, user)
        : Object.values(world.accounts).find((each) => each.domain === domain)
    if (account === undefined || !(sees(call, account) || account.user === call.caller.user)) {
      return refused(NOT_FOUND)
    }
    return done({ data: { acct: [record(call, account)] }, list: 'acct' })
  },
  api0: listOfApi0,
}

const listaccts: WhmFunction = {
  name: 'listaccts',
  acl: ['list-accts'],
  changes: false,
  run(world, call) {
    const search = searchOf(call.params)
    if (!search.ok) return search
    const wanted = filled(call.params, 'want')?.split(',')
    const acct = visibleAccounts(world, call)
      .filter((account) => search.matches(account))
      .map((account) => record(call, account))
      .map((each) => (wanted === undefined ? each : pick(each, wanted)))
    return done({ data: { acct }, list: 'acct' })
  },
  api0: listOfApi0,
}

function pick(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)))
}

const list_users: WhmFunction = {
  name: 'list_users',
  acl: ['list-accts'],
  changes: false,
  run(world, call) {
    const users = visibleAccounts(world, call).map((account) => account.user)
    return done({
      data: { users: call.caller.is_root ? ['root', ...users] : users },
      list: 'users',
    })
  },
}

/** Functions that look accounts up. */
export const accountReading: readonly WhmFunction[] = [accountsummary, listaccts, list_users]
