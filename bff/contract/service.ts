import { z } from 'zod'
import { configurationIdSchema, serviceIdSchema } from './ids.ts'

export const SERVICE_STATES = [
  'unprovisioned',
  'active',
  'suspended',
  'deleted',
  'unknown',
] as const
export const serviceStateSchema = z.enum(SERVICE_STATES)
export type ServiceState = z.infer<typeof serviceStateSchema>

const label = z.string().min(1).max(200)
const domain = z.string().min(3).max(253)

/** How a host describes a service, in a token or by `PUT /v1/services/{id}`. Only `id` is required. */
export const registrationSchema = z.strictObject({
  id: serviceIdSchema,
  configuration: z.string().max(64).optional(),
  label: label.optional(),
  domain: domain.optional(),
  package: z.string().min(1).max(128).optional(),
  username: z.string().min(1).max(32).optional(),
})
export type Registration = z.infer<typeof registrationSchema>

/** Body of `PUT /v1/services/{id}`. */
export const servicePutSchema = registrationSchema.omit({ id: true })

export const serviceSchema = z.strictObject({
  id: serviceIdSchema,
  label: z.string().nullable(),
  state: serviceStateSchema,
  since: z.string().nullable(),
  as_of: z.string().nullable(),
  version: z.number().int(),
  configuration: configurationIdSchema.nullable(),
  username: z.string().nullable(),
  domain: z.string().nullable(),
  package: z.string().nullable(),
})
export type Service = z.infer<typeof serviceSchema>
