import type { ConfigurationRow } from '../../db/configurations.ts'
import { SealBroken } from '../vault/vault.ts'
import { type ConfigurationDeps, tokenPlace } from './deps.ts'

/**
 * Whether the token that is stored is this one. One that cannot be opened is nobody's token any more: it is none of those
 * that are given, so a person can put a good one in its place.
 */
export async function isStoredToken(
  { vault }: Pick<ConfigurationDeps, 'vault'>,
  row: Pick<ConfigurationRow, 'tenant' | 'id' | 'token'>,
  token: string,
): Promise<boolean> {
  try {
    return (await vault.open(tokenPlace(row.tenant, row.id), row.token)) === token
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return false
  }
}
