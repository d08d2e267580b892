import type { Cause } from './verdicts.ts'

/** How far a call got before it broke. */
export type Progress =
  /** Not a byte of the request was handed to a connection. */
  | 'unwritten'
  /** A byte of it may have left. */
  | 'written'
  /** The head of an answer came back. */
  | 'answered'

/** Causes by the error code that shows them, as long as nothing was written. */
const BEFORE_WRITING: Readonly<Record<string, Cause>> = {
  HELD_UP: 'held_up',
  ADDRESS_FORBIDDEN: 'address_forbidden',
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'connection_refused',
  ENETUNREACH: 'connection_refused',
  EADDRNOTAVAIL: 'connection_refused',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  HANDSHAKE_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  TimeoutError: 'connect_timeout',
  AbortError: 'connect_timeout',
  UND_ERR_ABORTED: 'connect_timeout',
}

const TLS =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|HOSTNAME_MISMATCH|ERR_SSL_|ERR_OSSL_|EPROTO|PIN_MISMATCH)/

const TIMED_OUT = [
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'TimeoutError',
  'AbortError',
  'UND_ERR_ABORTED',
]

function codesOf(error: unknown): string[] {
  const codes: string[] = []
  let current: unknown = error
  for (let depth = 0; current instanceof Error && depth < 10; depth++) {
    if ('code' in current && typeof current.code === 'string') codes.push(current.code)
    codes.push(current.name)
    current = current.cause
  }
  return codes
}

/**
 * Says why a call broke. Pure.
 *
 * Every error means something else once a byte was handed over: a connection that stands can still end in "no way to
 * the host" or in a TLS alert.
 */
export function causeOfBreak(error: unknown, progress: Progress): Cause {
  const codes = codesOf(error)
  if (progress === 'unwritten') {
    for (const code of codes) {
      const cause = BEFORE_WRITING[code]
      if (cause !== undefined) return cause
    }
    return codes.some((code) => TLS.test(code)) ? 'tls_failed' : 'cut_before_write'
  }
  if (codes.includes('ANSWER_TOO_LARGE')) return 'answer_too_large'
  if (codes.some((code) => TIMED_OUT.includes(code))) return 'timeout'
  return progress === 'answered' ? 'half_body' : 'cut_after_write'
}
