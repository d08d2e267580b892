/**
 * What is known of a changing call.
 *
 * - `unsent`: not a byte of the request was handed to a connection, so nothing can have happened.
 * - `refused`: the server checked, said no, and did nothing.
 * - `uncertain`: it may have happened, or may still be happening; only reading back tells.
 */
export type Certainty = 'unsent' | 'refused' | 'uncertain'

/** One way a call can come to something else than a yes. */
export interface Verdict {
  /** What is seen. */
  readonly seen: string
  /** Ours and stable; `error.<code>` in texts. */
  readonly code: string
  /** What it means on the first attempt. */
  readonly first: Certainty
  /** What it means on the second, sent after the first one's absence was proven. */
  readonly again: Certainty
  /** It says something about the way there or the server's health, and nothing about the account. */
  readonly transport: boolean
  /** It may be over in a moment: a read is worth asking again. */
  readonly passing: boolean
  readonly why: string
}

const NOTHING_LEFT = {
  first: 'unsent',
  again: 'unsent',
  transport: true,
  passing: false,
} as const
const MAY_BE_DONE = {
  first: 'uncertain',
  again: 'uncertain',
  transport: true,
  passing: false,
} as const
/** WHM's own no. On the second attempt it may be the late success of the first that is in the way. */
const CHECKED = { first: 'refused', again: 'uncertain', transport: false, passing: false } as const
const SAID_IN_THE_MIDDLE = { ...MAY_BE_DONE, transport: false } as const
/** For refusals that are said while the input is looked at, before anything is written. */
const BEFORE_ANY_WORK = 'said while the input is checked, before anything is changed'

/**
 * Whether what a call came to is definite or uncertain, for every cause there is. The one place where this is decided:
 * the client and the steps look it up, the tests walk it with real connections, and the page on operations prints it.
 */
export const VERDICTS = {
  left_alone: {
    ...NOTHING_LEFT,
    seen: 'the server did not answer others lately and is being left alone',
    code: 'server_unreachable',
    why: 'the call was not made',
  },
  held_up: {
    ...NOTHING_LEFT,
    transport: false,
    seen: 'this process was held up until its call might have outlived its lease',
    code: 'held_up',
    why: 'the clock is looked at once more in the moment the connection takes the request',
  },
  address_forbidden: {
    ...NOTHING_LEFT,
    seen: 'the name leads to an address this installation does not call',
    code: 'address_forbidden',
    why: 'no connection was opened',
  },
  name_not_found: {
    ...NOTHING_LEFT,
    seen: 'the server’s name is not found',
    code: 'name_not_found',
    why: 'no connection was opened',
  },
  connection_refused: {
    ...NOTHING_LEFT,
    seen: 'the connection is refused, or there is no way to the host',
    code: 'connection_refused',
    why: 'no connection was opened',
  },
  connect_timeout: {
    ...NOTHING_LEFT,
    seen: 'no connection within the time allowed for one',
    code: 'connect_timeout',
    why: 'the request is handed over only once the handshake is through',
  },
  tls_failed: {
    ...NOTHING_LEFT,
    seen: 'the TLS handshake fails: certificate, name, pin, protocol',
    code: 'certificate',
    why: 'the request is handed over only once the handshake is through',
  },
  cut_before_write: {
    ...NOTHING_LEFT,
    passing: true,
    seen: 'the connection breaks before a byte of the request was handed to it',
    code: 'connection_lost',
    why: 'nothing left this process',
  },
  cut_after_write: {
    ...MAY_BE_DONE,
    passing: true,
    seen: 'the connection breaks after the first byte of the request was handed to it',
    code: 'connection_lost',
    why: 'what was handed to a socket may have arrived, whole or in part, and WHM works on after a hang-up; the same for a kept connection the server closes just then, and for a TLS alert that comes after data',
  },
  half_body: {
    ...MAY_BE_DONE,
    passing: true,
    seen: 'the connection breaks in the middle of the answer',
    code: 'connection_lost',
    why: 'the server was answering; what it was about to say is not known',
  },
  timeout: {
    ...MAY_BE_DONE,
    seen: 'no answer in the call’s time',
    code: 'timeout',
    why: 'WHM may still be at work',
  },
  answer_too_large: {
    ...MAY_BE_DONE,
    seen: 'the answer is larger than 4 MiB',
    code: 'answer_too_large',
    why: 'an answer nobody has read to its end says nothing',
  },
  denied_by_whm: {
    ...CHECKED,
    seen: 'WHM’s own denial: `cpanelresult` in the body, by 401 or 403 or even 200',
    code: 'access_denied',
    why: 'cpsrvd looks at the token before it runs a function',
  },
  denied_by_other: {
    ...MAY_BE_DONE,
    transport: false,
    seen: '401 or 403 without WHM’s own words',
    code: 'access_denied',
    why: 'a proxy may refuse to pass on the answer of a call that was carried out',
  },
  other_status: {
    ...MAY_BE_DONE,
    seen: 'any other status that is neither 200 nor 5xx: redirects, 404, 429',
    code: 'answer_unusable',
    why: 'WHM answers with 200; who said this, and whether the call went on before, is not known',
  },
  server_error: {
    ...MAY_BE_DONE,
    passing: true,
    seen: '5xx',
    code: 'server_fault',
    why: 'WHM fails with 500 in the middle of work (disk full was seen); a proxy says it about a server it no longer hears',
  },
  proxy_timeout: {
    ...MAY_BE_DONE,
    seen: '504, 522 or 524 of a proxy',
    code: 'timeout',
    why: 'the proxy stopped waiting, WHM did not stop working',
  },
  html: {
    ...MAY_BE_DONE,
    seen: '200 with a page instead of JSON',
    code: 'answer_unusable',
    why: 'a login page or a proxy’s own; whether the call went on before is not known',
  },
  invalid_json: {
    ...MAY_BE_DONE,
    seen: '200 with something that is no JSON, or half of it',
    code: 'answer_unusable',
    why: 'half an answer is none',
  },
  not_whm: {
    ...MAY_BE_DONE,
    seen: 'JSON that is no answer of WHM API 1, or without the data asked for',
    code: 'answer_unusable',
    why: 'a yes is believed only in the form WHM says it',
  },
  said_username_taken: {
    ...CHECKED,
    seen: '`result: 0`, the username is taken',
    code: 'username_taken',
    why: `${BEFORE_ANY_WORK}; on a second attempt it may be our own late success`,
  },
  said_username_invalid: {
    ...CHECKED,
    seen: '`result: 0`, the username is reserved or not valid',
    code: 'username_invalid',
    why: BEFORE_ANY_WORK,
  },
  said_domain_taken: {
    ...CHECKED,
    seen: '`result: 0`, the domain exists already',
    code: 'domain_taken',
    why: `${BEFORE_ANY_WORK}; on a second attempt it may be our own late success`,
  },
  said_domain_invalid: {
    ...CHECKED,
    seen: '`result: 0`, the domain is not valid',
    code: 'domain_invalid',
    why: BEFORE_ANY_WORK,
  },
  said_domain_not_found: {
    ...CHECKED,
    seen: '`result: 0`, nobody owns the domain',
    code: 'domain_not_found',
    why: BEFORE_ANY_WORK,
  },
  said_password_weak: {
    ...CHECKED,
    seen: '`result: 0`, the password is too weak',
    code: 'password_weak',
    why: BEFORE_ANY_WORK,
  },
  said_package_not_found: {
    ...CHECKED,
    seen: '`result: 0`, there is no such package',
    code: 'package_not_found',
    why: BEFORE_ANY_WORK,
  },
  said_package_limit: {
    ...CHECKED,
    seen: '`result: 0`, no more accounts with this package',
    code: 'package_limit',
    why: BEFORE_ANY_WORK,
  },
  said_account_not_found: {
    ...CHECKED,
    seen: '`result: 0`, there is no such account; also as `API failure`',
    code: 'account_not_found',
    why: 'nothing can be done to an account that is not there; after a first attempt it may be that attempt which removed it',
  },
  said_account_forbidden: {
    ...CHECKED,
    seen: '`result: 0`, the account is not this token’s',
    code: 'account_forbidden',
    why: BEFORE_ANY_WORK,
  },
  said_not_a_reseller: {
    ...CHECKED,
    seen: '`result: 0`, the account is no reseller',
    code: 'not_a_reseller',
    why: BEFORE_ANY_WORK,
  },
  said_already_reseller: {
    ...CHECKED,
    seen: '`result: 0`, the account is a reseller already',
    code: 'already_reseller',
    why: `${BEFORE_ANY_WORK}; on a second attempt it may be our own late success`,
  },
  said_protected_account: {
    ...CHECKED,
    seen: '`result: 0`, root may not be touched',
    code: 'protected_account',
    why: BEFORE_ANY_WORK,
  },
  said_owner_not_found: {
    ...CHECKED,
    seen: '`result: 0`, there is no such owner',
    code: 'owner_not_found',
    why: BEFORE_ANY_WORK,
  },
  said_function_unknown: {
    ...CHECKED,
    seen: '`result: 0`, the server does not know the function',
    code: 'function_unknown',
    why: 'a function that is not there cannot have done anything',
  },
  said_access_denied: {
    ...CHECKED,
    seen: '`result: 0`, the token lacks the right',
    code: 'access_denied',
    why: 'rights are looked at before a function runs',
  },
  said_disk_full: {
    ...SAID_IN_THE_MIDDLE,
    seen: '`result: 0`, no space left or quota exceeded',
    code: 'disk_full',
    why: 'the disk fills up in the middle of the work: half of it may be there',
  },
  said_quota_failed: {
    ...SAID_IN_THE_MIDDLE,
    seen: '`result: 0`, a quota could not be set',
    code: 'quota_invalid',
    why: 'a quota is set when the rest is done',
  },
  said_licence: {
    ...SAID_IN_THE_MIDDLE,
    seen: '`result: 0`, something about the licence',
    code: 'licence',
    why: 'nobody has recorded these words: when they are said is not known',
  },
  said_it_broke: {
    ...SAID_IN_THE_MIDDLE,
    seen: '`result: 0` with `API failure`, whatever follows',
    code: 'server_fault',
    why: 'the function died on the way: what it had done by then stays done',
  },
  said_unknown_words: {
    ...SAID_IN_THE_MIDDLE,
    seen: '`result: 0` in words we do not know',
    code: 'server_refused',
    why: 'what is not known to be said beforehand may be said in the middle',
  },
} as const satisfies Readonly<Record<string, Verdict>>

/** Every way a call can come to something else than a yes. */
export type Cause = keyof typeof VERDICTS

/** What a cause means on an attempt, counted from 1. Pure. */
export function certaintyOf(cause: Cause, attempt: number): Certainty {
  const verdict: Verdict = VERDICTS[cause]
  return attempt > 1 ? verdict.again : verdict.first
}
