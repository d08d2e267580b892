/** Users that belong to a server itself; no account of a client is called so. */
const SYSTEM_USERS: ReadonlySet<string> = new Set([
  'root',
  'adm',
  'apache',
  'bin',
  'cpanel',
  'cpanelanalytics',
  'cpanelcabcache',
  'cpanelconnecttrack',
  'cpaneleximfilter',
  'cpaneleximscanner',
  'cpanellogin',
  'cpanelphpmyadmin',
  'cpanelphppgadmin',
  'cpanelroundcube',
  'cpses',
  'daemon',
  'dbus',
  'dovecot',
  'dovenull',
  'ftp',
  'halt',
  'lp',
  'mail',
  'mailman',
  'mailnull',
  'mysql',
  'named',
  'nobody',
  'operator',
  'polkitd',
  'postfix',
  'postgres',
  'shutdown',
  'sshd',
  'sync',
  'system',
  'wheel',
])

/** Usernames never acted upon: root, the user of our own token, users of the server itself. Pure. */
export function isProtected(username: string, api_user: string): boolean {
  const name = username.toLowerCase()
  return name === api_user.toLowerCase() || SYSTEM_USERS.has(name) || name.startsWith('cpanel')
}
