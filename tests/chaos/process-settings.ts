import { z } from 'zod'

/** What a BFF process of the chaos is told, as a file it reads. */
export const processSettingsSchema = z.strictObject({
  port: z.number().int(),
  /** The audience of tokens: the same for all replicas. */
  publicUrl: z.string(),
  database: z.string(),
  vaultKeys: z.string(),
  /** How often, 0 to 1, the process stops itself exactly between the last look at its lease and the call. */
  stopsBeforeSending: z.number().min(0).max(1),
  seed: z.number().int(),
  /** How much longer than usual everything takes. */
  scale: z.number().min(1),
})
export type ProcessSettings = z.infer<typeof processSettingsSchema>

/** Said once it listens. */
export const READY = 'ready'
/** Said just before it stops itself; somebody must let it go on. */
export const STOPPING = 'stopping'
