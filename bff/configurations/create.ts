import {
  type ConfigurationRow,
  configurationInserted,
  configurationsAlike,
  stillSoManyAlike,
} from '../../db/configurations.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { serverKnown } from '../../db/servers.ts'
import { makeId, type TenantId } from '../contract/ids.ts'
import { type Refusal, refused } from '../contract/refusal.ts'
import type { ConfigurationCreate } from '../contract/resources.ts'
import { logged } from '../log/append.ts'
import type { StoredActor } from '../log/stored-actor.ts'
import { type ConfigurationDeps, tokenPlace } from './deps.ts'
import { checkHost } from './host-rule.ts'
import { getConfiguration } from './list.ts'
import { isUsablePin, pinRefused } from './pin-rule.ts'
import { isStoredToken } from './stored-token.ts'
import type { ConfigurationView } from './view.ts'

/** The refusal of a host or port, at the field that is wrong. */
export function hostRefused(code: 'format' | 'address_forbidden' | 'port_forbidden'): Refusal {
  return refused('input_invalid', {
    faults: [{ pointer: code === 'port_forbidden' ? '/port' : '/host', code, params: {} }],
  })
}

/** How often it is looked again whether the configuration is there, when others add theirs meanwhile. */
const LOOKS = 5

/** The one that is there already: for the same purpose, with the same token and the same pin. */
async function sameAs(
  deps: ConfigurationDeps,
  alike: readonly ConfigurationRow[],
  body: ConfigurationCreate,
): Promise<string | undefined> {
  for (const row of alike) {
    if (row.pin !== pinColumn(body.pin)) continue
    if (await isStoredToken(deps, row, body.token)) return row.id
  }
  return undefined
}

function pinColumn(pin: ConfigurationCreate['pin']): string | null {
  return pin === undefined || pin === null ? null : JSON.stringify(pin)
}

/**
 * Adds a configuration. Asks no server: its test does. One that is there already, equal in everything, is answered
 * with instead of a second: so a request whose answer was lost can simply be sent again.
 *
 * @returns a refusal `input_invalid` at `/host` (`format`, `address_forbidden`), `/port` (`port_forbidden`) or `/pin/ca`
 *   (`certificate`)
 */
export async function createConfiguration(
  deps: ConfigurationDeps,
  tenant: TenantId,
  actor: StoredActor,
  body: ConfigurationCreate,
): Promise<ConfigurationView | Refusal> {
  const host = checkHost(body.host, body.port, deps.allowedHosts)
  if (!host.ok) return hostRefused(host.code)
  if (!isUsablePin(body.pin)) return pinRefused()
  const address = { provider: deps.provider.name, host: host.host, port: body.port }
  const purpose = { label: body.label, api_user: body.user, address }
  for (let look = 1; ; look++) {
    const alike = await configurationsAlike(deps.db, tenant, purpose)
    const known = await sameAs(deps, alike, body)
    if (known !== undefined)
      return (await getConfiguration(deps, tenant, known)) ?? refused('not_found')
    const now = deps.clock.now()
    const id = makeId('cfg', now)
    try {
      await deps.db.write([
        ...stillSoManyAlike(tenant, purpose, alike.length),
        serverKnown(address, makeId('srv', now), now),
        configurationInserted(
          {
            id,
            tenant,
            label: body.label,
            api_user: body.user,
            token: await deps.vault.seal(tokenPlace(tenant, id), body.token),
            pin: pinColumn(body.pin),
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
    } catch (error) {
      // Another request added one for that purpose meanwhile: it may be this very one.
      if (!isGuardFailed(error) || look === LOOKS) throw error
      continue
    }
    return (await getConfiguration(deps, tenant, id)) ?? refused('not_found')
  }
}
