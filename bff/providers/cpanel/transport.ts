/** How far a call got before it broke. */
export type Reach =
  /** No byte of it left: nothing can have happened. */
  | 'unsent'
  /** It may have arrived. */
  | 'unknown'

export interface Broken {
  readonly reach: Reach
  readonly code:
    | 'address_forbidden'
    | 'name_not_found'
    | 'connection_refused'
    | 'connect_timeout'
    | 'certificate'
    | 'timeout'
    | 'connection_lost'
    | 'answer_too_large'
}

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

const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|ERR_SSL_|EPROTO|PIN_MISMATCH)/

/**
 * Says how far a call got from the error it ended with. Pure.
 *
 * @param written whether a byte of the request was handed to the connection; a broken connection before that is
 *   harmless, after it the outcome is unknown
 */
export function classifyBroken(error: unknown, written: boolean): Broken {
  const codes = codesOf(error)
  const has = (...wanted: string[]) => codes.some((code) => wanted.includes(code))
  const reach: Reach = written ? 'unknown' : 'unsent'
  if (has('ADDRESS_FORBIDDEN')) return { reach: 'unsent', code: 'address_forbidden' }
  if (has('ENOTFOUND', 'EAI_AGAIN')) return { reach: 'unsent', code: 'name_not_found' }
  if (has('ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'))
    return { reach: 'unsent', code: 'connection_refused' }
  if (has('UND_ERR_CONNECT_TIMEOUT')) return { reach: 'unsent', code: 'connect_timeout' }
  if (codes.some((code) => CERTIFICATE.test(code)) && !written)
    return { reach: 'unsent', code: 'certificate' }
  if (has('ANSWER_TOO_LARGE')) return { reach, code: 'answer_too_large' }
  if (
    has(
      'UND_ERR_HEADERS_TIMEOUT',
      'UND_ERR_BODY_TIMEOUT',
      'TimeoutError',
      'AbortError',
      'ETIMEDOUT',
      'UND_ERR_ABORTED',
    )
  )
    return { reach, code: 'timeout' }
  return { reach, code: 'connection_lost' }
}
