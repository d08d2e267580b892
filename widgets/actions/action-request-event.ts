import type { Input } from '../../bff/contract/dialect.ts'
import { OUTWARD } from '../parts/events.ts'

/**
 * `provision-action-request`: a person is about to send an action. `preventDefault()` stops it; `respondWith(promise)`
 * holds it back until the promise resolves to something other than `false`. Secrets are not among the values.
 */
export class ProvisionActionRequestEvent extends Event {
  readonly service: string | null
  readonly action: string
  readonly input: Input
  #answer: Promise<unknown> | undefined

  constructor(service: string | null, action: string, input: Input) {
    super('provision-action-request', { ...OUTWARD, cancelable: true })
    this.service = service
    this.action = action
    this.input = Object.freeze({ ...input })
  }

  get answer(): Promise<unknown> | undefined {
    return this.#answer
  }

  respondWith(answer: unknown): void {
    this.#answer ??= Promise.resolve(answer)
  }
}

declare global {
  interface HTMLElementEventMap {
    'provision-action-request': ProvisionActionRequestEvent
  }
}
