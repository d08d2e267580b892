import { z } from 'zod'

/** Units per minute; a plain read is one. */
const rate = z.number().int().min(1).max(10_000_000)
/** Accounts per day (UTC); `null` is no limit. */
const cap = z.number().int().min(0).max(1_000_000).nullable()

/** What an operator may set for a tenant; what is missing is the default. */
export const limitsInputSchema = z.strictObject({
  token: rate.optional(),
  service: rate.optional(),
  tenant: rate.optional(),
  creates: cap.optional(),
  deletes: cap.optional(),
})
export type LimitsInput = z.infer<typeof limitsInputSchema>

/** What is counted per day. */
export type CountedAs = 'creates' | 'deletes'

/** The limits of one tenant. */
export interface TenantLimits extends Readonly<Record<CountedAs, number | null>> {
  readonly token: number
  readonly service: number
  readonly tenant: number
}

/**
 * Rates: a page with every element open asks some thirty times a minute, and twice a second at worst while it has to
 * poll; ten a second is somebody's script. A service is looked at by several people at once, a tenant by many services.
 *
 * Caps: a host of ten thousand accounts creates some tens a day and deletes fewer. What is deleted by a stolen token
 * or a loop in somebody's billing stops at a number that can be restored from a backup.
 */
export const DEFAULT_LIMITS: TenantLimits = {
  token: 600,
  service: 1_200,
  tenant: 12_000,
  creates: 500,
  deletes: 100,
}

/** @param stored JSON of `LimitsInput`, or null */
export function limitsOf(stored: string | null): TenantLimits {
  if (stored === null) return DEFAULT_LIMITS
  const { token, service, tenant, creates, deletes } = limitsInputSchema.parse(JSON.parse(stored))
  return {
    token: token ?? DEFAULT_LIMITS.token,
    service: service ?? DEFAULT_LIMITS.service,
    tenant: tenant ?? DEFAULT_LIMITS.tenant,
    // `null` is a choice of its own.
    creates: creates === undefined ? DEFAULT_LIMITS.creates : creates,
    deletes: deletes === undefined ? DEFAULT_LIMITS.deletes : deletes,
  }
}
