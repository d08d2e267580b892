import { guarded, isGuardFailed } from '../../db/connect.ts'
import { type ServiceRow, serviceInserted, serviceRow } from '../../db/services.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { isRefusal, type Refusal, refused } from '../contract/refusal.ts'
import type { Registration } from '../contract/service.ts'
import { logged } from '../log/append.ts'
import type { StoredActor } from '../log/stored-actor.ts'
import {
  checkRegistration,
  linkRefusal,
  orderFields,
  type RegistrationDeps,
} from './registration.ts'

export interface Registered {
  readonly kind: 'registered' | 'known'
  readonly service: ServiceRow
}

/**
 * First use registers (DESIGN §7): writes down a service described in a signed token. On a service that is known the
 * description changes nothing. With a username its state is `unknown` until the account was read (`Refresher`).
 *
 * @param base pointer of the description, for faults; `/service` unless told
 * @returns a refusal `registration_invalid`; then nothing was written
 */
export async function registerService(
  deps: RegistrationDeps & { readonly clock: Clock },
  tenant: TenantId,
  actor: StoredActor,
  registration: Registration,
  base = '/service',
): Promise<Registered | Refusal> {
  const known = await serviceRow(deps.db, tenant, registration.id)
  if (known !== undefined) return { kind: 'known', service: known }
  const good = await checkRegistration(deps, tenant, registration, base)
  if (isRefusal(good)) return good
  const now = deps.clock.now()
  let kind: Registered['kind'] = 'registered'
  try {
    await deps.db.write([
      serviceInserted({
        id: good.id,
        tenant,
        label: good.label,
        state: good.username === null ? 'unprovisioned' : 'unknown',
        since: now,
        configuration: good.configuration?.id ?? null,
        username: good.username,
        domain: good.domain,
        package: good.package,
        link_refused: await linkRefusal(deps, good),
        created_at: now,
      }),
      ...guarded(),
      ...orderFields(tenant, good, now),
      ...logged({
        tenant,
        service: good.id,
        now,
        level: 'info',
        actor,
        action: 'registration',
        message: { code: 'log.service.registered' },
      }),
    ])
  } catch (error) {
    // Another request registered it first.
    if (!isGuardFailed(error)) throw error
    kind = 'known'
  }
  const service = await serviceRow(deps.db, tenant, good.id)
  return service === undefined ? refused('not_found') : { kind, service }
}
