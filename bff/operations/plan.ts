import type { OperationRow } from '../../db/operations.ts'
import type { Role } from '../contract/scopes.ts'
import type { ChangeAction } from '../providers/provider.ts'

/** Whether an operation was planned for a day and nothing of it has begun. Pure. */
export function awaitsDay({
  due_at,
  prepared,
}: Pick<OperationRow, 'due_at' | 'prepared'>): boolean {
  return due_at !== null && !prepared
}

/** Clients do not see what is planned for a service, nor that it was called off or held up. Pure. */
export function isHiddenFrom(
  role: Role,
  operation: Pick<OperationRow, 'due_at' | 'prepared'>,
): boolean {
  return role === 'client' && awaitsDay(operation)
}

/** The action an operation amounts to now: what its entries say was done, and what clients read. Pure. */
export function actionNow({
  action,
  meanwhile,
}: Pick<OperationRow, 'action' | 'meanwhile'>): string {
  return meanwhile ?? action
}

/** Whether asking for an action ends what is planned for the service. Pure. */
export function cancelsPlanned({ cancels_planned, schedule }: ChangeAction): boolean {
  return cancels_planned === true || schedule !== undefined
}
