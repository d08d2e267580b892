import { type OperationRow, type StepRow, stepsOfOperation } from '../../db/operations.ts'
import { plannedOperation } from '../../db/planned.ts'
import type { ServiceRow } from '../../db/services.ts'
import type { ActionDefinition, Availability, Situation } from '../providers/provider.ts'
import type { Caller } from './caller.ts'
import { serviceContext } from './context.ts'
import type { EngineDeps } from './deps.ts'
import { isHiddenFrom } from './plan.ts'
import { availabilityOf, type Unreachable } from './policy.ts'

export interface ListedAction {
  readonly action: ActionDefinition
  readonly availability: Exclude<Availability, { kind: 'not_applicable' }>
  /** Whether the person will be asked to prove who they are before it is done. */
  readonly step_up: boolean
}

export interface ActionList {
  readonly service: ServiceRow
  readonly situation: Situation
  readonly operation: { readonly row: OperationRow; readonly steps: readonly StepRow[] } | undefined
  /** What is planned for the service; never there for clients. */
  readonly scheduled: OperationRow | undefined
  readonly actions: readonly ListedAction[]
  /** That the server cannot be asked, and when it is tried again. */
  readonly unreachable: Unreachable | undefined
}

/**
 * What this caller may do with a service now. Actions outside the grant's scopes are not there.
 *
 * @returns undefined when the tenant has no such service
 */
export async function listActions(
  deps: EngineDeps,
  caller: Caller,
  service: string,
  unreachable: Unreachable | undefined,
): Promise<ActionList | undefined> {
  const context = await serviceContext(deps, caller.tenant, service, caller.role, unreachable)
  if (context === undefined) return undefined
  const actions: ListedAction[] = []
  for (const action of deps.provider.actions) {
    if (!caller.allows(`actions:${action.name}`)) continue
    const availability = availabilityOf(action, deps.provider, context.situation, context.around)
    if (availability.kind !== 'not_applicable')
      actions.push({
        action,
        availability,
        step_up: caller.stepUp(action.name) !== undefined,
      })
  }
  actions.sort((a, b) => a.action.order - b.action.order)
  const { unfinished } = context
  const row =
    unfinished === undefined || isHiddenFrom(caller.role, unfinished) ? undefined : unfinished
  return {
    service: context.service,
    situation: context.situation,
    operation: row === undefined ? undefined : { row, steps: await stepsOfOperation(deps.db, row) },
    scheduled:
      caller.role === 'client'
        ? undefined
        : await plannedOperation(deps.db, caller.tenant, service),
    actions,
    unreachable: context.around.unreachable,
  }
}
