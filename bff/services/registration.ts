import type { ConfigurationRow } from '../../db/configurations.ts'
import { configurationRow } from '../../db/configurations.ts'
import type { Database, Statement } from '../../db/connect.ts'
import { fieldCleared, fieldWritten } from '../../db/fields.ts'
import { accountIsBound } from '../../db/services.ts'
import type { TenantId } from '../contract/ids.ts'
import { type Fault, type Refusal, refused } from '../contract/refusal.ts'
import type { Registration } from '../contract/service.ts'
import type { Provider } from '../providers/provider.ts'
import { normalDomain } from './domain-name.ts'

/** A host's description of a service that may be written down. */
export interface GoodRegistration {
  readonly id: string
  readonly label: string | null
  readonly domain: string | null
  readonly package: string | null
  readonly username: string | null
  readonly configuration: ConfigurationRow | null
}

/** What registration needs from outside. */
export interface RegistrationDeps {
  readonly db: Database
  readonly provider: Pick<Provider, 'isProtected'>
}

/**
 * Checks a description against what the tenant has (DESIGN §7). A configuration that is unknown, another tenant's or
 * disabled is all the same to the caller.
 *
 * @param base pointer of the description in what the caller sent
 * @returns a refusal `registration_invalid` with pointers
 */
export async function checkRegistration(
  deps: RegistrationDeps,
  tenant: TenantId,
  { id, label, domain, package: plan, username, configuration }: Registration,
  base: string,
): Promise<GoodRegistration | Refusal> {
  const faults: Fault[] = []
  const fault = (member: string, code: string) =>
    faults.push({ pointer: `${base}/${member}`, code, params: {} })
  const row =
    configuration === undefined ? undefined : await configurationRow(deps.db, tenant, configuration)
  if (configuration !== undefined && (row === undefined || row.disabled))
    fault('configuration', 'unknown')
  const name = domain === undefined ? undefined : normalDomain(domain)
  if (domain !== undefined && name === undefined) fault('domain', 'format')
  if (username !== undefined) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(username)) fault('username', 'format')
    if (configuration === undefined) fault('configuration', 'required')
    if (domain === undefined) fault('domain', 'required')
  }
  if (faults.length > 0) return refused('registration_invalid', { faults })
  return {
    id,
    label: label ?? null,
    domain: name ?? null,
    package: plan ?? null,
    username: username ?? null,
    configuration: row ?? null,
  }
}

/** Why an account may not be bound by its name alone; the reader never learns which it was. */
export async function linkRefusal(
  deps: RegistrationDeps,
  { username, configuration }: GoodRegistration,
): Promise<'link_refused' | null> {
  if (username === null || configuration === null) return null
  const taken =
    deps.provider.isProtected(username, configuration.api_user) ||
    (await accountIsBound(deps.db, configuration.server, username))
  return taken ? 'link_refused' : null
}

/** What the order says, as fields; a member that is not given is forgotten. */
export function orderFields(tenant: TenantId, good: GoodRegistration, now: number): Statement[] {
  const values = { label: good.label, domain: good.domain, package: good.package }
  return Object.entries(values).map(([name, value]) =>
    value === null
      ? fieldCleared(tenant, good.id, name)
      : fieldWritten({
          tenant,
          service: good.id,
          name,
          value: JSON.stringify(value),
          source: 'order',
          as_of: now,
        }),
  )
}
