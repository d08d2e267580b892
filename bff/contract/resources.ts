import { z } from 'zod'
import { configurationIdSchema, logIdSchema, operationIdSchema } from './ids.ts'
import { actorSchema } from './operation.ts'
import { textSchema } from './text.ts'

export const LOG_LEVELS = ['info', 'warning', 'error'] as const
export const logLevelSchema = z.enum(LOG_LEVELS)
export type LogLevel = z.infer<typeof logLevelSchema>

export const logEntrySchema = z.strictObject({
  id: logIdSchema,
  at: z.string(),
  level: logLevelSchema,
  actor: actorSchema,
  action: z.string(),
  action_label: z.string(),
  operation: operationIdSchema.optional(),
  reason: z.string().optional(),
  duration_ms: z.number().int().nullable(),
  message: textSchema,
  detail: z.array(z.strictObject({ label: z.string(), value: z.string() })).optional(),
})
export type LogEntry = z.infer<typeof logEntrySchema>

/**
 * Answer of `GET /v1/services/{id}/logs`, newest first. `next` is the cursor of older entries, null at the end. A page may
 * hold fewer entries than were asked for, or none, and `next` still goes on: so many entries are looked through at once.
 * `can` is what this token may do with this log beside reading it; a replica of the version before says nothing of it.
 */
export const logPageSchema = z.strictObject({
  entries: z.array(logEntrySchema),
  next: z.string().nullable(),
  can: z.array(z.enum(['export'])).optional(),
})
export type LogPage = z.infer<typeof logPageSchema>

export const FIELD_SOURCES = ['order', 'staff', 'server'] as const
export const fieldSourceSchema = z.enum(FIELD_SOURCES)
export type FieldSource = z.infer<typeof fieldSourceSchema>

export const fieldSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  group: z.string(),
  group_label: z.string(),
  value: z.union([z.string(), z.array(z.string()), z.null()]),
  source: fieldSourceSchema,
  source_label: z.string(),
  as_of: z.string().nullable(),
  editable: z.boolean(),
  /** Name of the action that changes a field which is the server's. */
  changed_by: z.string().optional(),
  /** What that action is called; missing where the token does not hold it. */
  changed_by_label: z.string().optional(),
})
export type Field = z.infer<typeof fieldSchema>

export const fieldsSchema = z.strictObject({
  viewer: z.enum(['client', 'staff', 'system']),
  fields: z.array(fieldSchema),
})
export type Fields = z.infer<typeof fieldsSchema>

/** Body of `PATCH /v1/services/{id}/fields`; `null` clears a value. */
export const fieldsPatchSchema = z.strictObject({
  fields: z.record(z.string().max(64), z.union([z.string().max(1000), z.null()])),
})

export const usagePartSchema = z.strictObject({
  key: z.string(),
  label: z.string(),
  used: z.number().nullable(),
  /** `null` is unlimited. */
  limit: z.number().nullable(),
  unit: z.enum(['bytes', 'count']),
  error: textSchema.optional(),
})
export type UsagePart = z.infer<typeof usagePartSchema>

export const usageSchema = z.strictObject({
  as_of: z.string().nullable(),
  /** `YYYY-MM` the bandwidth is of. */
  month: z.string(),
  parts: z.array(usagePartSchema),
})
export type Usage = z.infer<typeof usageSchema>

export const TEST_CAUSES = [
  'ok',
  'name_not_found',
  'refused',
  'timeout',
  'certificate',
  'token_refused',
  'too_old',
  'not_whm',
  'address_forbidden',
] as const
export const testCauseSchema = z.enum(TEST_CAUSES)
export type TestCause = z.infer<typeof testCauseSchema>

export const certificateSchema = z.strictObject({
  /** SHA-256 of the DER, upper-case hex in pairs with colons. */
  fingerprint: z.string(),
  /** SHA-256 of its public key (SubjectPublicKeyInfo), `sha256/` and base64: stays when the certificate is renewed. */
  spki: z.string().optional(),
  subject: z.string(),
  issuer: z.string(),
  valid_to: z.string(),
})
export type Certificate = z.infer<typeof certificateSchema>

export const connectionTestSchema = z.strictObject({
  at: z.string(),
  cause: testCauseSchema,
  text: textSchema,
  version: z.string().optional(),
  certificate: certificateSchema.optional(),
})
export type ConnectionTest = z.infer<typeof connectionTestSchema>

/**
 * What a server's certificate is held to, instead of the public authorities: an authority of its own (PEM, one certificate
 * or several; the name is checked), exactly this certificate, or exactly this public key, whatever certificate it is in.
 */
export const pinSchema = z.union([
  z.strictObject({ ca: z.string().max(32_768) }),
  z.strictObject({ fingerprint: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) }),
  z.strictObject({ spki: z.string().regex(/^sha256\/[A-Za-z0-9+/]{43}=$/) }),
])
export type Pin = z.infer<typeof pinSchema>

export const configurationSchema = z.strictObject({
  id: configurationIdSchema,
  label: z.string(),
  host: z.string(),
  port: z.number().int(),
  user: z.string(),
  token_set: z.boolean(),
  pin: pinSchema.optional(),
  disabled: z.boolean(),
  /** How many services use it. */
  services: z.number().int(),
  test: connectionTestSchema.optional(),
  rights: z.array(
    z.strictObject({
      action: z.string(),
      label: z.string(),
      ok: z.boolean().nullable(),
      missing: z.array(z.string()),
    }),
  ),
})
export type Configuration = z.infer<typeof configurationSchema>

const configurationFields = {
  label: z.string().trim().min(1).max(200),
  host: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  user: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/),
  /** Write-only. */
  token: z
    .string()
    .min(8)
    .max(256)
    .regex(/^[\x21-\x7e]+$/),
  pin: pinSchema.nullable(),
  disabled: z.boolean(),
}
export const configurationCreateSchema = z.strictObject({
  label: configurationFields.label,
  host: configurationFields.host,
  port: configurationFields.port.default(2087),
  user: configurationFields.user,
  token: configurationFields.token,
  pin: configurationFields.pin.optional(),
})
export type ConfigurationCreate = z.infer<typeof configurationCreateSchema>
export const configurationPatchSchema = z.strictObject({
  label: configurationFields.label.optional(),
  host: configurationFields.host.optional(),
  port: configurationFields.port.optional(),
  user: configurationFields.user.optional(),
  token: configurationFields.token.optional(),
  pin: configurationFields.pin.optional(),
  disabled: configurationFields.disabled.optional(),
})
export type ConfigurationPatch = z.infer<typeof configurationPatchSchema>

export const configurationListSchema = z.strictObject({
  configurations: z.array(configurationSchema),
})

/** Answers of `GET /v1/configurations/{id}/{packages|acls|ips|accounts}`: what a form offers. */
export const choicesSchema = z.strictObject({
  choices: z.array(
    z.strictObject({
      value: z.string(),
      label: z.string(),
      /** Short facts beside the name, such as a package's limits. */
      facts: z.array(z.string()).default([]),
      disabled: z.boolean().default(false),
    }),
  ),
})
export type Choices = z.infer<typeof choicesSchema>

/** `GET /v1/configurations/{id}/password-policy`; `null` when the server does not tell. */
export const passwordPolicySchema = z.strictObject({
  create: z.number().int().nullable(),
  change: z.number().int().nullable(),
})
export type PasswordPolicy = z.infer<typeof passwordPolicySchema>
