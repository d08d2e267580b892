import { z } from 'zod'
import { serviceIdSchema } from '../contract/ids.ts'
import { ROLES } from '../contract/scopes.ts'
import { registrationSchema } from '../contract/service.ts'

const actSchema = z.object({
  sub: z.string().min(1).max(256),
  name: z.string().max(200).optional(),
})

const detailSchema = z.object({
  type: z.literal('provision_service'),
  identifier: serviceIdSchema,
  actions: z.array(z.string().max(80)).max(100).optional(),
})

/** The claims we use of a token whose signature, issuer, audience and times are verified already (DESIGN §7). */
export const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(256),
  jti: z.string().min(1).max(256),
  client_id: z.string().min(1).max(256),
  exp: z.number().int(),
  iat: z.number().int(),
  scope: z.string().max(4000).default(''),
  role: z.enum(ROLES),
  name: z.string().max(200).optional(),
  service: z
    .union([serviceIdSchema, z.array(serviceIdSchema).min(1).max(500), registrationSchema])
    .optional(),
  // Details of other types belong to other resource servers (RFC 9396 §2).
  authorization_details: z
    .array(z.object({ type: z.string() }).loose())
    .max(500)
    .transform((details) => details.filter(({ type }) => type === 'provision_service'))
    .pipe(z.array(detailSchema))
    .optional(),
  origins: z.array(z.string().max(300)).max(50).optional(),
  act: actSchema.optional(),
  auth_time: z.number().int().optional(),
  acr: z.string().max(200).optional(),
})
export type Claims = z.infer<typeof claimsSchema>
