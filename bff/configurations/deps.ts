import type { Database } from '../../db/connect.ts'
import type { Clock } from '../contract/clock.ts'
import type { Provider } from '../providers/provider.ts'
import type { AllowedHosts } from './host-rule.ts'
import type { Panels } from './panels.ts'

/** Where a sealed value stands; rebuilt from the row when it is opened, never stored. */
export interface TokenPlace {
  readonly tenant: string
  readonly table: string
  readonly row: string
  readonly column: string
}

/** The part of the vault a server's token needs. */
export interface TokenVault {
  seal(place: TokenPlace, plain: string): Promise<string>
  open(place: TokenPlace, sealed: string): Promise<string>
}

/** What the verbs on configurations need from outside. */
export interface ConfigurationDeps {
  readonly db: Database
  readonly clock: Clock
  readonly vault: TokenVault
  readonly provider: Provider
  readonly panels: Panels
  readonly allowedHosts: AllowedHosts
}

export function tokenPlace(tenant: string, configuration: string): TokenPlace {
  return { tenant, table: 'configuration', row: configuration, column: 'token' }
}
