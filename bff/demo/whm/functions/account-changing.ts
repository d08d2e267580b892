import { ownedBy, target } from '../access.ts'
import { removalLog, removeAccount } from '../account-removal.ts'
import type { Call, Outcome, WhmFunction } from '../function.ts'
import { done, missing, refused, resultWithLog } from '../outcome.ts'
import { applyPackage, findPackage, packageLimitProblem } from '../packages.ts'
import { filled } from '../parameters.ts'
import { resellerOf } from '../resellers.ts'
import type { World } from '../world.ts'

const changepackage: WhmFunction = {
  name: 'changepackage',
  acl: ['upgrade-account'],
  changes: true,
  run(world: World, call: Call): Outcome {
    const user = filled(call.params, 'user')
    const name = filled(call.params, 'pkg')
    if (user === undefined) return missing('user')
    if (name === undefined) return missing('pkg')
    const found = target(world, call, user, refused(`Sorry the user ${user} does not exist`))
    if (!found.ok) return found
    const chosen = findPackage(world, call, name)
    if (!chosen.ok) return chosen
    const { account } = found
    const problem = call.caller.is_root
      ? undefined
      : packageLimitProblem(world, account.owner, chosen.package.name, user)
    if (problem !== undefined) return problem
    const raw = [
      '<pre>',
      `Changing Feature List to ${chosen.package.feature_list}`,
      `Changing plan from ${account.package} to ${chosen.package.name}`,
      '</pre>',
    ].join('\n')
    applyPackage(account, chosen.package)
    return done({ reason: `Account Upgrade/Downgrade Complete for ${user}`, raw })
  },
  api0: resultWithLog,
}

const removeacct: WhmFunction = {
  name: 'removeacct',
  acl: ['kill-acct'],
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'username', 'user')
    if (user === undefined) return missing('username')
    const older = world.settings.texts === 'older'
    const unknown = older
      ? `Warning!.. system user ${user} does not exist!\n`
      : `System user ${user} does not exist!`
    const found = target(world, call, user, refused(unknown))
    if (!found.ok) return found
    const owns = resellerOf(world, user) !== undefined && ownedBy(world, user).length > 0
    if (owns && world.settings.remove_reseller_with_accounts === 'refuses') {
      return refused(`The reseller “${user}” still owns accounts.`)
    }
    removeAccount(world, user, call.now)
    return done({ reason: `${user} account removed`, raw: removalLog(user) })
  },
  api0: resultWithLog,
}

/** Functions that move an account to another package or take it away. */
export const accountChanging: readonly WhmFunction[] = [changepackage, removeacct]
