/** Everything a WHM server knows, as plain data: it is written to one JSON file and read back. Times are Unix seconds. */
export interface World {
  hostname: string
  version: string
  accounts: Record<string, Account>
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
  settings: Settings
  /** Seed and position of the pseudo-random numbers (transaction ids, session ids). */
  random: { seed: number; drawn: number }
  next_uid: number
}

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
  limits: Record<
    'maxaddon' | 'maxftp' | 'maxlst' | 'maxpark' | 'maxpop' | 'maxsql' | 'maxsub',
    number | null
  >
  suspended: null | { at: number; reason: string; locked: boolean; keep_ftp: boolean }
  temporary_domain: boolean
  force_password_change: boolean
  database_password: string | null
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
  whitelist_ips: string[]
}

export interface LoginSession {
  id: string
  user: string
  service: string
  app: string | null
  security_token: string
  expires: number
  opened: boolean
}

/**
 * What no public recording shows of a real server, and what differs between servers. `deviations.ts` lists the assumptions.
 */
export interface Settings {
  /** How a valid token without the privilege is answered. */
  denial: 'forbidden' | 'result_0'
  /** How a login lock-out is answered. */
  lockout: 'forbidden' | 'result_0'
  /** The licence's number of accounts; `null` is none. */
  license_accounts: number | null
  license_expired: boolean
  /** Calls per minute before a 503; `null` is none. */
  rate_limit: number | null
  /** What a reseller is told who unsuspends a locked account. */
  locked_text: string
  /** 0–100. */
  password_strength: { create: number; passwd: number }
  unique_first_eight: boolean
  /** `metadata.result` as a string, as some functions do. */
  result_as_string: boolean
  /** Keys of objects in random order, as Perl's hashes give them. */
  random_key_order: boolean
}
