import type { Message, Text, TextParams } from '../contract/text.ts'
import { ar } from './ar.ts'
import { type Code, en } from './en.ts'
import { type Entry, placeholdersOf, sentencesOf } from './entry.ts'
import { fill } from './format.ts'
import { plurals } from './intl.ts'
import type { Language } from './languages.ts'

/** Clients get the calm text, staff the exact one (DESIGN §8). */
export type Audience = 'client' | 'staff'

export interface Reader {
  readonly language: Language
  /** `staff` unless told. */
  readonly audience?: Audience
  /** IANA name; `UTC` unless told. */
  readonly time_zone?: string
}

const CATALOGUES: Readonly<Record<Language, Readonly<Record<Code, Entry>>>> = { en, ar }

function isKnown(code: string): code is Code {
  return Object.hasOwn(en, code)
}

/** Whether the catalogues have a text for this code. */
export function hasText(code: string): boolean {
  return isKnown(code)
}

/** The entry a code means to this reader: its calm variant for clients, an action's own log line before the general one. */
function knownCode(code: string, params: TextParams, audience: Audience): Code | undefined {
  const outcome = /^log\.action\.([a-z]+)$/.exec(code)?.[1]
  const candidates = [
    ...(outcome === undefined ? [] : [`log.${String(params.action)}.${outcome}`]),
    code,
  ].flatMap((one) => (audience === 'client' ? [`${one}@client`, one] : [one]))
  return candidates.find(isKnown)
}

/** What is said for a code nobody wrote a text for, so that a new provider's word never breaks a page. */
function fallbackOf(code: string): Code | undefined {
  const family = `${code.slice(0, code.indexOf('.'))}.unknown`
  return isKnown(family) ? family : undefined
}

/** `action.make-tea.label` → `Make tea`. */
function spelledOut(code: string): string {
  const parts = code.split('.').filter((part) => part !== 'label')
  const words = (parts.at(-1) ?? code).replaceAll(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function sentenceOf(entry: Entry, params: TextParams, language: Language): string {
  if (typeof entry === 'string') return entry
  const count = params[entry.plural]
  if (typeof count !== 'number') return entry.other
  return entry[plurals(language).select(count)] ?? entry.other
}

function render(code: string, params: TextParams, reader: Reader, depth: number): string {
  const known = knownCode(code, params, reader.audience ?? 'staff') ?? fallbackOf(code)
  if (known === undefined) return spelledOut(code)
  return fill(sentenceOf(CATALOGUES[reader.language][known], params, reader.language), params, {
    language: reader.language,
    time_zone: reader.time_zone ?? 'UTC',
    // A parameter may name a code whose text has parameters: those are not known here.
    lookUp: (other) => (depth > 2 ? spelledOut(other) : render(other, {}, reader, depth + 1)),
  })
}

/**
 * Puts a code and its parameters into words. Pure.
 *
 * Clients are given only the parameters their own text shows: any other could name a server or a privilege.
 *
 * @param code an unknown one is answered by its family's general text, or spelled out
 */
export function text(code: string, params: TextParams, reader: Reader): Text {
  const words = render(code, params, reader, 0)
  if (reader.audience !== 'client') return { code, params, text: words }
  const known = knownCode(code, params, 'client') ?? fallbackOf(code)
  const shown = new Set(
    known === undefined
      ? []
      : sentencesOf(CATALOGUES.en[known]).flatMap((sentence) =>
          placeholdersOf(sentence).map(({ name }) => name),
        ),
  )
  return {
    code,
    params: Object.fromEntries(
      Object.entries(params).filter(([name]) => shown.has(name) || name === 'action'),
    ),
    text: words,
  }
}

/** Parameters of a code's texts, each as an ellipsis: how its sentence goes, whatever it is said of. Pure. */
export function blanksOf(code: string): TextParams {
  return Object.fromEntries(
    [code, `${code}@client`]
      .filter(isKnown)
      .flatMap((known) => sentencesOf(CATALOGUES.en[known]))
      .flatMap(placeholdersOf)
      .map(({ name }) => [name, '…']),
  )
}

/** The words of one reader, as the rest of the house asks for them. */
export function sayTo(reader: Reader): (message: Message) => Text {
  return ({ code, params }) => text(code, params ?? {}, reader)
}
