import { z } from 'zod'
import { BROKEN, type StoredSeal } from '../../../db/evidence-rows.ts'
import type { EntryFacts } from '../chain/forms.ts'
import type { Link } from '../chain/walk.ts'

const entrySchema = z.strictObject({
  id: z.string(),
  tenant: z.string(),
  service: z.string().nullable(),
  at: z.number().int(),
  level: z.string(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  operation: z.string().nullable(),
  reason: z.string().nullable(),
  duration_ms: z.number().int().nullable(),
  code: z.string(),
  params: z.string(),
  detail: z.string().nullable(),
  client_visible: z.number().int(),
}) satisfies z.ZodType<EntryFacts>

/** A line of an export that holds an entry: everything its digest and its link are made of. */
export const entryLineSchema = z.strictObject({
  seq: z.number().int(),
  entry: entrySchema,
  /** What it says, for people; no part of any digest. */
  text: z.string(),
  salts: z.strictObject({ who: z.string().nullable(), what: z.string().nullable() }),
  /** Digests of parts that were erased. */
  erased: z.strictObject({ who: z.string().optional(), what: z.string().optional() }).optional(),
  /** Of an entry that tells of an erasing: each part it erased, as entry, part and digest. */
  erases: z.array(z.tuple([z.string(), z.string(), z.string()])).optional(),
  sealed_at: z.number().int(),
  caught_up_at: z.number().int(),
  digest: z.string(),
  prev: z.string(),
  hash: z.string(),
})
export type EntryLine = z.infer<typeof entryLineSchema>

/** The first line where retention has cut the beginning: the signed checkpoint the first link follows. */
export const cutLineSchema = z.strictObject({ checkpoint: z.string() })

/** The last line: what was signed of the export itself and of the chain's end, and the id of the key that did. */
export const lastLineSchema = z.strictObject({
  export: z.string(),
  head: z.string(),
  kid: z.string(),
})

/** @param text what the entry says, in words */
export function entryLine({ seal, entry, erased, erases }: Link, text: string): string {
  if (entry === undefined || entry === BROKEN)
    throw new Error(`the entry of link ${seal.seq} is gone`)
  const line: EntryLine = {
    seq: seal.seq,
    entry: entrySchema.parse(entry),
    text,
    salts: { who: seal.who_salt, what: seal.what_salt },
    ...(Object.keys(erased).length === 0 ? {} : { erased }),
    ...(erases === undefined
      ? {}
      : {
          erases: erases.map(([id, part, digest]): [string, string, string] => [id, part, digest]),
        }),
    sealed_at: seal.sealed_at,
    caught_up_at: seal.caught_up_at,
    digest: seal.digest,
    prev: seal.prev,
    hash: seal.hash,
  }
  return `${JSON.stringify(line)}\n`
}

/** The link a line holds, as it stands in the database. */
export function linkOfLine(line: EntryLine): Link {
  const seal: StoredSeal = {
    seq: line.seq,
    entry: line.entry.id,
    sealed_at: line.sealed_at,
    caught_up_at: line.caught_up_at,
    who_salt: line.salts.who,
    what_salt: line.salts.what,
    digest: line.digest,
    prev: line.prev,
    hash: line.hash,
  }
  const { who, what } = line.erased ?? {}
  return {
    seal,
    entry: line.entry,
    erased: {
      ...(who === undefined ? {} : { who }),
      ...(what === undefined ? {} : { what }),
    },
    ...(line.erases === undefined ? {} : { erases: line.erases }),
  }
}
