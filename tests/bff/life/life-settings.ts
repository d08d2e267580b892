import { z } from 'zod'

/** What a BFF process of these tests is told. */
export const lifeSettingsSchema = z.strictObject({
  port: z.number().int(),
  publicUrl: z.string(),
  database: z.string(),
  vaultKeys: z.string(),
  /** Milliseconds. */
  ending: z.strictObject({ drain: z.number(), grace: z.number() }),
})
export type LifeSettings = z.infer<typeof lifeSettingsSchema>
