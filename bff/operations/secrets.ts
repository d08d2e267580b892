import { z } from 'zod'
import type { Input, InputSchema } from '../contract/dialect.ts'
import type { TenantId } from '../contract/ids.ts'
import { SealBroken } from '../vault/vault.ts'
import type { EngineDeps, SealedPlace } from './deps.ts'

/** Parts what must never be stored in clear from what may. Pure. */
export function splitSecrets(
  schema: InputSchema,
  input: Input,
): { readonly open: Input; readonly secrets: Readonly<Record<string, string>> } {
  const open: Record<string, Input[string]> = {}
  const secrets: Record<string, string> = {}
  for (const [name, value] of Object.entries(input)) {
    if (schema.properties[name]?.['x-provision']?.secret === true) {
      if (typeof value === 'string' && value !== '') secrets[name] = value
    } else open[name] = value
  }
  return { open, secrets }
}

export function secretsPlace(tenant: TenantId, operation: string): SealedPlace {
  return { tenant, table: 'operation', row: operation, column: 'secrets' }
}

export async function sealSecrets(
  deps: EngineDeps,
  tenant: TenantId,
  operation: string,
  secrets: Readonly<Record<string, string>>,
): Promise<string | null> {
  if (Object.keys(secrets).length === 0) return null
  return deps.seal(secretsPlace(tenant, operation), JSON.stringify(secrets))
}

/** @returns undefined when they cannot be opened, which is reported: nothing can be sent without them */
export async function openSecrets(
  deps: EngineDeps,
  tenant: TenantId,
  operation: string,
  sealed: string | null,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (sealed === null) return {}
  try {
    const plain = await deps.open(secretsPlace(tenant, operation), sealed)
    return z.record(z.string(), z.string()).parse(JSON.parse(plain))
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    deps.report(error, `the secrets of operation ${operation} cannot be opened`)
    return undefined
  }
}
