import { startDate } from './dates.ts'
import type { Account } from './world.ts'

const MIB = 1_048_576

function limit(value: number | null): string {
  return value === null ? 'unlimited' : String(value)
}

/** An account as accountsummary and listaccts of API 1 write it. */
export function accountRecord(account: Account): Record<string, unknown> {
  return {
    backup: 1,
    child_nodes: [],
    disklimit: account.quota === 0 ? 'unlimited' : `${account.quota}M`,
    diskused: `${Math.round(account.disk_used / MIB)}M`,
    domain: account.domain,
    email: account.email === '' ? '*unknown*' : account.email,
    has_backup: 0,
    inodeslimit: 'unlimited',
    inodesused: account.inodes_used,
    ip: account.ip,
    ipv6: [],
    is_locked: account.suspended?.locked === true ? 1 : 0,
    is_temporary_domain: account.temporary_domain ? 1 : 0,
    legacy_backup: 0,
    mailbox_format: 'maildir',
    max_defer_fail_percentage: 'unlimited',
    max_email_per_hour: 'unlimited',
    max_emailacct_quota: 'unlimited',
    maxaddons: limit(account.limits.maxaddon),
    maxftp: limit(account.limits.maxftp),
    maxlst: limit(account.limits.maxlst),
    maxparked: limit(account.limits.maxpark),
    maxpop: limit(account.limits.maxpop),
    maxsql: limit(account.limits.maxsql),
    maxsub: limit(account.limits.maxsub),
    min_defer_fail_to_trigger_protection: '5',
    outgoing_mail_hold: 0,
    outgoing_mail_suspended: 0,
    owner: account.owner,
    partition: account.partition,
    plan: account.package,
    shell: account.suspended === null ? account.shell : '/bin/false',
    startdate: startDate(account.started),
    suspended: account.suspended === null ? 0 : 1,
    suspendreason: account.suspended?.reason ?? 'not suspended',
    suspendtime: account.suspended?.at ?? 0,
    temporary: 0,
    theme: account.theme,
    uid: account.uid,
    unix_startdate: account.started,
    user: account.user,
  }
}

/** The same in API 0: `unix_startdate` is a string and an active account has no `suspendtime`. */
export function accountRecordOfApi0(account: Account): Record<string, unknown> {
  return {
    ...accountRecord(account),
    unix_startdate: String(account.started),
    suspendtime: account.suspended === null ? null : String(account.suspended.at),
  }
}
