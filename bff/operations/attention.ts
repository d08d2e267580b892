import { z } from 'zod'
import type { OperationRow, StepRow } from '../../db/operations.ts'
import type { Message } from '../contract/text.ts'
import type { Provider } from '../providers/provider.ts'
import { possibilities, quarantineEnd } from './retry-rule.ts'

/** What a person can do about an operation, and from when on if not yet (milliseconds). */
export interface AttentionChoice extends Message {
  readonly do: 'cancel' | 'retry' | 'resolve'
  readonly from?: number
}

/** What is known of an operation whose outcome is not, what is not known, and the choices; times are parameters in RFC 3339. */
export interface Attention {
  readonly known: readonly Message[]
  readonly unknown: readonly Message[]
  readonly choices: readonly AttentionChoice[]
}

const seenSchema = z.object({
  kind: z.enum(['done', 'absent', 'foreign', 'changed']),
  at: z.number(),
})
const errorSchema = z.object({ code: z.string() })

function stored<T>(schema: z.ZodType<T>, json: string | null): T | undefined {
  return json === null ? undefined : schema.safeParse(JSON.parse(json)).data
}

const iso = (ms: number) => new Date(ms).toISOString()

function codeOf(json: string | null): string | undefined {
  return stored(errorSchema, json)?.code
}

/** What is known of one step whose outcome is not. */
function knownOf(step: StepRow, label: string): Message[] {
  const { account, attempt, sent_at } = step
  const answer = codeOf(step.error)
  const seen = stored(seenSchema, step.last_proof)
  return [
    {
      code: attempt > 1 ? 'attention.sent_twice' : 'attention.sent',
      params: { step: label, account, at: sent_at === null ? null : iso(sent_at) },
    },
    answer === undefined
      ? { code: 'attention.no_answer' }
      : { code: 'attention.answer', params: { answer } },
    ...(seen === undefined
      ? []
      : [{ code: `attention.seen_${seen.kind}`, params: { account, at: iso(seen.at) } }]),
  ]
}

function unknownOf(step: StepRow, until: number, now: number): Message[] {
  return [
    { code: 'attention.whether', params: { what: `checking.${step.name}` } },
    ...(until > now ? [{ code: 'attention.may_run', params: { until: iso(until) } }] : []),
  ]
}

/**
 * What a person must know to decide about an operation that is being checked or waits for a person. Pure.
 *
 * The choices without `from` are exactly those of `possibilities`; the others become possible at that time.
 *
 * @returns undefined while nobody need decide anything
 */
export function attentionOf(
  operation: Pick<OperationRow, 'state' | 'error' | 'cancel_wanted' | 'waiting'>,
  steps: readonly StepRow[],
  provider: Pick<Provider, 'steps'>,
  now: number,
): Attention | undefined {
  const { state } = operation
  const uncertain = steps.filter((step) => step.state === 'uncertain')
  const isChecking = state === 'checking' && uncertain.length > 0
  if (state !== 'attention' && !isChecking) return undefined
  const until = quarantineEnd(steps)
  const label = (step: StepRow) => provider.steps[step.name]?.label ?? `step.${step.name}`
  const done = steps.filter((step) => step.finished_at !== null && step.state !== 'failed').length
  const waitsFor = codeOf(operation.waiting)
  return {
    known: [
      ...uncertain.flatMap((step) => knownOf(step, label(step))),
      ...(waitsFor === 'waiting.attention_server_unreachable'
        ? [{ code: 'attention.not_reached' }]
        : []),
      ...(uncertain.length === 0 ? [{ code: 'attention.nothing_sent' }] : []),
      ...(steps.length > 1
        ? [{ code: 'attention.steps_done', params: { done, total: steps.length } }]
        : []),
      ...(uncertain.length > 0 && until <= now ? [{ code: 'attention.nothing_runs' }] : []),
      ...(operation.cancel_wanted ? [{ code: 'attention.cancel_wanted' }] : []),
    ],
    unknown: uncertain.flatMap((step) => unknownOf(step, until, now)),
    choices: choicesOf(operation, steps, provider, until, now),
  }
}

function choicesOf(
  operation: Pick<OperationRow, 'state' | 'error' | 'cancel_wanted'>,
  steps: readonly StepRow[],
  provider: Pick<Provider, 'steps'>,
  until: number,
  now: number,
): AttentionChoice[] {
  const unprovable = steps.some(
    (step) => step.state === 'uncertain' && provider.steps[step.name]?.proof === 'never',
  )
  const able = possibilities(operation, steps, now)
  // In attention both become possible together, once nothing can be running any more.
  const wanted = operation.state === 'attention' ? (['retry', 'resolve'] as const) : able
  return wanted.map((what) => {
    const code =
      what === 'retry' && unprovable ? 'attention.do_retry_unprovable' : `attention.do_${what}`
    return able.includes(what)
      ? { do: what, code }
      : { do: what, code: `${code}_from`, params: { from: iso(until) }, from: until }
  })
}
