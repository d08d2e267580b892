import { type DestinationStream, type Logger, pino } from 'pino'
import type { Config } from './config.ts'
import type { DescribedError } from './report.ts'

/** All that a line of the process's log may say beside its sentence. What is not named here is never written. */
const FIELDS = [
  'code',
  'error',
  'head',
  'listen',
  'method',
  'ms',
  'path',
  'reason',
  'request_id',
  'seq',
  'status',
  'tenant',
  'url',
] as const
type Field = (typeof FIELDS)[number]

const ERROR_FIELDS = ['at', 'cause', 'code', 'message', 'name'] as const

/** A line's fields, by name. */
export type LogFields = {
  readonly [F in Exclude<Field, 'error'>]?: string | number | null | undefined
} & { readonly error?: DescribedError }

export interface LogLines {
  debug(fields: LogFields, sentence: string): void
  info(fields: LogFields, sentence: string): void
  warn(fields: LogFields, sentence: string): void
  error(fields: LogFields, sentence: string): void
}

/** Characters a value may have: a log is no place for documents. */
const LONGEST = 2000

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function allowedError(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const kept: Record<string, unknown> = {}
  for (const name of ERROR_FIELDS) {
    const inner: unknown = Reflect.get(value, name)
    if (name === 'cause') kept.cause = allowedError(inner)
    else if (name === 'at' && Array.isArray(inner)) kept.at = inner.filter(isPlain)
    else if (isPlain(inner)) kept[name] = inner
  }
  return kept
}

/** What is left of a line's fields: those that are named above, with values that hold nothing else. Pure. */
export function allowedFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const name of FIELDS) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (value === undefined) continue
    if (name === 'error') kept.error = allowedError(value)
    else if (typeof value === 'string') kept[name] = value.slice(0, LONGEST)
    else if (isPlain(value)) kept[name] = value
  }
  return kept
}

/** The process's own log: one line of JSON per sentence, and of fields only those on the list above. */
export function openLog(level: Config['logLevel'], destination: DestinationStream): LogLines {
  const log: Logger = pino({ level, base: null, formatters: { log: allowedFields } }, destination)
  return {
    debug: (fields, sentence) => log.debug(fields, sentence),
    info: (fields, sentence) => log.info(fields, sentence),
    warn: (fields, sentence) => log.warn(fields, sentence),
    error: (fields, sentence) => log.error(fields, sentence),
  }
}
