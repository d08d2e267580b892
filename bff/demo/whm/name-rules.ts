import { accountOf } from './access.ts'
import type { Refusal } from './function.ts'
import { caught, refused } from './outcome.ts'
import type { World } from './world.ts'

const RESERVED = new Set(
  `abrt adm admin all apache bin chrony cpanel cpanelcabcache cpaneleximfilter cpanelphppgadmin cpses daemon dbus dirsrv
   dnsadmin dovecot dovenull eximstats ftp games halt horde information_schema ldap leechprotect lp mail mailman mailnull
   modsec mydns mysql named nobody nscd ntp operator polkitd postfix postgres postmaster proftpd proxy public root roundcube
   shutdown ssh sshd sync system test tomcat toor tss virtfs webmaster whm`.split(/\s+/),
)
const GROUPS = new Set(
  'audio cdrom dialout disk floppy kmem lock mem sys tape tty users utmp video wheel'.split(' '),
)

/** Why nobody can have this name, or `undefined`. Checked in the order syntax, reserved, taken. */
export function usernameProblem(world: World, user: string): Refusal | undefined {
  const reserved = user.startsWith('test') || RESERVED.has(user)
  if (!reserved && !/^[a-z][a-z0-9]{0,15}$/.test(user)) {
    return refused(`${user} is not a valid username on this system.`)
  }
  if (reserved) return caught(`“${user}” is a reserved username on this system.`)
  if (GROUPS.has(user)) {
    return world.settings.texts === 'older'
      ? refused('Sorry, a group for that username already exists.')
      : caught(`This system already has a group named “${user}”.`)
  }
  if (accountOf(world, user) !== undefined) {
    return caught(`This system already has an account named “${user}”.`)
  }
  return firstEightProblem(world, user)
}

function firstEightProblem(world: World, user: string): Refusal | undefined {
  const start = user.slice(0, 8)
  if (!world.settings.unique_first_eight) return undefined
  if (!Object.keys(world.accounts).some((name) => name.slice(0, 8) === start)) return undefined
  return refused(
    `The name of another account on this server has the same initial 8 characters as the given username (${user}). Each username’s first 8 characters must be unique.`,
  )
}

/** Why an account cannot have this main domain, or `undefined`; `except` is the account that may have it already. */
export function domainProblem(world: World, domain: string, except?: string): Refusal | undefined {
  if (!isDomain(domain)) return refused("Sorry, that's an invalid domain\n")
  const taken = Object.values(world.accounts).some(
    (account) => account.domain === domain && account.user !== except,
  )
  if (taken || domain === world.hostname) {
    return caught(`The domain “${domain}” already exists in the Apache configuration.`)
  }
  if (world.stale_domains.includes(domain)) {
    return caught(`The domain “${domain}” already exists in the userdata.`)
  }
  return undefined
}

function isDomain(domain: string): boolean {
  const labels = domain.split('.')
  return (
    domain.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  )
}
