import { z } from 'zod'

/** What an event of the live feed can be about; `event` of a block. */
export const FEED_EVENTS = ['operation', 'service', 'fields', 'log'] as const
export type FeedEvent = (typeof FEED_EVENTS)[number]

/** `data` of an event: what has which version now. No texts: who wants to know more reads it, as what its token allows. */
export const feedDataSchema = z.strictObject({
  /** Of the operation, the service (for its fields too) or the log entry. */
  id: z.string(),
  /** Rises with every change. */
  version: z.number().int(),
})
export type FeedData = z.infer<typeof feedDataSchema>

/**
 * Why a stream ends, in the `data` of its last block `bye`: its token has; this process does; it is old enough to be
 * opened anew; its reader did not keep up. Whoever opens the next one with `Last-Event-ID` has missed nothing.
 */
export const BYE_REASONS = ['token', 'stopping', 'renew', 'limit'] as const
export type ByeReason = (typeof BYE_REASONS)[number]
export const byeSchema = z.strictObject({ reason: z.enum(BYE_REASONS) })
