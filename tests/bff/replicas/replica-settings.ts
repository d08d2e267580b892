import { z } from 'zod'

/** Writes in flight per server, over all replicas. */
export const BOUND = 2

/** What a replica of these tests is told. */
export const replicaSettingsSchema = z.strictObject({
  port: z.number().int(),
  publicUrl: z.string(),
  database: z.string(),
  vaultKeys: z.string(),
  /** Milliseconds its machine's clock is ahead. */
  clockOffset: z.number(),
})
export type ReplicaSettings = z.infer<typeof replicaSettingsSchema>
