import { z } from 'zod'
import type { OperationRow, StepRow } from '../../db/operations.ts'
import { operationIdSchema, serviceIdSchema } from '../contract/ids.ts'
import {
  actorSchema,
  type Operation,
  type OperationState,
  operationStateSchema,
  type Result,
  shownValueSchema,
  stepStateSchema,
} from '../contract/operation.ts'
import { type Message, type Text, textParamsSchema } from '../contract/text.ts'
import { shownActor } from '../log/present.ts'
import type { Provider, Shown } from '../providers/provider.ts'
import type { Caller } from './caller.ts'
import { mayDo, possibilities } from './retry-rule.ts'

/** Puts a code and its parameters into the reader's language. */
export type Say = (message: Message) => Text

const messageSchema = z.object({ code: z.string(), params: textParamsSchema.default({}) })
const storedResultSchema = z.object({
  show: z.array(shownValueSchema.omit({ error: true }).extend({ error: messageSchema.optional() })),
  changed: z.array(z.enum(['service', 'fields', 'usage'])),
})

/** Unix milliseconds as RFC 3339. */
export function instant(ms: number): string {
  return new Date(ms).toISOString()
}

/** Values to show, their labels in words. */
export function presentShown(show: readonly Shown[], say: Say): Result['show'] {
  return show.map(({ error, label, ...value }) => ({
    ...value,
    label: say({ code: label }).text,
    ...(error === undefined ? {} : { error: say(error) }),
  }))
}

/** `leased` is nobody's business outside: nothing was sent yet. */
function wireState(state: string): OperationState {
  return state === 'leased' ? 'queued' : operationStateSchema.parse(state)
}

/** Until when is a number of milliseconds where it is a parameter, and a time on the wire. */
function presentWaiting(json: string, say: Say): Text & { until: string | null } {
  const message = messageSchema.parse(JSON.parse(json))
  const until = message.params.until
  const at = typeof until === 'number' ? instant(until) : null
  return {
    ...say(at === null ? message : { ...message, params: { ...message.params, until: at } }),
    until: at,
  }
}

/**
 * An operation as it crosses the wire. Pure but for the words.
 *
 * @param now decides what can be done with it
 * @param reader sees only what it may do about it; a client reads of staff only that it was staff
 */
export function presentOperation(
  row: OperationRow,
  steps: readonly StepRow[],
  provider: Pick<Provider, 'steps'>,
  say: Say,
  now: number,
  reader: Pick<Caller, 'role' | 'allows'>,
): Operation {
  const error = row.error === null ? undefined : messageSchema.parse(JSON.parse(row.error))
  const result = row.result === null ? undefined : storedResultSchema.parse(JSON.parse(row.result))
  return {
    id: operationIdSchema.parse(row.id),
    service: serviceIdSchema.parse(row.service),
    action: row.action,
    label: say({ code: `action.${row.action}.label` }).text,
    state: wireState(row.state),
    version: row.version,
    created_at: instant(row.created_at),
    ...(row.finished_at === null ? {} : { finished_at: instant(row.finished_at) }),
    ...(row.due_at === null ? {} : { due_at: instant(row.due_at) }),
    by: shownActor(actorSchema.parse(JSON.parse(row.actor)), reader.role),
    ...(row.retry_of === null ? {} : { retry_of: operationIdSchema.parse(row.retry_of) }),
    steps: steps.map((step) => ({
      name: step.name,
      label: say({ code: provider.steps[step.name]?.label ?? `step.${step.name}` }).text,
      account: step.account,
      state: stepStateSchema.parse(step.state),
    })),
    progress: {
      done: steps.filter((step) => step.state === 'succeeded' || step.state === 'skipped').length,
      total: steps.length,
    },
    ...(row.waiting === null ? {} : { waiting: presentWaiting(row.waiting, say) }),
    warnings: z
      .array(messageSchema)
      .parse(JSON.parse(row.warnings))
      .map((warning) => say(warning)),
    ...(error === undefined ? {} : { error: say(error) }),
    ...(result === undefined
      ? {}
      : {
          result: {
            show: presentShown(
              result.show.map(({ error: partError, ...value }) =>
                partError === undefined ? value : { ...value, error: partError },
              ),
              say,
            ),
            changed: result.changed,
          },
        }),
    can: possibilities(row, steps, now).filter((what) => mayDo(what, row.action, reader)),
  }
}
