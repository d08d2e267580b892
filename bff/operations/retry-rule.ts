import type { OperationRow, StepRow } from '../../db/operations.ts'
import type { Caller } from './caller.ts'

/** When nothing of an operation can still be running on the server; 0 if nothing is uncertain. Pure. */
export function quarantineEnd(steps: readonly StepRow[]): number {
  return Math.max(
    0,
    ...steps.filter((step) => step.state === 'uncertain').map((step) => step.quarantine_until ?? 0),
  )
}

/** Whether a person may retry: from attention once quarantine is over, or what is missing of a partial success. Pure. */
export function retryAllowed(
  operation: Pick<OperationRow, 'state' | 'error'>,
  steps: readonly StepRow[],
  now: number,
): boolean {
  if (operation.state === 'attention') return now >= quarantineEnd(steps)
  return operation.state === 'failed' && operation.error !== null && isPartial(operation.error)
}

/** Whether a stored error says that some steps were done and others not. Pure. */
export function isPartial(error: string): boolean {
  const parsed: unknown = JSON.parse(error)
  return (
    typeof parsed === 'object' &&
    parsed !== null &&
    'code' in parsed &&
    parsed.code === 'error.partial'
  )
}

/**
 * Whether a grant allows to cancel, retry or resolve an operation of an action: whoever may do the action may stop it or
 * try it again, managing others' needs its own scope, and a verdict is always managing. Pure.
 */
export function mayDo(
  what: 'cancel' | 'retry' | 'resolve',
  action: string,
  { allows }: Pick<Caller, 'allows'>,
): boolean {
  switch (what) {
    case 'cancel':
      return allows('operations:manage') || allows(`actions:${action}`)
    case 'retry':
      return allows(`actions:${action}`)
    case 'resolve':
      return allows('operations:manage')
  }
}

/** What a person can do with an operation now. Pure. */
export function possibilities(
  operation: Pick<OperationRow, 'state' | 'error' | 'cancel_wanted'>,
  steps: readonly StepRow[],
  now: number,
): ('cancel' | 'retry' | 'resolve')[] {
  switch (operation.state) {
    case 'scheduled':
    case 'queued':
      return ['cancel']
    case 'leased':
    case 'running':
    case 'checking':
      return operation.cancel_wanted ? [] : ['cancel']
    case 'attention':
      return retryAllowed(operation, steps, now) ? ['retry', 'resolve'] : []
    default:
      return retryAllowed(operation, steps, now) ? ['retry'] : []
  }
}
