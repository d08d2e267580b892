import type { Caller, WhmFunction } from './function.ts'

/** Every privilege that a reseller or a token can hold. `all` holds all others. */
export const PRIVILEGES: readonly string[] = [
  'acct-summary',
  'add-pkg',
  'add-pkg-ip',
  'add-pkg-shell',
  'all',
  'allow-addoncreate',
  'allow-emaillimits-pkgs',
  'allow-parkedcreate',
  'allow-shell',
  'allow-unlimited-bw-pkgs',
  'allow-unlimited-disk-pkgs',
  'allow-unlimited-pkgs',
  'basic-system-info',
  'basic-whm-functions',
  'clustering',
  'cors-proxy-get',
  'cpanel-api',
  'cpanel-integration',
  'create-acct',
  'create-dns',
  'create-user-session',
  'demo-setup',
  'digest-auth',
  'edit-account',
  'edit-dns',
  'edit-mx',
  'edit-pkg',
  'frontpage',
  'generate-email-config',
  'kill-acct',
  'kill-dns',
  'limit-bandwidth',
  'list-accts',
  'list-pkgs',
  'locale-edit',
  'mailcheck',
  'manage-api-tokens',
  'manage-dns-records',
  'manage-oidc',
  'manage-styles',
  'mysql-info',
  'nameserver-config',
  'news',
  'ns-config',
  'park-dns',
  'passwd',
  'quota',
  'rearrange-accts',
  'resftp',
  'restart',
  'show-bandwidth',
  'ssl',
  'ssl-buy',
  'ssl-gencrt',
  'ssl-info',
  'stats',
  'status',
  'suspend-acct',
  'thirdparty',
  'track-email',
  'upgrade-account',
  'viewglobalpackages',
]

/** What a new reseller holds before anybody sets privileges. */
export const FIRST_PRIVILEGES: readonly string[] = [
  'basic-system-info',
  'basic-whm-functions',
  'cors-proxy-get',
  'cpanel-api',
  'ns-config',
  'track-email',
]

/** Whether the caller holds a privilege. */
export function holds(caller: Caller, privilege: string): boolean {
  return caller.privileges.has('all') || caller.privileges.has(privilege)
}

/** Whether the caller may call a function at all. */
export function may(caller: Caller, wanted: WhmFunction): boolean {
  if (wanted.acl === null) return true
  if (wanted.acl === 'all') return caller.privileges.has('all')
  return wanted.acl.some((privilege) => holds(caller, privilege))
}

/** What a user's own rights and a token's rights allow together; `null` for a token is no restriction. */
export function intersect(
  user: ReadonlySet<string>,
  token: readonly string[] | null,
): ReadonlySet<string> {
  if (token === null) return user
  if (token.includes('all')) return user
  return new Set(token.filter((privilege) => user.has('all') || user.has(privilege)))
}
