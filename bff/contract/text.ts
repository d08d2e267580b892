import { z } from 'zod'

export const textParamsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
)
export type TextParams = z.infer<typeof textParamsSchema>

/** What the BFF says: a stable code, its parameters, and the sentence in the reader's language. */
export const textSchema = z.strictObject({
  code: z.string(),
  params: textParamsSchema,
  text: z.string(),
})
export type Text = z.infer<typeof textSchema>

/** A text before it is put into a language; this is what is stored. */
export interface Message {
  readonly code: string
  readonly params?: TextParams
}
