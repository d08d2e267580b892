import type { StepUpNeed } from '../auth/step-up.ts'
import type { TenantId } from '../contract/ids.ts'
import type { ProblemCode } from '../contract/problem.ts'
import type { Refusal } from '../contract/refusal.ts'
import type { Role, Scope } from '../contract/scopes.ts'
import type { Registration } from '../contract/service.ts'
import type { StoredActor } from '../log/stored-actor.ts'

/** A verified token, as far as the routes need to know. */
export interface Access {
  readonly tenant: TenantId
  /** Issuer and id of the token together: what is counted of it, is counted for it alone. */
  readonly token: string
  /** Issuer and subject together; the actor's before it where one acts for another. */
  readonly subject: string
  /** Issuer and subject of who really acts: staff's own where they act for a client. What counts, counts them. */
  readonly acting: string
  readonly role: Role
  readonly actor: StoredActor
  /** What the tenant's clients are spoken to in when they ask for no language of ours; undefined where it does not say. */
  readonly language?: string | undefined
  /** When the token ends, in milliseconds. */
  readonly until: number
  /** A service the token describes and that may have to be registered on first use. */
  readonly registration: Registration | undefined
  /** Whether the token is about this service at all: if not, the service does not exist for it. */
  reaches(service: string): boolean
  /** Whether the grant holds a scope; for a service where one is named. */
  allows(scope: Scope, service?: string): boolean
  /** What the tenant asks for an action beyond the login behind this token, now; undefined where it does. */
  stepUp(action: string): StepUpNeed | undefined
  /** Whether its token was revoked since it was let in. @throws DatabaseUnavailable it cannot be known */
  isRevoked(): Promise<boolean>
}

/** Why a request was not let in, in words of ours: nothing of its token is in it. */
export interface TurnedAway {
  readonly request_id: string
  readonly code: ProblemCode
  readonly reason: string
  /** Whose token it is, or would have been, once that is known. */
  readonly tenant: string | undefined
}

/** Who was let in. */
export interface Granted {
  readonly kind: 'granted'
  readonly access: Access
  /**
   * Registers the service the token describes, unless it is known. To be called once nothing is in the way of the
   * request any more: what is refused must leave nothing behind. Undefined where nothing is described.
   *
   * @returns why the description is not taken
   */
  readonly first_use: (() => Promise<Refusal | undefined>) | undefined
}

/** Why nobody was let in. `challenge` is the `WWW-Authenticate` value of this very case. */
export interface Denied {
  readonly kind: 'denied'
  readonly code: ProblemCode
  readonly challenge: string | undefined
  /** Beside the challenge, such as when to come back. */
  readonly headers?: Readonly<Record<string, string>>
  /** The page that asks is not one of the token's tenant: it may read nothing of the answer. */
  readonly foreign?: boolean
}

/** Turns what a request presents into access, or says why not. */
export type Authenticate = (request: {
  readonly request_id: string
  readonly authorization: string | undefined
  readonly origin: string | undefined
  /** Where it comes from; undefined where callers cannot be told apart. */
  readonly address: string | undefined
  /** Whether its query holds an `access_token`. */
  readonly in_query: boolean
}) => Promise<Granted | Denied>
