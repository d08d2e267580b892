import { z } from 'zod'
import type { Statement } from '../../db/connect.ts'
import {
  type Claim,
  claimedOperation,
  type OperationRow,
  operationSelected,
  type StepRow,
  selectedOperation,
  stepsOfOperation,
} from '../../db/operations.ts'
import type { ServiceRow } from '../../db/services.ts'
import { type Input, inputValuesSchema } from '../contract/dialect.ts'
import { type Message, textParamsSchema } from '../contract/text.ts'
import { storedActor } from '../log/stored-actor.ts'
import type {
  ChangeAction,
  Json,
  Panel,
  Situation,
  StepContext,
  StepHandler,
} from '../providers/provider.ts'
import { serviceContext } from './context.ts'
import type { EngineDeps } from './deps.ts'
import { failedStatements } from './finish.ts'
import { hadEffect } from './last-suspend.ts'
import { leftUnknown, leftUnknownStatements } from './left-unknown.ts'
import type { HolderEvent } from './machine.ts'
import { heldMove, restNeverReached } from './moves.ts'
import { faultWhenDue, refusedWhenDue } from './not-begun.ts'
import { awaitsDay } from './plan.ts'

/** One runner's hold on one operation, with everything its turn needs. */
export interface Turn {
  readonly deps: EngineDeps
  readonly claim: Claim
  operation: OperationRow
  steps: StepRow[]
  readonly service: ServiceRow
  readonly action: ChangeAction
  readonly panel: Panel
  situation: Situation
  input: Input
}

/** An operation that cannot even begin its turn: what its steps have done by then stays done, and can be gone on with. */
function cutShort(
  { deps, claim, operation }: Pick<Turn, 'deps' | 'claim' | 'operation'>,
  steps: readonly StepRow[],
  error: Message,
): Statement[] {
  const unknown = leftUnknown(steps, deps.provider)
  if (unknown !== undefined)
    return leftUnknownStatements(claim, operation, unknown, deps.clock.now())
  const done = steps.filter(hadEffect).length
  const params = { done, total: steps.length, cause: error.code }
  return [
    ...failedStatements(
      claim,
      operation,
      done === 0 ? error : { code: 'error.partial', params },
      messagesSchema.parse(JSON.parse(operation.warnings)),
      null,
      deps.clock.now(),
    ),
    restNeverReached(operation),
  ]
}

/** @returns undefined when the operation cannot go on; it has then been ended with the reason */
export async function beginTurn(deps: EngineDeps, claim: Claim): Promise<Turn | undefined> {
  const operation = await claimedOperation(deps.db, claim)
  if (operation === undefined) return undefined
  const actor = storedActor(operation.actor)
  const context = await serviceContext(deps, operation.tenant, operation.service, actor.role)
  const action = deps.provider.actions.find((candidate) => candidate.name === operation.action)
  const steps = await stepsOfOperation(deps.db, operation)
  const held = { deps, claim, operation }
  const stop = async (error: Message) => {
    if (awaitsDay(operation)) {
      await refusedWhenDue(held, error)
      return undefined
    }
    // What was sent is not a failure because we cannot go on: it is looked at again later.
    if (steps.some((step) => step.state === 'uncertain' || step.state === 'sent'))
      await deps.db.write(
        heldMove(claim, deps.clock.now(), 'looked', {
          owner: null,
          lease_until: 0,
          next_at: deps.clock.now() + deps.timings.proof_every,
        }),
      )
    else await deps.db.write(cutShort(held, steps, error))
    return undefined
  }
  if (context === undefined || action === undefined || action.kind !== 'change')
    return stop({ code: 'error.action_unknown' })
  const panel = await deps.panelOf(operation.tenant, operation.configuration)
  if (!panel.ok) {
    if (!awaitsDay(operation)) return stop({ code: `error.${panel.fault.code}` })
    await faultWhenDue(held, panel.fault)
    return undefined
  }
  return {
    deps,
    claim,
    operation,
    steps,
    service: context.service,
    action,
    panel: panel.value,
    situation: context.situation,
    input: inputValuesSchema.parse(JSON.parse(operation.input)),
  }
}

/** Moves the operation under the turn's fence; the batch is refused whole if it is no longer ours, or not where the move begins. */
export async function writeHeld(
  turn: Turn,
  event: HolderEvent,
  set: Parameters<typeof heldMove>[3],
  more: readonly Statement[] = [],
): Promise<void> {
  const { deps, claim } = turn
  // Read in the same batch: nothing can fail, and nobody can write, between what is written and what is known of it.
  const results = await deps.db.write([
    ...heldMove(claim, deps.clock.now(), event, set),
    ...more,
    ...operationSelected(claim),
  ])
  const { operation, steps } = selectedOperation(results)
  if (operation === undefined) throw new Error('an operation went away')
  turn.operation = operation
  turn.steps = steps
}

/** How the call of a step is guarded, made and proven. */
export function handlerOf(turn: Turn, step: StepRow): StepHandler {
  const handler = turn.deps.provider.steps[step.name]
  if (handler === undefined) throw new Error(`no handler for step ${step.name}`)
  return handler
}

const messagesSchema = z.array(z.object({ code: z.string(), params: textParamsSchema.default({}) }))

/** What the server has warned of so far. */
export function warningsOf(turn: Turn): Message[] {
  return messagesSchema.parse(JSON.parse(turn.operation.warnings))
}

function storedJson(json: string | null): Json {
  // Written by us with JSON.stringify of a `Json`, never by anybody else.
  return json === null ? null : (JSON.parse(json) as Json)
}

export function stepContext(
  turn: Turn,
  step: StepRow,
  secrets: Readonly<Record<string, string>>,
): StepContext {
  const params = storedJson(step.params)
  return {
    now: turn.deps.clock.now(),
    step: {
      name: step.name,
      account: step.account,
      params:
        typeof params === 'object' && params !== null && !Array.isArray(params)
          ? // Not an array, not null: the object that was written as `PlannedStep.params`.
            (params as { readonly [key: string]: Json })
          : {},
      attempt: step.attempt,
      sent_at: step.first_sent_at ?? step.sent_at,
      before: storedJson(step.before),
    },
    secrets,
    situation: turn.situation,
  }
}

/** What a person gave as the reason, for the log. */
export function reasonOf(input: Input): string | null {
  const reason = input.reason ?? input.note ?? null
  return typeof reason === 'string' && reason !== '' ? reason : null
}
