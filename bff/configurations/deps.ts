import type { Database } from '../../db/connect.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Provider } from '../providers/provider.ts'
import type { Place, Vault } from '../vault/vault.ts'
import type { AllowedHosts } from './host-rule.ts'
import type { Panels } from './panels.ts'

/** The part of the vault a server's token needs. */
export type TokenVault = Pick<Vault, 'seal' | 'open'>

/** What the verbs on configurations need from outside. */
export interface ConfigurationDeps {
  readonly db: Database
  readonly clock: Clock
  readonly vault: TokenVault
  readonly provider: Provider
  readonly panels: Panels
  readonly allowedHosts: AllowedHosts
}

export function tokenPlace(tenant: TenantId, configuration: string): Place {
  return { tenant, table: 'configuration', row: configuration, column: 'token' }
}
