import type { Database } from '../../db/connect.ts'
import { serviceRow } from '../../db/services.ts'
import { faultRefused } from '../configurations/choices.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { type Refusal, refused } from '../contract/refusal.ts'
import type { Answer, Panel } from '../providers/provider.ts'

export interface UsageDeps {
  readonly db: Database
  readonly clock: Clock
  panelOf(tenant: TenantId, configuration: string): Promise<Answer<Panel>>
}

/** What an account uses; labels and errors of parts are text codes. */
export interface UsageView {
  /** Milliseconds; `null` when there is no account to ask about. */
  readonly as_of: number | null
  readonly month: string
  readonly parts: Awaited<ReturnType<Panel['usage']>>
}

/** `YYYY-MM` of a moment, in UTC. */
export function monthOf(now: number): string {
  return new Date(now).toISOString().slice(0, 7)
}

/**
 * Asks the server now what the service's account uses. Parts fail alone. A service without an account uses nothing.
 *
 * @param month `YYYY-MM`, not in the future; the present one unless told
 * @returns a refusal `not_found`, `input_invalid` at `/month`, `server_unreachable`, or `not_possible_now`
 */
export async function readUsage(
  deps: UsageDeps,
  tenant: TenantId,
  id: string,
  month?: string,
): Promise<UsageView | Refusal> {
  const present = monthOf(deps.clock.now())
  const asked = month ?? present
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(asked) || asked > present)
    return refused('input_invalid', {
      faults: [{ pointer: '/month', code: 'format', params: { format: 'month' } }],
    })
  const service = await serviceRow(deps.db, tenant, id)
  if (service === undefined) return refused('not_found')
  const { configuration, username } = service
  const nothing: UsageView = { as_of: null, month: asked, parts: [] }
  if (service.bound_at === null || configuration === null || username === null) return nothing
  const panel = await deps.panelOf(tenant, configuration)
  if (!panel.ok) return faultRefused(panel.fault)
  const account = await panel.value.account(username)
  if (!account.ok) return faultRefused(account.fault)
  // Gone, or another account under the same name: its numbers are not this service's.
  if (account.value === null || account.value.started_at !== service.started_at_s) return nothing
  const parts = await panel.value.usage(account.value, asked)
  return { as_of: deps.clock.now(), month: asked, parts }
}
