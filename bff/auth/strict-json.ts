/** Why bytes are not JSON that means one thing only. */
export type JsonFault = 'not_utf8' | 'not_json' | 'duplicate_member' | 'too_deep' | 'bad_string'

export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault }

// A byte order mark stays in the text, where JSON has no place for it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** In well-formed JSON: every string, and what opens, closes and separates. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g
const LONE_SURROGATE = /\p{Cs}/u

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    // The only thing a fatal decoder throws for: bytes that are not UTF-8.
    return undefined
  }
}

function parsedText(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch {
    // `JSON.parse` throws for nothing but its syntax.
    return undefined
  }
}

/** @param text well-formed JSON */
function faultIn(text: string, deepest: number): JsonFault | undefined {
  // One entry per open object, with its names so far, or array.
  const open: (Set<string> | 'array')[] = []
  let expectsName = false
  for (const [token] of text.matchAll(TOKENS)) {
    const inside = open.at(-1)
    switch (token) {
      case '{':
      case '[':
        open.push(token === '{' ? new Set() : 'array')
        if (open.length > deepest) return 'too_deep'
        expectsName = token === '{'
        break
      case '}':
      case ']':
        open.pop()
        expectsName = false
        break
      case ',':
        expectsName = inside !== 'array'
        break
      default: {
        const said = String(JSON.parse(token))
        if (LONE_SURROGATE.test(said)) return 'bad_string'
        if (!expectsName || inside === undefined || inside === 'array') break
        if (inside.has(said)) return 'duplicate_member'
        inside.add(said)
        expectsName = false
      }
    }
  }
  return undefined
}

/**
 * Reads JSON that every reader understands alike: UTF-8 without a byte order mark, whole characters in its strings, no
 * name twice in an object however it is spelled, nothing nested deeper than told (RFC 8259 §4, §8; RFC 7515 §4). Pure.
 *
 * @param deepest objects and arrays inside each other; a flat object is 1
 */
export function parseStrictJson(bytes: Uint8Array, deepest: number): StrictJson {
  const text = textOf(bytes)
  if (text === undefined) return { ok: false, fault: 'not_utf8' }
  const parsed = parsedText(text)
  if (parsed === undefined) return { ok: false, fault: 'not_json' }
  const fault = faultIn(text, deepest)
  return fault === undefined ? { ok: true, value: parsed.value } : { ok: false, fault }
}
