import type { Call, Refusal } from './function.ts'
import { refused } from './outcome.ts'
import type { Account, World } from './world.ts'

/** The account of a name; never anything a name like `constructor` would find. */
export function accountOf(world: World, user: string): Account | undefined {
  return Object.hasOwn(world.accounts, user) ? world.accounts[user] : undefined
}

/** Whether the caller owns the account or is root. */
export function sees(call: Call, account: Account): boolean {
  return call.caller.is_root || account.owner === call.caller.user
}

/** The accounts the caller sees, by name. */
export function visibleAccounts(world: World, call: Call): Account[] {
  return Object.values(world.accounts)
    .filter((account) => sees(call, account))
    .sort((a, b) => (a.user < b.user ? -1 : 1))
}

export type Found = { readonly ok: true; readonly account: Account } | Refusal

/**
 * The account a changing function works on. A reseller is told the same about an account of
 * somebody else and one that does not exist.
 */
export function target(world: World, call: Call, user: string, missing: Refusal): Found {
  const account = accountOf(world, user)
  if (account !== undefined && sees(call, account)) return { ok: true, account }
  if (!call.caller.is_root) return refused(`You do not have access to an account named “${user}”.`)
  return missing
}

/** Names of the accounts that a user owns, the user's own left out. */
export function ownedBy(world: World, owner: string): Account[] {
  return Object.values(world.accounts)
    .filter((account) => account.owner === owner && account.user !== owner)
    .sort((a, b) => (a.user < b.user ? -1 : 1))
}
