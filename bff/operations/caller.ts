import type { Actor } from '../contract/operation.ts'
import type { Role, Scope } from '../contract/scopes.ts'

/** Who asks, as far as the engine needs to know: made from a verified grant. */
export interface Caller {
  readonly tenant: string
  /** Issuer and subject together: never a subject alone. */
  readonly subject: string
  readonly role: Role
  readonly actor: Actor
  /** Whether the grant holds this scope for the service in question. */
  allows(scope: Scope): boolean
}
