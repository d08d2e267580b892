import { z } from 'zod'
import type { OperationRow, StepRow } from '../../db/operations.ts'
import { operationIdSchema, serviceIdSchema } from '../contract/ids.ts'
import {
  type Operation,
  type OperationState,
  operationStateSchema,
  type Result,
  shownValueSchema,
  stepStateSchema,
} from '../contract/operation.ts'
import { type Message, type Text, textParamsSchema } from '../contract/text.ts'
import { shownActor } from '../log/present.ts'
import { storedActor } from '../log/stored-actor.ts'
import type { Provider, Shown } from '../providers/provider.ts'
import { attentionOf } from './attention.ts'
import type { Caller } from './caller.ts'
import { actionNow } from './plan.ts'
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

/** What staff need to decide, with the choices this reader has. */
function presentAttention(
  row: OperationRow,
  steps: readonly StepRow[],
  provider: Pick<Provider, 'steps'>,
  say: Say,
  now: number,
  reader: Pick<Caller, 'allows'>,
): Pick<Operation, 'attention'> {
  const attention = attentionOf(row, steps, provider, now)
  if (attention === undefined) return {}
  return {
    attention: {
      known: attention.known.map(say),
      unknown: attention.unknown.map(say),
      choices: attention.choices
        .filter((choice) => mayDo(choice.do, row.action, reader))
        .map(({ do: what, from, ...message }) => ({
          ...say(message),
          do: what,
          ...(from === undefined ? {} : { from: instant(from) }),
        })),
    },
  }
}

const DAY = 24 * 60 * 60 * 1000

/** Why it waits: what was written down, else that its server does not answer, else the day it is planned for. */
function waitingOf(
  row: OperationRow,
  say: Say,
  now: number,
  silent_until: number | undefined,
): Operation['waiting'] {
  if (row.waiting !== null) return presentWaiting(row.waiting, say)
  // Nobody writes to what nobody claims: that its server is left alone is known here only.
  if (row.state === 'queued' && silent_until !== undefined) {
    const until = instant(silent_until)
    return { ...say({ code: 'waiting.server_unreachable', params: { until } }), until }
  }
  if (row.state !== 'scheduled' || row.due_at === null) return undefined
  const days = Math.ceil((row.due_at - now) / DAY)
  return {
    ...say(
      days > 0
        ? { code: 'waiting.scheduled', params: { due: row.due_at, days } }
        : { code: 'waiting.scheduled_now' },
    ),
    until: null,
  }
}

/** What it is called: for clients what it amounts to now, for staff with what it leaves for its day. */
function labelOf(row: OperationRow, say: Say, reader: Pick<Caller, 'role'>): string {
  if (reader.role === 'client') return say({ code: `action.${actionNow(row)}.label` }).text
  const params = { action: row.action }
  if (row.meanwhile !== null) return say({ code: 'operation.leaves_for_date', params }).text
  return row.due_at === null || row.state === 'scheduled'
    ? say({ code: `action.${row.action}.label` }).text
    : say({ code: 'operation.as_planned', params }).text
}

/**
 * An operation as it crosses the wire. Pure but for the words.
 *
 * @param now decides what can be done with it
 * @param silent_until when its server is tried again, if it is being left alone; milliseconds
 * @param reader sees only what it may do about it; a client reads of staff only that it was staff, and of a date nothing
 */
export function presentOperation(
  row: OperationRow,
  steps: readonly StepRow[],
  provider: Pick<Provider, 'steps'>,
  say: Say,
  now: number,
  reader: Pick<Caller, 'role' | 'allows'>,
  silent_until?: number,
): Operation {
  const error = row.error === null ? undefined : messageSchema.parse(JSON.parse(row.error))
  const result = row.result === null ? undefined : storedResultSchema.parse(JSON.parse(row.result))
  const waiting = waitingOf(row, say, now, silent_until)
  // What staff planned for a day is not told to clients.
  const shown = reader.role === 'client' && row.meanwhile !== null ? [] : (result?.show ?? [])
  return {
    id: operationIdSchema.parse(row.id),
    service: serviceIdSchema.parse(row.service),
    action: reader.role === 'client' ? actionNow(row) : row.action,
    label: labelOf(row, say, reader),
    state: wireState(row.state),
    version: row.version,
    created_at: instant(row.created_at),
    ...(row.finished_at === null ? {} : { finished_at: instant(row.finished_at) }),
    ...(row.due_at === null || reader.role === 'client' ? {} : { due_at: instant(row.due_at) }),
    by: shownActor(storedActor(row.actor), reader.role),
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
    ...(waiting === undefined ? {} : { waiting }),
    ...(reader.role === 'client' ? {} : presentAttention(row, steps, provider, say, now, reader)),
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
              shown.map(({ error: partError, ...value }) =>
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
