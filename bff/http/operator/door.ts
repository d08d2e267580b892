import type { ConfigurationDeps } from '../../configurations/deps.ts'
import type { Actor } from '../../contract/operation.ts'
import type { Timings } from '../../operations/timings.ts'
import type { Vault } from '../../vault/vault.ts'

/** Who acts at the operator's door. */
export const OPERATOR: Actor = { role: 'system', label: 'operator' }

/** What the operator's verbs stand on. */
export interface OperatorDeps extends ConfigurationDeps {
  readonly vault: Vault
}

/** What the operator's door is told besides. */
export interface OperatorTold {
  /** Called when a tenant was added or changed. */
  changed(): void
  /** Called when a token or a subject was revoked; without it this process knows five seconds later, as others do. */
  readonly revoked?: () => void
  /** Told of every fault of our own. */
  report(error: unknown, about: string): void
  /** The engine's, by which an operation counts as stuck; the production ones unless told. */
  readonly timings?: Timings
}
