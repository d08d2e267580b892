import { target, visibleAccounts } from '../access.ts'
import { longDate } from '../dates.ts'
import type { Call, Outcome, Told, WhmFunction } from '../function.ts'
import { done, missing, refused, resultAsLog } from '../outcome.ts'
import { filled, flag } from '../parameters.ts'
import { suspend, suspensionLog } from '../suspending.ts'
import type { World } from '../world.ts'

const suspendacct: WhmFunction = {
  name: 'suspendacct',
  acl: ['suspend-acct'],
  changes: true,
  run(world: World, call: Call): Outcome {
    const user = filled(call.params, 'user')
    if (user === undefined) return missing('user')
    if (user === 'root') return refused('Root user may not be suspended.')
    const gone = refused(`_suspendacct called for a user that does not exist. (${user})`)
    const found = target(world, call, user, gone)
    if (!found.ok) return found
    const already = found.account.suspended !== null
    suspend(found.account, {
      at: call.now,
      reason: filled(call.params, 'reason') ?? 'Unknown',
      locked: flag(call.params, 'disallowun'),
      keep_ftp: flag(call.params, 'leave-ftp-accts-enabled'),
    })
    return done({ raw: already ? `${user} is already suspended\n` : suspensionLog(user) })
  },
  api0: resultAsLog,
}

const unsuspendacct: WhmFunction = {
  name: 'unsuspendacct',
  acl: ['suspend-acct'],
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'user')
    if (user === undefined) return missing('user')
    const gone = refused(`_unsuspendacct called for a user that does not exist. (${user})`)
    const found = target(world, call, user, gone)
    if (!found.ok) return found
    if (found.account.suspended?.locked === true && !call.caller.is_root) {
      return refused(world.settings.locked_text)
    }
    found.account.suspended = null
    return done({ raw: `Unlocking Password...Done\n${user}'s account is now active\n` })
  },
  api0: resultAsLog,
}

const listsuspended: WhmFunction = {
  name: 'listsuspended',
  acl: ['suspend-acct'],
  changes: false,
  run(world, call) {
    const account = visibleAccounts(world, call).flatMap(({ user, owner, suspended }) => {
      if (suspended === null) return []
      const { at, reason, locked } = suspended
      return [
        {
          is_locked: locked ? 1 : 0,
          owner,
          reason,
          time: longDate(at),
          unixtime: call.version === 0 ? String(at) : at,
          user,
        },
      ]
    })
    return done({ data: { account }, list: 'account' })
  },
  api0(told: Told) {
    return { status: 1, statusmsg: 'Ok', accts: told.data?.account ?? [] }
  },
}

const listlockedaccounts: WhmFunction = {
  name: 'listlockedaccounts',
  acl: 'all',
  changes: false,
  run(world) {
    const account = Object.values(world.accounts)
      .filter((each) => each.suspended?.locked === true)
      .map((each) => each.user)
      .sort()
    return done({ data: { account }, list: 'account' })
  },
}

/** Functions around the suspension of single accounts. */
export const suspension: readonly WhmFunction[] = [
  suspendacct,
  unsuspendacct,
  listsuspended,
  listlockedaccounts,
]
