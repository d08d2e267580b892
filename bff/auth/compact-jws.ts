import { type JsonFault, parseStrictJson } from './strict-json.ts'

/** The parts of a signed token, read and not yet believed. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
}

type Part = 'header' | 'payload' | 'signature'

/** Why a text is no signed token. */
export type JwsFault =
  | { readonly reason: 'not_three_parts' }
  | { readonly reason: 'not_base64url'; readonly part: Part }
  | { readonly reason: 'not_strict_json'; readonly part: Part; readonly fault: JsonFault }
  | { readonly reason: 'not_an_object'; readonly part: Part }

/** Objects and arrays inside each other: a description, a list and what is in it need three. */
const DEEPEST = 8

/**
 * Bytes of unpadded base64url in its one spelling: no other alphabet, no padding, no bits left over (RFC 7515 §2). A
 * decoder that is lenient would let one signature stand for many texts. Pure.
 */
export function fromBase64url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function objectOf(
  text: string,
  part: Part,
): { readonly ok: true; readonly value: Record<string, unknown> } | Failed {
  const bytes = fromBase64url(text)
  if (bytes === undefined) return failed({ reason: 'not_base64url', part })
  const parsed = parseStrictJson(bytes, DEEPEST)
  if (!parsed.ok) return failed({ reason: 'not_strict_json', part, fault: parsed.fault })
  const { value } = parsed
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failed({ reason: 'not_an_object', part })
  return { ok: true, value: Object.fromEntries(Object.entries(value)) }
}

interface Failed {
  readonly ok: false
  readonly fault: JwsFault
}
const failed = (fault: JwsFault): Failed => ({ ok: false, fault })

/**
 * Takes a compact JWS apart (RFC 7515 §7.1) without believing any of it. Stricter than the library that checks the
 * signature, so that both read the same. Never throws. Pure.
 */
export function parseCompactJws(
  token: string,
): { readonly ok: true; readonly jws: CompactJws } | Failed {
  const parts = token.split('.')
  const [head = '', body = '', signature = ''] = parts
  if (parts.length !== 3 || head === '' || body === '' || signature === '')
    return failed({ reason: 'not_three_parts' })
  const header = objectOf(head, 'header')
  if (!header.ok) return header
  const payload = objectOf(body, 'payload')
  if (!payload.ok) return payload
  if (fromBase64url(signature) === undefined)
    return failed({ reason: 'not_base64url', part: 'signature' })
  return { ok: true, jws: { header: header.value, payload: payload.value } }
}
