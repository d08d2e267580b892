import type { Statement } from '../../db/connect.ts'
import type { OperationRow } from '../../db/operations.ts'
import { entryInserted } from '../../db/settlement.ts'
import { makeId, type TenantId } from '../contract/ids.ts'
import type { LogLevel } from '../contract/resources.ts'
import type { Message } from '../contract/text.ts'
import { actingRole } from '../log/acting-role.ts'
import { type StoredActor, storedActor } from '../log/stored-actor.ts'
import { actionNow, awaitsDay } from './plan.ts'

/** One thing that happened to a service, as it goes into the log. */
export interface Entry {
  readonly tenant: TenantId
  readonly service: string
  readonly version: number
  readonly now: number
  readonly level: LogLevel
  readonly actor: StoredActor
  readonly action: string
  readonly operation: string | null
  readonly reason: string | null
  readonly duration_ms: number | null
  readonly message: Message
  /** For staff only: codes and plain values, never upstream text or secrets. */
  readonly detail: readonly { readonly code: string; readonly value: string }[]
  /** Whether the service's clients may read it; true unless told. */
  readonly client_visible?: boolean
}

export function entryStatements(entry: Entry): Statement[] {
  const id = makeId('log', entry.now)
  return [
    entryInserted({
      id,
      tenant: entry.tenant,
      service: entry.service,
      at: entry.now,
      level: entry.level,
      actor: JSON.stringify(entry.actor),
      role: actingRole(entry.actor),
      action: entry.action,
      operation: entry.operation,
      reason: entry.reason,
      duration_ms: entry.duration_ms,
      code: entry.message.code,
      params: JSON.stringify(entry.message.params ?? {}),
      detail: JSON.stringify(entry.detail),
      client_visible: entry.client_visible !== false,
    }),
  ]
}

/** The log line of an operation's turn. */
export function logStatements(
  operation: OperationRow,
  now: number,
  level: LogLevel,
  message: Message,
  reason: string | null = null,
  detail: Entry['detail'] = [],
): Statement[] {
  const action = actionNow(operation)
  return [
    ...entryStatements({
      tenant: operation.tenant,
      service: operation.service,
      version: operation.version,
      now,
      level,
      actor: storedActor(operation.actor),
      action,
      operation: operation.id,
      reason,
      duration_ms: now - operation.created_at,
      message:
        message.params?.action === operation.action
          ? { ...message, params: { ...message.params, action } }
          : message,
      detail,
      // Clients read of a plan when it is carried out.
      client_visible: !awaitsDay(operation),
    }),
  ]
}
