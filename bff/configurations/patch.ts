import {
  type ConfigurationRow,
  configurationChanged,
  configurationMoved,
  configurationsWithUse,
} from '../../db/configurations.ts'
import { guarded, isGuardFailed, type Statement } from '../../db/connect.ts'
import { serverKnown } from '../../db/servers.ts'
import { makeId, type TenantId } from '../contract/ids.ts'
import { type Refusal, refused } from '../contract/refusal.ts'
import type { ConfigurationPatch } from '../contract/resources.ts'
import { logged } from '../log/append.ts'
import type { StoredActor } from '../log/stored-actor.ts'
import { hostRefused } from './create.ts'
import { type ConfigurationDeps, tokenPlace } from './deps.ts'
import { checkHost } from './host-rule.ts'
import { getConfiguration } from './list.ts'
import { isUsablePin, pinRefused } from './pin-rule.ts'
import { isStoredToken } from './stored-token.ts'
import type { ConfigurationView } from './view.ts'

/** Whether everything given is so already, as when a request whose answer was lost is sent again. */
async function saysNothingNew(
  deps: ConfigurationDeps,
  row: ConfigurationRow,
  { label, user, token, pin, disabled }: ConfigurationPatch,
): Promise<boolean> {
  const same =
    (label === undefined || label === row.label) &&
    (user === undefined || user === row.api_user) &&
    (pin === undefined || (pin === null ? null : JSON.stringify(pin)) === row.pin) &&
    (disabled === undefined || disabled === row.disabled)
  if (!same || token === undefined) return same
  return isStoredToken(deps, row, token)
}

/**
 * Changes what was given; what is so already is not written again. Host and port are fixed once a service or an operation has used the configuration, and a new
 * address needs the token anew: a stored one is never sent to a host it was not given for.
 *
 * @returns a refusal `not_found`, `configuration_fixed`, or `input_invalid` with pointers
 */
export async function patchConfiguration(
  deps: ConfigurationDeps,
  tenant: TenantId,
  actor: StoredActor,
  id: string,
  body: ConfigurationPatch,
): Promise<ConfigurationView | Refusal> {
  const [row] = await configurationsWithUse(deps.db, tenant, id)
  if (row === undefined) return refused('not_found')
  const { configuration, server } = row
  if (!isUsablePin(body.pin)) return pinRefused()
  const port = body.port ?? server.port
  const verdict = checkHost(body.host ?? server.host, port, deps.allowedHosts)
  const touched = body.host !== undefined || body.port !== undefined
  if (touched && !verdict.ok) return hostRefused(verdict.code)
  const host = verdict.ok ? verdict.host : server.host
  const moves = touched && (host !== server.host || port !== server.port)
  if (moves && row.services > 0) return refused('configuration_fixed')
  if (moves && body.token === undefined)
    return refused('input_invalid', {
      faults: [{ pointer: '/token', code: 'required', params: {} }],
    })

  if (!moves && (await saysNothingNew(deps, configuration, body)))
    return (await getConfiguration(deps, tenant, id)) ?? refused('not_found')
  const now = deps.clock.now()
  const reconnects =
    moves || body.token !== undefined || body.user !== undefined || body.pin !== undefined
  const set = {
    ...(body.label === undefined ? {} : { label: body.label }),
    ...(body.user === undefined ? {} : { api_user: body.user }),
    ...(body.token === undefined
      ? {}
      : { token: await deps.vault.seal(tokenPlace(tenant, id), body.token) }),
    ...(body.pin === undefined ? {} : { pin: body.pin === null ? null : JSON.stringify(body.pin) }),
    ...(body.disabled === undefined ? {} : { disabled: body.disabled }),
    // What was found out about the old connection says nothing about the new one.
    ...(reconnects ? { test: null, rights: null, rights_at: null } : {}),
  }
  const address = { provider: server.provider, host, port }
  const move: Statement[] = moves
    ? [
        serverKnown(address, makeId('srv', now), now),
        configurationMoved(tenant, id, address),
        ...guarded(),
      ]
    : []
  try {
    await deps.db.write([
      configurationChanged(tenant, id, configuration.version, set),
      ...guarded(),
      ...move,
      ...logged({
        tenant,
        service: null,
        now,
        level: 'info',
        actor,
        action: 'configuration',
        message: {
          code: 'log.configuration.changed',
          params: {
            configuration: body.label ?? configuration.label,
            changed: Object.keys(body).join(', '),
          },
        },
        detail: [{ code: 'detail.configuration', value: id }],
      }),
    ])
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    // Used, removed or changed since it was read.
    const [current] = await configurationsWithUse(deps.db, tenant, id)
    if (current === undefined) return refused('not_found')
    return current.configuration.version === configuration.version
      ? refused('configuration_fixed')
      : refused('not_possible_now')
  }
  return (await getConfiguration(deps, tenant, id)) ?? refused('not_found')
}
