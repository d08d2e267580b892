import type { Statement } from '../../db/connect.ts'
import { guarded } from '../../db/connect.ts'
import { operationInserted } from '../../db/operations.ts'
import { planDropped } from '../../db/planned.ts'
import { inputValuesSchema } from '../contract/dialect.ts'
import { makeId, type TenantId } from '../contract/ids.ts'
import type { Message } from '../contract/text.ts'
import { actingRole } from '../log/acting-role.ts'
import { type StoredActor, storedActor } from '../log/stored-actor.ts'
import type { DatedPart, ServiceChange } from '../providers/provider.ts'
import { entryStatements } from './log.ts'
import { OPERATION_MOVES } from './machine.ts'
import {
  confirmedAccounts,
  type PlannedAccount,
  readAccounts,
  recorded,
  storedConfirmed,
} from './planned-accounts.ts'
import { reasonOf, type Turn } from './turn.ts'

/** Ends what is planned for a service, if anything is, because of another operation. */
export function planEnds(
  tenant: TenantId,
  service: string,
  by: { readonly id: string; readonly action: string },
  actor: StoredActor,
  now: number,
): Statement[] {
  return planDropped(
    {
      tenant,
      service,
      by,
      entry: makeId('log', now),
      actor: JSON.stringify(actor),
      role: actingRole(actor),
    },
    now,
  )
}

/** A service that has lost its account, or got another one, has nothing planned any more. */
export function endsPlan(
  { operation, service }: Turn,
  { bind, unbind, state }: ServiceChange,
  now: number,
): Statement[] {
  if (bind === undefined && unbind === undefined && state !== 'deleted') return []
  const actor = storedActor(operation.actor)
  return planEnds(service.tenant, service.id, operation, actor, now)
}

/** What is kept with an operation that leaves something for a date: the accounts that were confirmed. Pure. */
export function keptForDate(
  { action, input }: Turn,
  accounts: Parameters<typeof storedConfirmed>[0] | undefined,
): { planned?: string } {
  return action.schedule?.(input) === undefined || accounts === undefined
    ? {}
    : { planned: storedConfirmed(accounts) }
}

/** What becomes of the date once everything before it is done. */
export type Dated =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'planned'
      readonly part: DatedPart
      readonly accounts: readonly PlannedAccount[]
    }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'changed'; readonly error: Message }

/** Reads the accounts that were confirmed and records the suspensions they were left in. */
export async function recordForDate(turn: Turn): Promise<Dated> {
  const { action, input, operation, panel } = turn
  const part = action.schedule?.(input)
  if (part === undefined) return { kind: 'none' }
  const confirmed = confirmedAccounts(operation.planned)
  const found = await readAccounts(
    panel,
    confirmed.map(({ username }) => username),
  )
  if (!found.ok) return { kind: 'unreadable' }
  const accounts = recorded(confirmed, found.value)
  if ('changed' in accounts)
    return {
      kind: 'changed',
      error: { code: 'error.not_planned', params: { username: accounts.changed } },
    }
  return { kind: 'planned', part, accounts }
}

/**
 * The planned operation, in the write of the one that prepared for it. What was confirmed goes with it; no secret does.
 * Anything else that is planned for the service ends: there is one plan.
 */
export function statementsForDate({ operation }: Turn, dated: Dated, now: number): Statement[] {
  if (dated.kind !== 'planned') return []
  const { part, accounts } = dated
  const { tenant, service, action } = operation
  const actor = storedActor(operation.actor)
  const id = makeId('op', now)
  return [
    ...planEnds(tenant, service, { id: operation.id, action }, actor, now),
    operationInserted({
      id,
      tenant,
      service,
      action,
      configuration: operation.configuration,
      server: operation.server,
      state: OPERATION_MOVES.planned.to,
      created_at: now,
      due_at: part.due_at,
      next_at: part.due_at,
      actor: operation.actor,
      subject: operation.subject,
      // No client can send a key with a space in it.
      idempotency_key: `planned by ${operation.id}`,
      fingerprint: '',
      input: JSON.stringify(part.input),
      confirmation: operation.confirmation,
      planned: JSON.stringify(accounts),
    }),
    ...guarded(),
    ...entryStatements({
      tenant,
      service,
      version: 1,
      // It stands after the entry of what prepared for it.
      now: now + 1,
      level: 'warning',
      actor,
      action,
      operation: id,
      reason: reasonOf(inputValuesSchema.parse(JSON.parse(operation.input))),
      duration_ms: null,
      message: { code: 'log.operation.planned', params: { action, due: part.due_at } },
      detail: [],
      client_visible: false,
    }),
  ]
}
