import { z } from 'zod'

/** 1 and "1" are yes, as servers of all ages say it (whm-api §2.1, §4). */
const flag = z.union([z.literal(0), z.literal(1), z.literal('0'), z.literal('1')])

const linesSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    (typeof value === 'string' ? value.split('\n') : value)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )

const envelopeSchema = z.object({
  metadata: z.object({
    result: flag,
    reason: z.string().nullish(),
    output: z
      .object({ warnings: linesSchema.optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
  data: z.unknown().optional(),
})

const deniedSchema = z.object({ cpanelresult: z.object({ error: z.string() }) })

/** What an answer of WHM API 1 says, whatever its content type said. */
export type Said =
  | { readonly kind: 'yes'; readonly data: unknown; readonly warnings: readonly string[] }
  | { readonly kind: 'no'; readonly reason: string }
  | { readonly kind: 'denied' }
  /** Not WHM's answer at all: half a body, HTML, a login page, API 0. */
  | { readonly kind: 'unusable'; readonly cause: 'html' | 'invalid_json' | 'not_whm' }

/** Reads the body of an answer. Pure. The legacy log in `metadata.output.raw` is dropped here: it may hold passwords. */
export function readEnvelope(body: string): Said {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return { kind: 'unusable', cause: /^\s*</.test(body) ? 'html' : 'invalid_json' }
  }
  if (deniedSchema.safeParse(value).success) return { kind: 'denied' }
  const parsed = envelopeSchema.safeParse(value)
  if (!parsed.success) return { kind: 'unusable', cause: 'not_whm' }
  const { metadata, data } = parsed.data
  return Number(metadata.result) === 1
    ? { kind: 'yes', data, warnings: metadata.output?.warnings ?? [] }
    : { kind: 'no', reason: metadata.reason ?? '' }
}
