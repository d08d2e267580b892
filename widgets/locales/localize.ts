import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { onLocale } from './by-language.ts'
import { en, type MessageKey, type Phrase } from './en.ts'
import { type Locale, localeFor } from './locale.ts'
import type { Vocabulary } from './vocabulary.ts'

/** What stands in a sentence's places; `count` chooses the plural. */
export type PhraseParams = Readonly<Record<string, string | number>>

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

function inheritedLanguage(element: Element): string {
  let at: Element | null = element
  while (at !== null) {
    const lang: string | null = at.getAttribute('lang')
    if (lang) return lang
    const root: Node = at.getRootNode()
    at = at.assignedSlot ?? at.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
  }
  return navigator.language || 'en'
}

/** Puts an element's texts, dates and numbers into the language of where it stands. */
export class Localize implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  #stop: (() => void) | undefined

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    this.#stop = onLocale(() => this.#host.requestUpdate())
  }

  hostDisconnected(): void {
    this.#stop?.()
  }

  /** The language wanted: the nearest `lang`, else the browser's. */
  get lang(): string {
    return inheritedLanguage(this.#host)
  }

  /** The language there is, until or unless the wanted one comes. */
  get locale(): Locale {
    return localeFor(this.lang)
  }

  get dir(): 'ltr' | 'rtl' {
    return this.locale.dir
  }

  text(key: MessageKey, params: PhraseParams = {}): string {
    return this.#fill(this.locale.messages[key] ?? en[key], params)
  }

  /** The same from the words of one element. */
  say<Key extends string>(words: Vocabulary<Key>, key: Key, params: PhraseParams = {}): string {
    return this.#fill(words.phrase(this.lang, key), params)
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.format).format(value)
  }

  /** Bytes in the unit of 1024 that fits, as server panels count. */
  bytes(value: number): string {
    let size = value
    let unit = 0
    while (Math.abs(size) >= 1024 && unit < UNITS.length - 1) {
      size /= 1024
      unit++
    }
    return new Intl.NumberFormat(this.format, {
      style: 'unit',
      unit: UNITS[unit] ?? 'byte',
      maximumFractionDigits: unit === 0 ? 0 : 1,
    }).format(size)
  }

  /** Date and time of an RFC 3339 instant, in the reader's zone; text that is none is given back. */
  date(instant: string): string {
    const at = new Date(instant)
    return Number.isNaN(at.getTime())
      ? instant
      : new Intl.DateTimeFormat(this.format, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
  }

  #fill(phrase: Phrase, params: PhraseParams): string {
    const count = Number(params.count ?? 0)
    const sentence =
      typeof phrase === 'string'
        ? phrase
        : (phrase[new Intl.PluralRules(this.format).select(count)] ?? phrase.other)
    return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name]
      return typeof value === 'number' ? this.number(value) : (value ?? whole)
    })
  }

  /** What `Intl` is asked for: a region of the wanted language decides, as long as the words are in that language. */
  get format(): string {
    const { code } = this.locale
    return this.lang.toLowerCase().split('-')[0] === code.split('-')[0] ? this.lang : code
  }
}
