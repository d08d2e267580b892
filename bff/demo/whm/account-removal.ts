import { monthKey } from './dates.ts'
import type { World } from './world.ts'

/** Takes an account and everything of it away; its bandwidth stays in the books. */
export function removeAccount(world: World, user: string, now: number): void {
  const account = world.accounts[user]
  if (account === undefined) return
  const months = Object.entries(world.bandwidth[user] ?? {}).map(
    ([month, days]): [string, number] => [
      month,
      Object.values(days).reduce((sum, bytes) => sum + bytes, 0),
    ],
  )
  world.removed.push({
    user,
    domain: account.domain,
    owner: account.owner,
    package: account.package,
    at: now,
    bandwidth: Object.fromEntries(months),
  })
  delete world.accounts[user]
  delete world.resellers[user]
  delete world.passwords[user]
  delete world.bandwidth[user]
  world.tokens = world.tokens.filter((token) => token.user !== user)
  world.sessions = world.sessions.filter((session) => session.user !== user)
}

/** Bytes an account sent in a month. */
export function bytesIn(world: World, user: string, year: number, month: number): number {
  const days = world.bandwidth[user]?.[monthKey(year, month)] ?? {}
  return Object.values(days).reduce((sum, bytes) => sum + bytes, 0)
}

/** What the log of a removal says. */
export function removalLog(user: string): string {
  return [
    'Running pre removal script (/usr/local/cpanel/scripts/prekillacct)......Done',
    'Collecting Domain Name and IP...Done',
    'Locking account and setting shell to nologin...Done',
    'Killing all processes owned by user...Done',
    'Removing Sessions...Done',
    "Removing User's Group...Done",
    `Account Removal Complete!!!...${user} account removed...Done`,
    '',
  ].join('\n')
}
