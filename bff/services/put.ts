import { guarded, isGuardFailed } from '../../db/connect.ts'
import {
  idleServiceChanged,
  type ServiceRow,
  serviceDescribed,
  serviceRow,
} from '../../db/services.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { isRefusal, type Refusal, refused } from '../contract/refusal.ts'
import type { Registration } from '../contract/service.ts'
import { logged } from '../log/append.ts'
import type { StoredActor } from '../log/stored-actor.ts'
import { type Registered, registerService } from './register.ts'
import {
  checkRegistration,
  type GoodRegistration,
  linkRefusal,
  orderFields,
  type RegistrationDeps,
} from './registration.ts'

/** What the description changes of the record; of a bound account only the label is the host's to say. */
function described(
  service: ServiceRow,
  good: GoodRegistration,
  link_refused: string | null,
  now: number,
) {
  if (service.bound_at !== null) return { label: good.label }
  const order = {
    label: good.label,
    domain: good.domain,
    package: good.package,
    configuration: good.configuration?.id ?? null,
  }
  // An account that was deleted is not wished back by describing its service again.
  if (service.state === 'deleted') return order
  const state = good.username === null ? 'unprovisioned' : 'unknown'
  return {
    ...order,
    username: good.username,
    link_refused,
    ...(state === service.state ? {} : { state, since: now }),
  }
}

function same(service: ServiceRow, set: ReturnType<typeof described>): boolean {
  return Object.entries(set).every(
    ([name, value]) => Object.entries(service).find(([column]) => column === name)?.[1] === value,
  )
}

/**
 * Registers a service, or replaces what its order says and, while unbound, its configuration (DESIGN §7). The same
 * description again changes nothing.
 *
 * @returns a refusal `registration_invalid` with pointers, `configuration_fixed` when a bound service is given another
 *   configuration, `not_possible_now` while an operation works on an unbound one
 */
export async function putService(
  deps: RegistrationDeps & { readonly clock: Clock },
  tenant: TenantId,
  actor: StoredActor,
  registration: Registration,
): Promise<(Omit<Registered, 'kind'> & { kind: Registered['kind'] | 'changed' }) | Refusal> {
  const registered = await registerService(deps, tenant, actor, registration, '')
  if (isRefusal(registered) || registered.kind === 'registered') return registered
  const { service } = registered
  const bound = service.bound_at !== null
  if (
    bound &&
    registration.configuration !== undefined &&
    registration.configuration !== service.configuration
  )
    return refused('configuration_fixed')
  const good = await checkRegistration(
    deps,
    tenant,
    // Its configuration stands, whether or not it has been disabled since.
    bound
      ? { id: registration.id, label: registration.label, package: registration.package }
      : registration,
    '',
  )
  if (isRefusal(good)) return good
  const now = deps.clock.now()
  const set = described(service, good, bound ? null : await linkRefusal(deps, good), now)
  if (same(service, set)) return registered
  try {
    await deps.db.write([
      bound ? serviceDescribed(service, set) : idleServiceChanged(service, set),
      ...guarded(),
      ...orderFields(tenant, good, now),
      ...logged({
        tenant,
        service: service.id,
        now,
        level: 'info',
        actor,
        action: 'registration',
        message: { code: 'log.service.described' },
      }),
    ])
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    return refused('not_possible_now')
  }
  const changed = await serviceRow(deps.db, tenant, service.id)
  return changed === undefined ? refused('not_found') : { kind: 'changed', service: changed }
}
