/** Why a text is not taken as JSON. */
export type JsonFault = 'syntax' | 'duplicate_member' | 'forbidden_member' | 'too_deep'

export type JsonAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault }

/** Levels of objects and arrays a text may have; ours have five. */
export const JSON_DEPTH = 20

/** A name that means something to JavaScript itself must not come from outside. */
const FORBIDDEN = '__proto__'

interface Level {
  /** Names seen so far; none in an array. */
  readonly names: Set<string> | undefined
  /** Whether the next string is a name. */
  naming: boolean
}

/** The index of the quote that ends the string beginning at `from`, or -1. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '"') return at
  }
  return -1
}

/** Looks at the structure only: what is no JSON at all is found by the parser afterwards. */
function structuralFault(text: string, depth: number): JsonFault | undefined {
  const levels: Level[] = []
  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1)
    switch (text[at]) {
      case '{':
      case '[':
        if (levels.length === depth) return 'too_deep'
        levels.push(
          text[at] === '{'
            ? { names: new Set(), naming: true }
            : { names: undefined, naming: false },
        )
        break
      case '}':
      case ']':
        levels.pop()
        break
      case ',':
        if (level?.names !== undefined) level.naming = true
        break
      case '"': {
        const end = endOfString(text, at)
        if (end < 0) return 'syntax'
        if (level?.names !== undefined && level.naming) {
          level.naming = false
          const name = unescaped(text.slice(at, end + 1))
          if (name === undefined) return 'syntax'
          if (name === FORBIDDEN) return 'forbidden_member'
          if (level.names.has(name)) return 'duplicate_member'
          level.names.add(name)
        }
        at = end
        break
      }
    }
  }
  return undefined
}

/** Two spellings of one name are one name. */
function unescaped(literal: string): string | undefined {
  try {
    const name: unknown = JSON.parse(literal)
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads JSON whose meaning no two readers can disagree on: a name may come once in an object, whichever way it is
 * spelled, and nesting is bounded before anything is built (RFC 8259 §4, RFC 8725 §2.4). Pure.
 *
 * @param depth levels of objects and arrays
 */
export function parseStrictJson(text: string, depth = JSON_DEPTH): JsonAnswer {
  const fault = structuralFault(text, depth)
  if (fault !== undefined) return { ok: false, fault }
  try {
    const value: unknown = JSON.parse(text)
    return { ok: true, value }
  } catch {
    return { ok: false, fault: 'syntax' }
  }
}
