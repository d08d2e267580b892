import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { cutLineSchema, entryLineSchema, lastLineSchema } from '../../bff/log/export/lines.ts'

/** Whose file was asked for: everything in it is of this tenant, and of this service where one is named. */
export interface Asked {
  readonly tenant: string | undefined
  readonly service: string | undefined
}

const ID = /^[a-z]+_[0-9a-z]{26}$/
/** 256 bits; one that begins like a formula stands behind an apostrophe like any other text. */
const DIGEST = /^(?:'-|\w)[\w-]{42}$/
/** What a spreadsheet would calculate. */
const FORMULA = /^[\s"'`“”‘’\u200b-\u200f\u2060]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/

const plain = z
  .string()
  .refine((text) => text.startsWith("'") || NUMBER.test(text) || !FORMULA.test(text), 'a formula')

/** A record for people, column by column. */
const recordSchema = z.strictObject({
  time: z.iso.datetime(),
  level: z.enum(['info', 'warning', 'error']),
  role: z.enum(['client', 'staff', 'system']),
  actor: plain,
  act: plain,
  service: plain,
  action: z.string().regex(/^[a-z][a-z_.-]*$/),
  operation: z.union([z.literal(''), z.string().regex(ID)]),
  reason: plain,
  duration_ms: z.string().regex(/^\d*$/),
  message: plain.min(1),
  detail: plain,
  id: z.string().regex(ID),
  seq: z.string().regex(/^\d+$/),
  hash: z.string().regex(DIGEST),
})
const COLUMNS = Object.keys(recordSchema.shape)

/** What the last line of the other kind of file signs. */
const signedSchema = z.looseObject({
  kind: z.literal('export'),
  tenant: z.string(),
  service: z.string().nullable(),
  count: z.number().int(),
  lines: z.string(),
})

function csvFault(text: string, { service }: Asked): string | undefined {
  if (!text.endsWith('\r\n')) return 'a CSV file whose last record has no end'
  const [names = [], ...rows] = parse(text)
  if (names.join() !== COLUMNS.join()) return `columns ${names.join()}`
  for (const row of rows) {
    if (row.length !== COLUMNS.length) return `a record of ${row.length} columns`
    const read = recordSchema.safeParse(
      Object.fromEntries(COLUMNS.map((name, at) => [name, row[at]])),
    )
    if (!read.success) return read.error.message
    if (service !== undefined && read.data.service !== service) return `of ${read.data.service}`
  }
  return undefined
}

function linesFault(text: string, { tenant, service }: Asked): string | undefined {
  if (!text.endsWith('\n')) return 'JSON Lines whose last line has no end'
  const lines = text.slice(0, -1).split('\n')
  const last = lastLineSchema.safeParse(JSON.parse(lines.pop() ?? ''))
  if (!last.success) return `a last line that proves nothing: ${last.error.message}`
  const entries = lines.filter((line, at) => {
    const isCut = at === 0 && cutLineSchema.safeParse(JSON.parse(line)).success
    return !isCut
  })
  for (const line of entries) {
    const read = entryLineSchema.safeParse(JSON.parse(line))
    if (!read.success) return read.error.message
    const { entry } = read.data
    if (entry.tenant !== tenant) return `an entry of ${entry.tenant}`
    if (service !== undefined && entry.service !== service) return `an entry of ${entry.service}`
  }
  const payload = Buffer.from(last.data.export.split('.')[1] ?? '', 'base64url').toString()
  const signed = signedSchema.safeParse(JSON.parse(payload))
  if (!signed.success) return signed.error.message
  const whole = lines.map((line) => `${line}\n`).join('')
  const digest = createHash('sha256').update(whole).digest('base64url')
  const { count, lines: told } = signed.data
  if (count !== entries.length) return `${entries.length} entries, ${count} signed for`
  if (told !== digest) return 'other lines than were signed for'
  if (signed.data.tenant !== tenant || signed.data.service !== (service ?? null))
    return `signed for ${signed.data.tenant} ${signed.data.service}`
  return undefined
}

/**
 * What is wrong with a file of the log, or nothing. A file of a tenant in which nothing was ever logged is empty. Pure.
 *
 * @param type its content type
 */
export function fileFault(type: string, text: string, asked: Asked): string | undefined {
  if (text === '') return undefined
  try {
    if (type === 'text/csv; charset=utf-8; header=present') return csvFault(text, asked)
    if (type === 'application/jsonl; charset=utf-8') return linesFault(text, asked)
  } catch (thrown) {
    return `unreadable: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  }
  return `a file of the type ${type}`
}
