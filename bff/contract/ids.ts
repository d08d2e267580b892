import { z } from 'zod'

/** The host's own id of a service: unique in its tenant (DESIGN §3). */
export const serviceIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{1,128}$/)
  .brand<'ServiceId'>()
export type ServiceId = z.infer<typeof serviceIdSchema>

const idOf = <K extends string>(kind: K) =>
  z.templateLiteral([kind, '_', z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/)])

export const operationIdSchema = idOf('op').brand<'OperationId'>()
export type OperationId = z.infer<typeof operationIdSchema>
export const configurationIdSchema = idOf('cfg').brand<'ConfigurationId'>()
export type ConfigurationId = z.infer<typeof configurationIdSchema>
export const logIdSchema = idOf('log').brand<'LogId'>()
export type LogId = z.infer<typeof logIdSchema>

declare const ofTenant: unique symbol
/**
 * Which tenant something belongs to. No request can name one: it comes out of a verified token, out of the operator's
 * own list of tenants, or out of a row that was read under it. So there is no schema for it, and text is none.
 */
export type TenantId = string & { readonly [ofTenant]: 'TenantId' }

export type IdKind = 'op' | 'cfg' | 'log' | 'ten' | 'srv' | 'svc' | 'stp' | 'req'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Makes an id of ours: kind, underscore, 48 bits of time and 80 of chance in Crockford's base 32, lower case.
 * Ids of one kind sort by the millisecond they were made in.
 *
 * @param now milliseconds since the epoch
 */
export function makeId<K extends IdKind>(kind: K, now: number): `${K}_${string}` {
  let time = ''
  let rest = now
  for (let i = 0; i < 10; i++) {
    time = ALPHABET.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  let chance = ''
  for (const byte of crypto.getRandomValues(new Uint8Array(16)))
    chance += ALPHABET.charAt(byte % 32)
  return `${kind}_${time}${chance}`
}
