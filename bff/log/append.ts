import type { Statement } from '../../db/connect.ts'
import { entryInserted } from '../../db/settlement.ts'
import { makeId, type TenantId } from '../contract/ids.ts'
import type { LogLevel } from '../contract/resources.ts'
import type { Message } from '../contract/text.ts'
import { actingRole } from './acting-role.ts'
import type { StoredActor } from './stored-actor.ts'

/** One thing that happened, as it goes into the log. */
export interface NewEntry {
  readonly tenant: TenantId
  /** `null`: it happened to the tenant itself; such entries are for staff. */
  readonly service: string | null
  readonly now: number
  readonly level: LogLevel
  readonly actor: StoredActor
  /** What was done: an action's name, or `registration`, `fields`, `configuration`, `observation`. */
  readonly action: string
  readonly message: Message
  /** For staff only: codes and plain values, never upstream text or secrets. */
  readonly detail?: readonly { readonly code: string; readonly value: string }[]
  /** Whether the service's clients may read it; true unless told. */
  readonly client_visible?: boolean
}

/** Who acts when nobody does. */
export const SYSTEM_ACTOR: StoredActor = { role: 'system', label: '' }

/** The statements that write an entry: put them into the batch of what they speak of. */
export function logged(entry: NewEntry): Statement[] {
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
      code: entry.message.code,
      params: JSON.stringify(entry.message.params ?? {}),
      detail: entry.detail === undefined ? null : JSON.stringify(entry.detail),
      client_visible: entry.service !== null && entry.client_visible !== false,
    }),
  ]
}
