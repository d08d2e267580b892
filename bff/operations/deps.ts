import type { Database } from '../../db/connect.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Answer, Panel, Provider } from '../providers/provider.ts'
import type { ServerLines } from '../providers/server-line.ts'
import type { Timings } from './timings.ts'

/** Where a sealed value stands; rebuilt from the row when it is opened, never stored. */
export interface SealedPlace {
  readonly tenant: string
  readonly table: string
  readonly row: string
  readonly column: string
}

/** Everything the engine needs from outside, handed in by `main.ts` or a test's own entry. */
export interface EngineDeps {
  readonly db: Database
  readonly clock: Clock
  readonly timings: Timings
  readonly provider: Provider
  /** The open connection of a configuration; a fault when it is disabled, gone, or cannot be opened. */
  panelOf(tenant: TenantId, configuration: string): Promise<Answer<Panel>>
  /** The ways to the servers: which of them do not answer, as far as this process knows. */
  readonly lines: ServerLines
  seal(place: SealedPlace, plain: string): Promise<string>
  open(place: SealedPlace, sealed: string): Promise<string>
  /** HMAC under the current key of the vault, base64url. */
  hmac(data: string): Promise<string>
  /** Whether `hmac` gave this value, under the current key or one before it: keys change while pages are open. */
  matches(data: string, known: string): boolean
  /** Told that an operation was queued, so that a runner of this process need not wait for its next look. */
  queued?(): void
  /** Told of everything that went wrong where no caller can be told. Never given a secret. */
  report(error: unknown, about: string): void
}
