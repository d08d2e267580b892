import { z } from 'zod'
import { operationIdSchema, serviceIdSchema } from './ids.ts'
import { ROLES } from './scopes.ts'
import { textSchema } from './text.ts'

export const UNFINISHED_STATES = [
  'scheduled',
  'queued',
  'running',
  'checking',
  'attention',
] as const
export const FINAL_STATES = ['succeeded', 'failed', 'cancelled', 'resolved'] as const
export const operationStateSchema = z.enum([...UNFINISHED_STATES, ...FINAL_STATES])
export type OperationState = z.infer<typeof operationStateSchema>

export const STEP_STATES = [
  'pending',
  'sent',
  'uncertain',
  'succeeded',
  'failed',
  'skipped',
] as const
export const stepStateSchema = z.enum(STEP_STATES)
export type StepState = z.infer<typeof stepStateSchema>

/** Whether nothing can happen to an operation any more. */
export function isFinal(state: OperationState): boolean {
  return FINAL_STATES.some((final) => final === state)
}

export const actorSchema = z.strictObject({
  role: z.enum(ROLES),
  label: z.string(),
  act: z.string().optional(),
})
export type Actor = z.infer<typeof actorSchema>

export const shownValueSchema = z.strictObject({
  key: z.string(),
  label: z.string(),
  format: z.enum(['text', 'list', 'bytes', 'datetime', 'boolean', 'number', 'secret']),
  value: z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
  error: textSchema.optional(),
})
export type ShownValue = z.infer<typeof shownValueSchema>

/** What an action gives back. `open` is a one-time login URL: shown to nobody, opened at once. */
export const resultSchema = z.strictObject({
  show: z.array(shownValueSchema),
  open: z.string().optional(),
  changed: z.array(z.enum(['service', 'fields', 'usage'])).default([]),
})
export type Result = z.infer<typeof resultSchema>

/** What staff are told of an operation whose outcome is not known: facts, gaps, and what can be done. */
export const attentionSchema = z.strictObject({
  known: z.array(textSchema),
  unknown: z.array(textSchema),
  /** Without `from` they are in `can` too; with it they will be from that time on. */
  choices: z.array(
    textSchema.extend({ do: z.enum(['cancel', 'retry', 'resolve']), from: z.string().optional() }),
  ),
})

export const operationSchema = z.strictObject({
  id: operationIdSchema,
  service: serviceIdSchema,
  action: z.string(),
  label: z.string(),
  state: operationStateSchema,
  version: z.number().int(),
  created_at: z.string(),
  finished_at: z.string().optional(),
  due_at: z.string().optional(),
  by: actorSchema,
  retry_of: operationIdSchema.optional(),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      account: z.string(),
      state: stepStateSchema,
    }),
  ),
  progress: z.strictObject({ done: z.number().int(), total: z.number().int() }),
  waiting: textSchema.extend({ until: z.string().nullable() }).optional(),
  attention: attentionSchema.optional(),
  warnings: z.array(textSchema),
  error: textSchema.optional(),
  result: resultSchema.optional(),
  can: z.array(z.enum(['cancel', 'retry', 'resolve'])),
})
export type Operation = z.infer<typeof operationSchema>

/** Body of `POST /v1/operations/{id}/resolve`: what a person found out. */
export const verdictSchema = z.strictObject({
  verdict: z.enum(['done', 'abandoned']),
  why: z.string().min(1).max(500),
})
export type Verdict = z.infer<typeof verdictSchema>
