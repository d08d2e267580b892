import type { Action, Confirmation } from '../../bff/contract/action.ts'
import type { Input } from '../../bff/contract/dialect.ts'
import type { Task } from './task.ts'

/** Where a task is sent, and what. */
export function requestOf(
  service: string,
  { action, purpose }: Task,
  input: Input,
  confirmation: Confirmation | undefined,
): { readonly path: string; readonly body: unknown } {
  const body = { input, ...(confirmation === undefined ? {} : { confirmation }) }
  switch (purpose.kind) {
    case 'submit':
      return { path: `${actionPath(service, action)}`, body }
    case 'retry':
      return { path: `/v1/operations/${purpose.operation.id}/retry`, body }
    case 'resolve':
      return { path: `/v1/operations/${purpose.operation.id}/resolve`, body: input }
    case 'cancel':
      return { path: `/v1/operations/${purpose.operation.id}/cancel`, body: {} }
  }
}

/** Where a service's action is; its preview is below. */
export function actionPath(service: string, { name }: Action): string {
  return `/v1/services/${encodeURIComponent(service)}/actions/${encodeURIComponent(name)}`
}
