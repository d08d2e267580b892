import { z } from 'zod'
import { serviceIdSchema } from '../contract/ids.ts'
import { ROLES } from '../contract/scopes.ts'
import { registrationSchema } from '../contract/service.ts'

/** What somebody or something is told apart by, such as `sub` or `jti`: no control characters, which logs and databases read differently. */
export const identitySchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}+$/u)
/** Whole seconds since the epoch. */
const time = z.number().int()

// An actor inside it came before: only the outermost acts now (RFC 8693 §4.1).
const actSchema = z.object({
  sub: identitySchema,
  name: z.string().max(200).optional(),
})

const detailSchema = z.object({
  type: z.literal('provision_service'),
  identifier: serviceIdSchema,
  actions: z.array(z.string().max(80)).max(100).optional(),
})

/** The claims we use of a token whose signature is verified (DESIGN §7); what they say is judged by the claim rules. */
export const claimsSchema = z.object({
  iss: z.string(),
  aud: z.union([z.string().max(500), z.array(z.string().max(500)).min(1).max(10)]),
  sub: identitySchema,
  jti: identitySchema,
  client_id: identitySchema,
  exp: time,
  iat: time,
  nbf: time.optional(),
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
  auth_time: time.optional(),
  acr: z.string().max(200).optional(),
})
export type Claims = z.infer<typeof claimsSchema>
