import { z } from 'zod'
import { inputSchemaSchema, inputValuesSchema } from './dialect.ts'
import { serviceIdSchema } from './ids.ts'
import { operationSchema, resultSchema } from './operation.ts'
import { ROLES } from './scopes.ts'
import { serviceStateSchema } from './service.ts'
import { textSchema } from './text.ts'

export const DANGERS = ['none', 'medium', 'high', 'irreversible'] as const
export const dangerSchema = z.enum(DANGERS)
export type Danger = z.infer<typeof dangerSchema>

export const reasonSchema = textSchema.extend({
  remedy: z.string().optional(),
  until: z.string().optional(),
})
export type Reason = z.infer<typeof reasonSchema>

/** What a person must give before a dangerous action: a preview read, the domain typed, accounts ticked. */
export const confirmationNeedsSchema = z.strictObject({
  preview: z.boolean(),
  domain: z.boolean(),
  accounts: z.boolean(),
})
export type ConfirmationNeeds = z.infer<typeof confirmationNeedsSchema>

export const actionSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  group: z.string(),
  group_label: z.string(),
  order: z.number().int(),
  highlight: z.boolean(),
  danger: dangerSchema,
  /** `read` answers at once and needs no key; `change` becomes an operation. */
  kind: z.enum(['read', 'change']),
  state: z.enum(['available', 'blocked']),
  reasons: z.array(reasonSchema),
  input: inputSchemaSchema,
  confirmation: confirmationNeedsSchema.extend({
    /** The person will be asked to prove who they are: the token's login is too old or too weak for it now (RFC 9470). */
    step_up: z.literal(true).optional(),
  }),
  result: z.strictObject({
    open: z.boolean(),
    changed: z.array(z.enum(['service', 'fields', 'usage'])),
  }),
})
export type Action = z.infer<typeof actionSchema>

/** Answer of `GET /v1/services/{id}/actions`. */
export const actionsSchema = z.strictObject({
  viewer: z.strictObject({ role: z.enum(ROLES), label: z.string() }),
  service: z.strictObject({
    id: serviceIdSchema,
    label: z.string().nullable(),
    domain: z.string().nullable(),
    state: serviceStateSchema,
    state_label: z.string(),
    since: z.string().nullable(),
    as_of: z.string().nullable(),
    version: z.number().int(),
    /** What must be known beside the state: why it is suspended, that its server cannot be asked. */
    notes: z.array(textSchema),
  }),
  operation: operationSchema.optional(),
  scheduled: operationSchema.optional(),
  actions: z.array(actionSchema),
})
export type Actions = z.infer<typeof actionsSchema>

/** Body of `POST /v1/services/{id}/actions/{name}/preview`. */
export const previewRequestSchema = z.strictObject({ input: inputValuesSchema })

export const previewSchema = z.strictObject({
  digest: z.string(),
  expires_at: z.string(),
  accounts: z.array(
    z.strictObject({ username: z.string(), domain: z.string(), owner: z.string() }),
  ),
  limits: z.array(
    z.strictObject({
      key: z.string(),
      label: z.string(),
      before: z.union([z.string(), z.number(), z.null()]),
      after: z.union([z.string(), z.number(), z.null()]),
    }),
  ),
  effects: z.array(textSchema),
  irreversible: z.array(textSchema),
})
export type Preview = z.infer<typeof previewSchema>

export const confirmationSchema = z.strictObject({
  digest: z.string().max(256),
  domain: z.string().max(253).optional(),
  accounts: z.array(z.string().max(64)).max(1000).optional(),
})
export type Confirmation = z.infer<typeof confirmationSchema>

/** Body of `POST /v1/services/{id}/actions/{name}`. */
export const submitSchema = z.strictObject({
  input: inputValuesSchema,
  confirmation: confirmationSchema.optional(),
})
export type Submit = z.infer<typeof submitSchema>

/** `200` of a read action. */
export const readResultSchema = z.strictObject({
  result: resultSchema,
  warnings: z.array(textSchema),
})
export type ReadResult = z.infer<typeof readResultSchema>
