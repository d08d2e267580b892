import type { Operation } from '../../bff/contract/operation.ts'
import { OUTWARD } from '../parts/events.ts'

/** `provision-operation`: an operation was started or has changed. Its results are not told to the page. */
export class ProvisionOperationEvent extends Event {
  readonly operation: Omit<Operation, 'result'>
  constructor({ result: _result, ...operation }: Operation) {
    super('provision-operation', OUTWARD)
    this.operation = Object.freeze(operation)
  }
}

declare global {
  interface HTMLElementEventMap {
    'provision-operation': ProvisionOperationEvent
  }
}
