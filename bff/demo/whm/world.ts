/** Everything a WHM server knows, as plain data: it is written to one JSON file and read back. Times are Unix seconds. */
export interface World {
  hostname: string
  version: string
  accounts: Record<string, Account>
  /** Accounts that were removed, newest last: bandwidth and resellers' statistics still count them. */
  removed: RemovedAccount[]
  resellers: Record<string, Reseller>
  packages: Record<string, Package>
  /** Saved ACL lists: name → privileges. */
  acl_lists: Record<string, readonly string[]>
  tokens: ApiToken[]
  /** Passwords of `root` and of accounts live apart, so that a listing cannot take them along. */
  passwords: Record<string, string>
  sessions: LoginSession[]
  /** account → `YYYY-MM` → day (1–31) → bytes sent. */
  bandwidth: Record<string, Record<string, Record<string, number>>>
  nameservers: string[]
  ips: readonly { readonly ip: string; readonly dedicated: boolean; readonly main: boolean }[]
  /** Domains of nobody that are still in the userdata, as an unfinished removal leaves them. */
  stale_domains: string[]
  settings: Settings
  /** Seed and position of the pseudo-random numbers (transaction ids, order of keys). */
  random: { seed: number; drawn: number }
  next_uid: number
}

export type LimitName =
  | 'maxaddon'
  | 'maxftp'
  | 'maxlst'
  | 'maxpark'
  | 'maxpop'
  | 'maxsql'
  | 'maxsub'

export interface Account {
  user: string
  domain: string
  owner: string
  email: string
  package: string
  ip: string
  uid: number
  started: number
  theme: string
  shell: string
  partition: string
  home: string
  /** Bytes. */
  disk_used: number
  inodes_used: number
  /** MiB; 0 is unlimited. */
  quota: number
  /** MB a month; 0 is unlimited. */
  bandwidth_limit: number
  /** `null` is unlimited. */
  limits: Record<LimitName, number | null>
  suspended: null | { at: number; reason: string; locked: boolean; keep_ftp: boolean }
  temporary_domain: boolean
  force_password_change: boolean
  database_password: string | null
}

export interface RemovedAccount {
  user: string
  domain: string
  owner: string
  package: string
  at: number
  /** `YYYY-MM` → bytes sent. */
  bandwidth: Record<string, number>
}

export interface Reseller {
  user: string
  privileges: string[]
  acl_list: string | null
  /** How many accounts; `null` is no limit. */
  account_limit: number | null
  account_limit_enabled: boolean
  resource_limits_enabled: boolean
  /** MB; `null` is no limit. */
  bandwidth_limit: number | null
  /** MB; `null` is no limit. */
  disk_limit: number | null
  overselling: { bandwidth: boolean; disk: boolean }
  /** package → how many accounts of it; `null` is no limit. */
  package_limits: Record<string, number | null>
  suspended: null | { at: number; reason: string }
}

export interface Package {
  name: string
  owner: string
  /** MiB; `null` is unlimited. */
  quota: number | null
  /** MB a month; `null` is unlimited. */
  bandwidth_limit: number | null
  limits: Account['limits']
  max_email_per_hour: number | null
  max_emailacct_quota: number | null
  feature_list: string
  theme: string
  language: string
  shell: boolean
  cgi: boolean
  dedicated_ip: boolean
}

export interface ApiToken {
  user: string
  name: string
  token: string
  created: number
  /** `null`: everything its user may. */
  privileges: string[] | null
  expires: number | null
  /** Addresses and CIDR ranges; empty: from everywhere. */
  whitelist_ips: string[]
}

export interface LoginSession {
  /** `USER:SECRET`. */
  id: string
  user: string
  service: SessionService
  app: string | null
  /** `/cpsess` and ten digits. */
  security_token: string
  expires: number
  opened: boolean
}

export type SessionService = 'cpaneld' | 'whostmgrd' | 'webmaild'

/** What no public recording shows of a real server, and what differs between servers. `assumptions.ts` explains each. */
export interface Settings {
  /** How a valid token without the privilege is answered. */
  denial: 'forbidden' | 'result_0'
  denial_text: string
  /** How a login lock-out is answered. */
  lockout: 'forbidden' | 'result_0'
  lockout_text: string
  /** Failed logins of one user before the lock-out; `null` never locks. */
  lockout_after: number | null
  /** The licence's number of accounts; `null` is none. */
  license_accounts: number | null
  license_accounts_text: string
  license_expired: boolean
  license_expired_text: string
  /** Calls per minute before a 503; `null` is none. */
  rate_limit: number | null
  /** What a reseller is told who unsuspends a locked account. */
  locked_text: string
  /** 0–100. */
  password_strength: { create: number; passwd: number }
  unique_first_eight: boolean
  /** `older` answers as servers of 2009 to 2014 did where the wording has changed. */
  texts: 'current' | 'older'
  /** What becomes of a reseller's accounts when the reseller is removed. */
  remove_reseller_with_accounts: 'orphans' | 'refuses'
  /** Host of session URLs without `preferred_domain`; `null` is the server's host name. */
  session_host: string | null
  /** `own`: the port of this server, which opens the sessions itself; `services`: 2083, 2087, 2096. */
  session_ports: 'own' | 'services'
  /** `metadata.result` as a string, as some functions do. */
  result_as_string: boolean
  /** Keys of objects in random order, as Perl's hashes give them. */
  random_key_order: boolean
}

/** What a server of this demo does unless told otherwise. */
export const DEFAULT_SETTINGS: Settings = {
  denial: 'forbidden',
  denial_text: 'Access denied: you do not have permission to call this function.',
  lockout: 'forbidden',
  lockout_text: 'Access denied: this account is locked out because of too many failed logins.',
  lockout_after: null,
  license_accounts: null,
  license_accounts_text: 'Your license does not allow more accounts on this server.',
  license_expired: false,
  license_expired_text: 'The license of this server has expired.',
  rate_limit: null,
  locked_text: 'This account is locked. Only the root user can unsuspend it.',
  password_strength: { create: 50, passwd: 50 },
  unique_first_eight: true,
  texts: 'current',
  remove_reseller_with_accounts: 'orphans',
  session_host: 'localhost',
  session_ports: 'own',
  result_as_string: false,
  random_key_order: false,
}
