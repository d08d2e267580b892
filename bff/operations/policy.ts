import type { ConfigurationRow } from '../../db/configurations.ts'
import type { ServiceRow } from '../../db/services.ts'
import type {
  ActionDefinition,
  Availability,
  BlockingReason,
  Provider,
  Rights,
  Situation,
} from '../providers/provider.ts'
import { type Allowances, spentReason } from './daily-caps.ts'

/** What the engine knows beside the situation when it judges an action. */
export interface Surroundings {
  readonly service: ServiceRow
  readonly configuration: ConfigurationRow | undefined
  /** Another operation holds this account (a cascade). */
  readonly account_busy: boolean
  readonly unreachable: Unreachable | undefined
  /** What the tenant may still do today; not looked up for who can do none of it. */
  readonly allowances: Allowances | undefined
}

/** The server could not be asked when it was last tried. */
export interface Unreachable {
  /** Code of the fault. */
  readonly code: string
  /** When it is tried again, if it is being left alone; milliseconds. */
  readonly until?: number
}

/** Privileges of `needs` that a token lacks; empty while its rights are unknown. Pure. */
export function missingRights(needs: readonly string[], rights: Rights | undefined): string[] {
  if (rights === undefined || rights.all) return []
  return needs.filter((need) => !rights.privileges.includes(need))
}

/**
 * What this service, this token of the server and this moment allow of an action (DESIGN §4.1). The grant's scopes are
 * not judged here: actions outside them are not even shown. Pure.
 */
export function availabilityOf(
  action: ActionDefinition,
  provider: Pick<Provider, 'isProtected'>,
  situation: Situation,
  around: Surroundings,
): Availability {
  const judged = action.judge(situation)
  if (judged.kind === 'not_applicable') return judged
  const reasons: BlockingReason[] = []
  // What is to be done about it is for staff: clients have neither the rights nor the words.
  const remedy = (code: string) => (situation.role === 'client' ? {} : { remedy: code })
  if (around.service.configuration === null || around.configuration === undefined)
    reasons.push({
      code: 'reason.configuration_missing',
      ...remedy('remedy.configuration_missing'),
    })
  else if (around.configuration.disabled)
    reasons.push({
      code: 'reason.configuration_disabled',
      ...remedy('remedy.configuration_disabled'),
    })
  // Linking is how a person repairs a refused link.
  if (around.service.link_refused !== null && action.extra_scope !== 'accounts:link')
    reasons.push({ code: 'reason.link_refused', ...remedy('remedy.link_refused') })
  const { identity } = situation.service
  if (identity !== null && provider.isProtected(identity.username, situation.api_user))
    reasons.push({ code: 'reason.protected_account' })
  const missing = missingRights(action.needs, situation.rights)
  if (missing.length > 0)
    reasons.push({
      code: 'reason.acl_missing',
      params: { acl: missing.join(', ') },
      ...remedy('remedy.acl_missing'),
    })
  if (around.account_busy && action.kind === 'change')
    reasons.push({ code: 'reason.account_busy', ...remedy('remedy.account_busy') })
  const allowance =
    action.kind === 'change' && action.counts !== undefined
      ? around.allowances?.[action.counts]
      : undefined
  const spent = allowance === undefined ? undefined : spentReason(allowance, situation.role)
  if (spent !== undefined) reasons.push(spent)
  if (around.unreachable !== undefined && reasons.length === 0 && action.needs.length > 0) {
    const what =
      around.unreachable.code === 'configuration_unreadable'
        ? 'configuration_unreadable'
        : 'server_unreachable'
    reasons.push({
      code: `reason.${what}`,
      ...remedy(`remedy.${what}`),
      ...(around.unreachable.until === undefined ? {} : { until: around.unreachable.until }),
    })
  }
  if (judged.kind === 'blocked') reasons.push(...judged.reasons)
  return reasons.length === 0 ? { kind: 'available' } : { kind: 'blocked', reasons }
}
