import { z } from 'zod'

export const ISSUER = 'https://bench.example'
export const PUBLIC_URL = 'https://panel.example.com'
export const serviceName = (i: number) => `svc-${i}`

/** What the measuring process asks of the measured one. */
export const askSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('memory') }),
  z.strictObject({ kind: z.literal('begin'), per_second: z.number() }),
  z.strictObject({ kind: z.literal('end') }),
])
export type Ask = z.infer<typeof askSchema>

export const portsSchema = z.strictObject({ feed: z.number(), bare: z.number() })
/** Bytes. */
export const memorySchema = z.strictObject({ rss: z.number() })
export const measuredSchema = z.strictObject({
  /** Processor time per second. */
  cpu_ms_per_s: z.number(),
  delay_p99_ms: z.number(),
  /** Changes that were made: fewer than asked for where the machine is busy. */
  changes_per_s: z.number(),
})
export type Measured = z.infer<typeof measuredSchema>
