import { z } from 'zod'
import type { LogRow } from '../../db/log.ts'
import type { Actor } from '../contract/operation.ts'
import { type LogLevel, logLevelSchema } from '../contract/resources.ts'
import type { Role } from '../contract/scopes.ts'
import { type Message, type TextParams, textParamsSchema } from '../contract/text.ts'
import { actingRole } from './acting-role.ts'
import { namedActor, type StoredActor, storedActor } from './stored-actor.ts'

const detailSchema = z.array(z.object({ code: z.string(), value: z.string() }))

/** A log entry as it is shown; texts are codes until they are rendered. */
export interface EntryView {
  readonly id: string
  /** Milliseconds. */
  readonly at: number
  readonly level: LogLevel
  readonly actor: Actor
  readonly action: string
  readonly operation: string | undefined
  readonly reason: string | undefined
  readonly duration_ms: number | null
  readonly message: Message
  /** For staff: label codes and values; a value that is a code is rendered as well. */
  readonly detail: readonly { readonly code: string; readonly value: string }[] | undefined
}

/** Parameters a client may read; any other could name a server, a colleague or a privilege. */
const CALM_PARAMS = ['action', 'domain', 'package', 'username', 'month', 'app', 'count', 'until']

function calm(params: TextParams): TextParams {
  return Object.fromEntries(Object.entries(params).filter(([name]) => CALM_PARAMS.includes(name)))
}

/**
 * Who did something, as this reader may know it: a client reads of staff only that it was staff, also where they did it
 * in the client's own name. Nobody reads whose token it was. Pure.
 */
export function shownActor(actor: StoredActor, reader: Role): Actor {
  if (reader !== 'client') return namedActor(actor)
  const role = actingRole(actor)
  return role === 'client' ? { role, label: actor.label } : { role, label: '' }
}

/**
 * Puts a row into the form this reader may see. A client gets no detail, no internal reason, and of staff only that it
 * was staff. Pure.
 */
export function presentEntry(
  row: Omit<LogRow, 'client_visible' | 'tenant'>,
  reader: Role,
): EntryView {
  const params = textParamsSchema.parse(JSON.parse(row.params))
  const actor = shownActor(storedActor(row.actor), reader)
  const common = {
    id: row.id,
    at: row.at,
    level: logLevelSchema.parse(row.level),
    action: row.action,
    operation: row.operation ?? undefined,
    duration_ms: row.duration_ms,
  }
  if (reader === 'client') {
    return {
      ...common,
      actor,
      reason: undefined,
      message: { code: row.code, params: calm(params) },
      detail: undefined,
    }
  }
  return {
    ...common,
    actor,
    reason: row.reason ?? undefined,
    message: { code: row.code, params },
    detail: row.detail === null ? undefined : detailSchema.parse(JSON.parse(row.detail)),
  }
}
