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

/** Events leave the element. */
export const OUTWARD = { bubbles: true, composed: true }

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
    'provision-token-request': ProvisionTokenRequestEvent
  }
}
