import { configurationInserted } from '../../db/configurations.ts'
import { serverKnown } from '../../db/servers.ts'
import { makeId } from '../contract/ids.ts'
import type { Actor } from '../contract/operation.ts'
import { type Refusal, refused } from '../contract/refusal.ts'
import type { ConfigurationCreate } from '../contract/resources.ts'
import { logged } from '../log/append.ts'
import { type ConfigurationDeps, tokenPlace } from './deps.ts'
import { checkHost } from './host-rule.ts'
import { getConfiguration } from './list.ts'
import type { ConfigurationView } from './view.ts'

/** The refusal of a host or port, at the field that is wrong. */
export function hostRefused(code: 'format' | 'address_forbidden' | 'port_forbidden'): Refusal {
  return refused('input_invalid', {
    faults: [{ pointer: code === 'port_forbidden' ? '/port' : '/host', code, params: {} }],
  })
}

/**
 * Adds a configuration. Asks no server: its test does.
 *
 * @returns a refusal `input_invalid` at `/host` (`format`, `address_forbidden`) or `/port` (`port_forbidden`)
 */
export async function createConfiguration(
  deps: ConfigurationDeps,
  tenant: string,
  actor: Actor,
  body: ConfigurationCreate,
): Promise<ConfigurationView | Refusal> {
  const host = checkHost(body.host, body.port, deps.allowedHosts)
  if (!host.ok) return hostRefused(host.code)
  const now = deps.clock.now()
  const id = makeId('cfg', now)
  const address = { provider: deps.provider.name, host: host.host, port: body.port }
  await deps.db.write([
    serverKnown(address, makeId('srv', now), now),
    configurationInserted(
      {
        id,
        tenant,
        label: body.label,
        api_user: body.user,
        token: await deps.vault.seal(tokenPlace(tenant, id), body.token),
        pin: body.pin === undefined || body.pin === null ? null : JSON.stringify(body.pin),
        created_at: now,
      },
      address,
    ),
    ...logged({
      tenant,
      service: null,
      now,
      level: 'info',
      actor,
      action: 'configuration',
      message: { code: 'log.configuration.created', params: { configuration: body.label } },
      detail: [{ code: 'detail.configuration', value: id }],
    }),
  ])
  const view = await getConfiguration(deps, tenant, id)
  return view ?? refused('not_found')
}
