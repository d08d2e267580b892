import type { IncomingMessage } from 'node:http'
import type { ProblemCode } from '../contract/problem.ts'

/** What a connection may cost before a request is one. Times in milliseconds. */
export interface WireLimits {
  /** Bytes of the request line and all headers; a token has 8 KiB of them. */
  readonly header_bytes: number
  readonly headers: number
  /** Characters of the target: the longest of ours, with a search of 200 characters, has 2000. */
  readonly url: number
  /** From the first byte until all headers have come. */
  readonly headers_within: number
  /** From the first byte until the whole request has come. */
  readonly request_within: number
  /** How long a connection may be idle; longer than proxies keep theirs, or one would send into a closing one. */
  readonly keep_alive: number
  /** How often the two are looked at. */
  readonly checked_every: number
  readonly connections: number
}

export const WIRE_LIMITS: WireLimits = {
  header_bytes: 16 * 1024,
  headers: 100,
  url: 4096,
  headers_within: 10_000,
  request_within: 30_000,
  keep_alive: 75_000,
  checked_every: 1_000,
  connections: 10_000,
}

/** Headers that have one value: two of them mean that somebody between reads the other one. */
const SINGLE: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'last-event-id',
  'origin',
  'transfer-encoding',
])

/** `.` and `..`, in plain letters or escaped: a proxy in front may have read another path than we would. */
const DOT_SEGMENT = /(^|\/)(\.|%2e){1,2}(\/|$)/i
const CONTROL = /%(0[0-9a-f]|1[0-9a-f]|7f)/i

function targetFault(url: string, limit: number): ProblemCode | undefined {
  if (url.length > limit) return 'url_too_long'
  // RFC 9112 §3.2.2: the absolute form must be taken. Whose name stands in it means nothing here.
  const origin = /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? ''
  const [path = ''] = url.slice(origin.length).split('?', 1)
  if (origin === '' && !path.startsWith('/')) return 'bad_request'
  if (/[^\x21-\x7e]|[\\#]/.test(url)) return 'bad_request'
  return CONTROL.test(path) || DOT_SEGMENT.test(path) ? 'bad_request' : undefined
}

/** Why a request that parses is not looked at all the same; `undefined` where nothing is wrong. Pure. */
export function wireFault(
  { url = '', rawHeaders }: Pick<IncomingMessage, 'url' | 'rawHeaders'>,
  limits: Pick<WireLimits, 'url' | 'headers'> = WIRE_LIMITS,
): ProblemCode | undefined {
  const target = targetFault(url, limits.url)
  if (target !== undefined) return target
  if (rawHeaders.length / 2 > limits.headers) return 'headers_too_large'
  const seen = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    if (!SINGLE.has(name)) continue
    // Of the codings a server must know one ends the body where all agree it ends.
    if (name === 'transfer-encoding' && rawHeaders[at + 1]?.trim().toLowerCase() !== 'chunked')
      return 'bad_request'
    if (seen.has(name)) return name === 'authorization' ? 'invalid_request' : 'bad_request'
    seen.add(name)
  }
  return undefined
}

/** What Node's own parser could not take. Pure. */
export function parserFault(error: Error): ProblemCode {
  const code = 'code' in error ? error.code : undefined
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers_too_large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request_timeout'
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'body_too_large'
    default:
      return 'bad_request'
  }
}
