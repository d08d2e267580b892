import type { ElementState } from '../parts/events.ts'
import type { Flow } from './flow.ts'

/**
 * What the element says it is doing, once the service is known. Success is said only of what has succeeded. Pure.
 *
 * @param isEmpty whether there is nothing a person could choose
 */
export function elementState({ step, operation }: Flow, isEmpty: boolean): ElementState {
  switch (step.at) {
    case 'previewing':
    case 'sending':
      return 'busy'
    case 'confirming':
      return 'confirming'
    case 'answered':
      return 'succeeded'
    case 'refused':
      return 'failed'
    case 'form':
    case 'choosing':
      break
  }
  switch (operation?.state) {
    case 'succeeded':
    case 'failed':
      return operation.state
    case 'queued':
    case 'running':
    case 'checking':
    case 'attention':
      return 'busy'
    case 'scheduled':
    case 'cancelled':
    case 'resolved':
    case undefined:
      return isEmpty ? 'empty' : 'ready'
  }
}
