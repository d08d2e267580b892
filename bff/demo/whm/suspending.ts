import type { Account } from './world.ts'

/** Suspends an account; one that is suspended already keeps what is recorded of it. */
export function suspend(account: Account, how: NonNullable<Account['suspended']>): void {
  account.suspended ??= how
}

/** What the log of a suspension says. */
export function suspensionLog(user: string): string {
  return [
    `Changing Shell to /bin/false...Changing shell for ${user}.`,
    'Shell changed.',
    'Done',
    `Locking Password...Locking password for user ${user}.`,
    'passwd: Success',
    'Done',
    'Suspending mysql users',
    'Suspending websites...',
    'Suspending FTP accounts...',
    `${user}'s account has been suspended`,
    '',
  ].join('\n')
}
