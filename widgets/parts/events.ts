import type { Input } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import type { TokenRequest } from '../session/token-source.ts'

/** What an element is doing; mirrored as `:state()`. */
export type ElementState =
  | 'idle'
  | 'connecting'
  | 'ready'
  | 'empty'
  | 'busy'
  | 'confirming'
  | 'succeeded'
  | 'failed'
  | 'forbidden'
  | 'expired'
  | 'offline'
  | 'incompatible'

const OUTWARD = { bubbles: true, composed: true }

/** `provision-state`: the element's state has changed. */
export class ProvisionStateEvent extends Event {
  readonly state: ElementState
  constructor(state: ElementState) {
    super('provision-state', OUTWARD)
    this.state = state
  }
}

/** `provision-error`: something failed. For the person's report, `requestId` names the request. */
export class ProvisionErrorEvent extends Event {
  readonly code: string
  readonly requestId: string | undefined
  constructor(code: string, requestId: string | undefined) {
    super('provision-error', OUTWARD)
    this.code = code
    this.requestId = requestId
  }
}

/** `provision-operation`: an operation was started or has changed. Its results are not told to the page. */
export class ProvisionOperationEvent extends Event {
  readonly operation: Omit<Operation, 'result'>
  constructor({ result: _result, ...operation }: Operation) {
    super('provision-operation', OUTWARD)
    this.operation = Object.freeze(operation)
  }
}

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

/** `provision-token-request`: a token is wanted; the first `respondWith` answers it. */
export class ProvisionTokenRequestEvent extends Event {
  readonly request: TokenRequest
  #answer: Promise<string> | undefined

  constructor(request: TokenRequest) {
    super('provision-token-request', OUTWARD)
    this.request = Object.freeze({ ...request })
  }

  get answer(): Promise<string> | undefined {
    return this.#answer
  }

  respondWith(token: string | Promise<string>): void {
    this.#answer ??= Promise.resolve(token)
    this.stopImmediatePropagation()
  }
}

declare global {
  interface HTMLElementEventMap {
    'provision-state': ProvisionStateEvent
    'provision-error': ProvisionErrorEvent
    'provision-operation': ProvisionOperationEvent
    'provision-action-request': ProvisionActionRequestEvent
    'provision-token-request': ProvisionTokenRequestEvent
  }
}
