import type { StepUpNeed } from '../auth/step-up.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Role, Scope } from '../contract/scopes.ts'
import type { StoredActor } from '../log/stored-actor.ts'

/** Who asks, as far as the engine needs to know: made from a verified grant. */
export interface Caller {
  readonly tenant: TenantId
  /** Issuer and subject together: never a subject alone. */
  readonly subject: string
  readonly role: Role
  readonly actor: StoredActor
  /** Whether the grant holds this scope for the service in question. */
  allows(scope: Scope): boolean
  /** What an action asks for beyond the login behind the grant, now (RFC 9470). */
  stepUp(action: string): StepUpNeed | undefined
}
