import { serviceRow } from '../../db/services.ts'
import type { Input } from '../contract/dialect.ts'
import type { Message } from '../contract/text.ts'
import type { Shown } from '../providers/provider.ts'
import type { Caller } from './caller.ts'
import type { EngineDeps } from './deps.ts'
import { entryStatements } from './log.ts'
import { admit, type Refusal, refusal } from './preview.ts'

export interface ReadDone {
  readonly kind: 'read'
  readonly show: readonly Shown[]
  /** A one-time URL: never stored, never logged. */
  readonly open: string | undefined
  readonly changed: readonly ('service' | 'fields' | 'usage')[]
  readonly warnings: readonly Message[]
}

/** Runs an action that changes nothing and writes it into the log, without key or operation. */
export async function readAction(
  deps: EngineDeps,
  caller: Caller,
  service: string,
  name: string,
  input: Input,
): Promise<ReadDone | Refusal> {
  const admitted = await admit(deps, caller, service, name, input)
  if (admitted.kind === 'problem') return admitted
  const { action, context } = admitted
  if (action.kind !== 'read' || context.configuration === undefined) return refusal('not_found')
  const began = deps.clock.now()
  const panel = await deps.panelOf(caller.tenant, context.configuration.id)
  const answer = panel.ok ? await action.run(panel.value, context.situation, input) : panel
  const now = deps.clock.now()
  const row = await serviceRow(deps.db, caller.tenant, service)
  const outcome = answer.ok ? 'succeeded' : 'failed'
  await deps.db.write(
    entryStatements({
      tenant: caller.tenant,
      service,
      version: row?.version ?? 0,
      now,
      level: answer.ok ? 'info' : 'error',
      actor: caller.actor,
      action: name,
      operation: null,
      reason: null,
      duration_ms: now - began,
      message: { code: `log.action.${outcome}`, params: { action: name } },
      detail: answer.ok ? [] : [{ code: 'detail.error', value: `error.${answer.fault.code}` }],
    }),
  )
  if (!answer.ok) {
    return refusal(answer.fault.transport ? 'server_unreachable' : 'not_possible_now', {
      message: {
        code: `error.${answer.fault.code}`,
        ...(answer.fault.params === undefined ? {} : { params: answer.fault.params }),
      },
    })
  }
  return {
    kind: 'read',
    show: answer.value.show,
    open: answer.value.open,
    changed: action.result.changed,
    warnings: answer.value.warnings,
  }
}
