import { z } from 'zod'
import { accountsUnlocked } from '../../db/account-locks.ts'
import type { Statement } from '../../db/connect.ts'
import type { Claim, OperationRow, StepRow } from '../../db/operations.ts'
import type { ServiceRow } from '../../db/services.ts'
import { serverFieldsForgotten, serverFieldsReplaced, serviceSettled } from '../../db/settlement.ts'
import type { Message } from '../contract/text.ts'
import { serverFields } from '../fields/server-fields.ts'
import type { AccountSnapshot, ServiceChange, Settlement } from '../providers/provider.ts'
import { lastSuspend } from './last-suspend.ts'
import { logStatements } from './log.ts'
import { heldMove } from './moves.ts'

const errorSchema = z.object({ code: z.string() })

/** The columns of a service after a change; `since` moves only with the state. Pure. */
export function serviceColumns(
  service: ServiceRow,
  server: string,
  change: ServiceChange,
  after: AccountSnapshot | null | undefined,
  now: number,
): Parameters<typeof serviceSettled>[2] {
  const state = change.state ?? service.state
  return {
    ...(state === service.state ? {} : { state, since: now }),
    ...(change.bind === undefined
      ? {}
      : {
          server,
          username: change.bind.username,
          domain: change.bind.domain,
          owner: change.bind.owner,
          started_at_s: change.bind.started_at,
          uid: change.bind.uid,
          bound_at: now,
          link_refused: null,
        }),
    ...(change.unbind === true
      ? {
          server: null,
          bound_at: null,
          started_at_s: null,
          uid: null,
          owner: null,
          username: null,
          snapshot: null,
          snapshot_at: null,
          last_suspend: null,
        }
      : {}),
    ...(change.domain === undefined ? {} : { domain: change.domain }),
    ...(change.package === undefined ? {} : { package: change.package }),
    ...(after === undefined || after === null || change.unbind === true
      ? {}
      : { snapshot: JSON.stringify(after), snapshot_at: now }),
  }
}

/** Everything an operation that succeeded changes, in one batch (DESIGN §4.6). */
export function succeededStatements(
  claim: Claim,
  operation: OperationRow,
  service: ServiceRow,
  settlement: Settlement,
  after: AccountSnapshot | null | undefined,
  last_suspend: readonly string[] | null | undefined,
  warnings: readonly Message[],
  reason: string | null,
  now: number,
): Statement[] {
  const { change } = settlement
  return [
    ...heldMove(claim, now, 'succeeded', {
      finished_at: now,
      secrets: null,
      waiting: null,
      warnings: JSON.stringify(warnings),
      result: JSON.stringify(settlement.result),
      owner: null,
      lease_until: 0,
    }),
    serviceSettled(operation.tenant, service.id, {
      ...serviceColumns(service, operation.server, change, after, now),
      ...(last_suspend === undefined
        ? {}
        : {
            last_suspend: last_suspend === null ? null : lastSuspend(last_suspend, change),
          }),
    }),
    ...(change.unbind === true || change.state === 'deleted'
      ? [serverFieldsForgotten(operation.tenant, service.id)]
      : after === undefined || after === null
        ? []
        : serverFieldsReplaced(operation.tenant, service.id, serverFields(after), now)),
    accountsUnlocked(operation),
    ...logStatements(
      operation,
      now,
      warnings.length > 0 ? 'warning' : 'info',
      { code: 'log.action.succeeded', params: { action: operation.action } },
      reason,
      warnings.map((warning) => ({ code: 'detail.warning', value: warning.code })),
    ),
  ]
}

/** An operation that ended without reaching its goal. Locks go, secrets go. */
export function failedStatements(
  claim: Claim,
  operation: OperationRow,
  error: Message,
  warnings: readonly Message[],
  reason: string | null,
  now: number,
  event: 'failed' | 'stopped' = 'failed',
): Statement[] {
  return [
    ...heldMove(claim, now, event, {
      finished_at: now,
      secrets: null,
      waiting: null,
      warnings: JSON.stringify(warnings),
      error: event === 'failed' ? JSON.stringify(error) : null,
      owner: null,
      lease_until: 0,
    }),
    accountsUnlocked(operation),
    ...logStatements(
      operation,
      now,
      event === 'failed' ? 'error' : 'warning',
      event === 'failed'
        ? { code: 'log.action.failed', params: { action: operation.action } }
        : { code: 'log.operation.cancelled', params: { action: operation.action } },
      reason,
      [{ code: 'detail.error', value: error.code }],
    ),
  ]
}

/** What is known and what is not of the step a person must look at. Pure. */
function detailOf(step: StepRow | undefined): { code: string; value: string }[] {
  if (step === undefined) return []
  const answer = errorSchema.safeParse(JSON.parse(step.error ?? 'null'))
  return [
    { code: 'detail.step', value: `step.${step.name}` },
    { code: 'detail.account', value: step.account },
    ...(answer.success ? [{ code: 'detail.answer', value: answer.data.code }] : []),
    { code: 'detail.not_known', value: `checking.${step.name}` },
  ]
}

/** An operation a person must look at. Locks stay until quarantine is over. */
export function attentionStatements(
  claim: Claim,
  operation: OperationRow,
  waiting: Message,
  now: number,
  step?: StepRow,
): Statement[] {
  return [
    ...heldMove(claim, now, 'needs_person', {
      secrets: null,
      waiting: JSON.stringify(waiting),
      owner: null,
      lease_until: 0,
    }),
    ...logStatements(
      operation,
      now,
      'warning',
      { code: 'log.operation.attention', params: { action: operation.action } },
      null,
      [{ code: 'detail.error', value: waiting.code }, ...detailOf(step)],
    ),
  ]
}
