import type { TextParams } from '../contract/text.ts'
import { dates, lists, numbers } from './intl.ts'
import { directionOf, type Language } from './languages.ts'

type Value = TextParams[string]

/**
 * How a parameter is written. `count` and `bytes` take numbers (`null`: unlimited), `time`, `moment` (day and time) and `date` milliseconds or
 * RFC 3339, `month` `YYYY-MM`; `action`, `text`, `fields` hold names that have texts of their own.
 */
export const FORMATS = [
  'count',
  'bytes',
  'time',
  'moment',
  'date',
  'month',
  'action',
  'text',
  'fields',
] as const
export type Format = (typeof FORMATS)[number]

export interface Formatting {
  readonly language: Language
  /** IANA name. The text names it: who reads may sit elsewhere. */
  readonly time_zone: string
  /** The text of another code. */
  lookUp(code: string): string
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

function bytes(value: number, language: Language): string {
  let amount = value
  let unit = 0
  while (Math.abs(amount) >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024
    unit++
  }
  return numbers(language, {
    style: 'unit',
    unit: UNITS[unit] ?? 'byte',
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: amount < 10 ? 1 : 0,
  }).format(amount)
}

function moment(value: Value, how: Formatting, options: Intl.DateTimeFormatOptions): string {
  const date = typeof value === 'number' || typeof value === 'string' ? new Date(value) : undefined
  if (date === undefined || Number.isNaN(date.getTime())) return plain(value, how)
  return dates(how.language, { timeZone: how.time_zone, ...options }).format(date)
}

function plain(value: Value, { language }: Formatting): string {
  const text = String(value)
  // Names and domains run left to right inside right-to-left sentences: isolated, they tear nothing apart.
  return directionOf(language) === 'rtl' ? `\u2068${text}\u2069` : text
}

function formatted(value: Value, format: string | undefined, how: Formatting): string {
  switch (format) {
    case 'count':
      if (value === null) return how.lookUp('value.unlimited')
      return typeof value === 'number' ? numbers(how.language).format(value) : plain(value, how)
    case 'bytes':
      if (value === null) return how.lookUp('value.unlimited')
      return typeof value === 'number' ? bytes(value, how.language) : plain(value, how)
    case 'time':
      return moment(value, how, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
      })
    case 'moment':
      return moment(value, how, {
        day: 'numeric',
        month: 'long',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
      })
    case 'date':
      return moment(value, how, { dateStyle: 'long' })
    case 'month':
      return moment(value, { ...how, time_zone: 'UTC' }, { year: 'numeric', month: 'long' })
    case 'action':
      return how.lookUp(`action.${String(value)}.label`)
    case 'text':
      return how.lookUp(String(value))
    case 'fields':
      return lists(how.language).format(
        String(value)
          .split(', ')
          .map((name) => how.lookUp(`field.${name}`)),
      )
    default:
      return plain(value, how)
  }
}

/** Puts parameters into a sentence. A missing one is shown as a dash: a sentence is never refused. Pure. */
export function fill(sentence: string, params: TextParams, how: Formatting): string {
  return sentence.replaceAll(/\{([a-z_]+)(?::([a-z]+))?\}/g, (_, name: string, format?: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    return value === undefined ? '–' : formatted(value, format, how)
  })
}
