import type { ChoiceList } from '../contract/dialect.ts'
import type { TenantId } from '../contract/ids.ts'
import { type Refusal, refused } from '../contract/refusal.ts'
import type { PasswordPolicy } from '../contract/resources.ts'
import type { OfferedChoices, PanelFault } from '../providers/provider.ts'
import type { ConfigurationDeps } from './deps.ts'

/** How a panel's fault is told to the caller of a read. Pure. */
export function faultRefused(fault: PanelFault): Refusal {
  if (fault.code === 'configuration_missing') return refused('not_found')
  return refused(fault.transport ? 'server_unreachable' : 'not_possible_now', {
    message: {
      code: `error.${fault.code}`,
      ...(fault.params === undefined ? {} : { params: fault.params }),
    },
  })
}

/**
 * What a form offers, asked of the configuration's server now.
 *
 * @returns a refusal `not_found`, `server_unreachable`, or `not_possible_now` with the server's reason
 */
export async function configurationChoices(
  deps: Pick<ConfigurationDeps, 'panels'>,
  tenant: TenantId,
  id: string,
  list: Exclude<ChoiceList, 'password-policy'>,
): Promise<OfferedChoices | Refusal> {
  const panel = await deps.panels.panelOf(tenant, id)
  if (!panel.ok) return faultRefused(panel.fault)
  const answer = await panel.value.choices(list)
  return answer.ok ? answer.value : faultRefused(answer.fault)
}

/** How strong the configuration's server wants passwords to be. Refusals as for `configurationChoices`. */
export async function configurationPasswordPolicy(
  deps: Pick<ConfigurationDeps, 'panels'>,
  tenant: TenantId,
  id: string,
): Promise<PasswordPolicy | Refusal> {
  const panel = await deps.panels.panelOf(tenant, id)
  if (!panel.ok) return faultRefused(panel.fault)
  const answer = await panel.value.passwordPolicy()
  return answer.ok ? answer.value : faultRefused(answer.fault)
}
