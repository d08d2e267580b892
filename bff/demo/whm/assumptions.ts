import type { Settings } from './world.ts'

/** Something this server does that no public recording or document shows of a real one. */
export interface Assumption {
  readonly id: string
  /** Functions it concerns; empty: all. */
  readonly functions: readonly string[]
  readonly says: string
  /**
   * How well it is known: `inferred` by us, `client` code depends on it, `source` was seen in an excerpt only, `recorded`
   * from an older server.
   */
  readonly grade: 'inferred' | 'client' | 'source' | 'recorded'
  /** The settings that change it, with their values now. */
  readonly settings?: Readonly<Record<string, unknown>>
}

interface Known extends Omit<Assumption, 'settings'> {
  readonly by?: readonly (keyof Settings)[]
}

const KNOWN: readonly Known[] = [
  {
    id: 'missing_privilege',
    functions: [],
    says: 'A valid token without the privilege gets the same HTTP 403 as a wrong one; the other style is 200 with result 0.',
    grade: 'inferred',
    by: ['denial', 'denial_text'],
  },
  {
    id: 'login_lockout',
    functions: [],
    says: 'After too many failed logins of a user nobody gets in under that name.',
    grade: 'inferred',
    by: ['lockout', 'lockout_after', 'lockout_text'],
  },
  {
    id: 'license_expired',
    functions: [],
    says: 'With an expired licence every call is answered with result 0 and a text that names the licence.',
    grade: 'inferred',
    by: ['license_expired', 'license_expired_text'],
  },
  {
    id: 'license_accounts',
    functions: ['createacct'],
    says: 'At the licence’s number of accounts createacct is refused with a text that names the licence.',
    grade: 'inferred',
    by: ['license_accounts', 'license_accounts_text'],
  },
  {
    id: 'rate_limit',
    functions: [],
    says: 'Too many calls in a minute are answered with 503 and a page.',
    grade: 'inferred',
    by: ['rate_limit'],
  },
  {
    id: 'locked_text',
    functions: ['unsuspendacct'],
    says: 'What a reseller is told who lifts the suspension of a locked account.',
    grade: 'inferred',
    by: ['locked_text'],
  },
  {
    id: 'remove_reseller',
    functions: ['removeacct'],
    says: 'Removing a reseller leaves the accounts it owned, with the owner’s name.',
    grade: 'inferred',
    by: ['remove_reseller_with_accounts'],
  },
  {
    id: 'revoke_reseller',
    functions: ['unsetupreseller'],
    says: 'Accounts of somebody who is no reseller any more keep their owner; for a user who never was one it succeeds.',
    grade: 'inferred',
  },
  {
    id: 'session_address',
    functions: ['create_user_session'],
    says: 'A real server names its own host and the ports 2083, 2087 and 2096; this one opens the sessions itself.',
    grade: 'inferred',
    by: ['session_host', 'session_ports'],
  },
  {
    id: 'session_expires',
    functions: ['create_user_session'],
    says: '`expires` lies 15 minutes ahead.',
    grade: 'inferred',
  },
  {
    id: 'first_eight',
    functions: ['createacct', 'verify_new_username', 'modifyacct'],
    says: 'The first eight characters of a username are unique on the server.',
    grade: 'client',
    by: ['unique_first_eight'],
  },
  {
    id: 'password_scale',
    functions: ['createacct', 'passwd', 'get_password_strength'],
    says: 'The scale of strength runs from 0 to 100 but counts otherwise than a real server’s.',
    grade: 'inferred',
    by: ['password_strength'],
  },
  {
    id: 'wording',
    functions: ['createacct', 'changepackage', 'removeacct'],
    says: 'Texts are those of current servers where both are known.',
    grade: 'recorded',
    by: ['texts'],
  },
  {
    id: 'result_type',
    functions: [],
    says: '`metadata.result` is a number; some functions of some versions write a string.',
    grade: 'recorded',
    by: ['result_as_string'],
  },
  {
    id: 'key_order',
    functions: [],
    says: 'Keys come in a fixed order; a real server’s order is random.',
    grade: 'recorded',
    by: ['random_key_order'],
  },
  {
    id: 'missing_parameter',
    functions: [],
    says: 'A missing parameter is told as “Provide the “x” parameter.”, uncaught.',
    grade: 'inferred',
  },
  {
    id: 'order_of_checks',
    functions: ['createacct'],
    says: 'Username syntax, reserved, taken, domain syntax, domain taken, password, package, owner, limits.',
    grade: 'inferred',
  },
  {
    id: 'username_characters',
    functions: ['createacct', 'verify_new_username'],
    says: 'Only lower-case letters and digits; underscore and hyphen are accepted by some versions.',
    grade: 'inferred',
  },
  {
    id: 'reseller_sees_nothing',
    functions: [
      'accountsummary',
      'changepackage',
      'removeacct',
      'suspendacct',
      'unsuspendacct',
      'passwd',
      'modifyacct',
    ],
    says: 'A reseller is told the same about somebody else’s account and about one that does not exist.',
    grade: 'inferred',
  },
  {
    id: 'suspend_twice',
    functions: ['suspendacct'],
    says: 'Suspending a suspended account succeeds and changes nothing that is recorded.',
    grade: 'inferred',
  },
  {
    id: 'same_package',
    functions: ['changepackage'],
    says: 'Choosing the package an account has succeeds.',
    grade: 'inferred',
  },
  {
    id: 'setup_twice',
    functions: ['setupreseller'],
    says: 'Making a reseller out of a reseller is refused.',
    grade: 'source',
  },
  {
    id: 'first_privileges',
    functions: ['setupreseller', 'createacct'],
    says: 'A new reseller holds the basic privileges only.',
    grade: 'inferred',
  },
  {
    id: 'unlimited_bandwidth',
    functions: ['showbw'],
    says: '`limit` is 0 where there is none; in API 0 it is the huge number that was recorded.',
    grade: 'inferred',
  },
  {
    id: 'unknown_owner_of_domain',
    functions: ['getdomainowner'],
    says: 'An unknown domain succeeds with `user: null`.',
    grade: 'inferred',
  },
  {
    id: 'list_order',
    functions: [],
    says: 'Lists are filtered, then sorted, then cut into chunks, then reduced to columns.',
    grade: 'inferred',
  },
  {
    id: 'api_0',
    functions: [],
    says: 'Functions without a recording answer API 0 with their data at the top.',
    grade: 'inferred',
  },
  {
    id: 'strengths_privilege',
    functions: ['getminimumpasswordstrengths'],
    says: 'Whoever may create accounts or set passwords may ask.',
    grade: 'inferred',
  },
  {
    id: 'ns_privilege',
    functions: ['get_nameserver_config'],
    says: 'The chart of privileges says ns-config, the page of setacls says nameserver-config: either will do.',
    grade: 'recorded',
  },
]

/** Every assumption, with its settings' values now. */
export function assumptions(settings: Settings): readonly Assumption[] {
  return KNOWN.map(({ by, ...known }) =>
    by === undefined
      ? known
      : { ...known, settings: Object.fromEntries(by.map((key) => [key, settings[key]])) },
  )
}
