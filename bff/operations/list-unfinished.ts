import type { Database } from '../../db/connect.ts'
import { unfinishedOperations } from '../../db/unfinished.ts'
import type { Clock } from '../contract/clock.ts'
import { instant } from './present.ts'
import { lastMoved, type Stuck, stuckBecause } from './stuck.ts'
import type { Timings } from './timings.ts'

/** An operation that is not over, as the operator reads it. */
export interface UnfinishedView {
  readonly id: string
  readonly tenant: string
  readonly service: string
  readonly action: string
  readonly state: string
  /** When anything last happened to it. */
  readonly since: string
  /** What it waits for, as a code; `null`: nothing, it is its turn. */
  readonly why: string | null
  /** Why it does not move although it should; `null`: all is as it should be. */
  readonly stuck: Stuck | null
}

const MOST = 1000

function codeOf(waiting: string | null): string | null {
  const parsed: unknown = waiting === null ? null : JSON.parse(waiting)
  return typeof parsed === 'object' && parsed !== null && 'code' in parsed
    ? String(parsed.code)
    : null
}

/**
 * The operations of all tenants that are not over, the oldest first, 1,000 at most.
 *
 * @param stuckOnly only those that stand still for longer than their state can last
 */
export async function listUnfinished(
  deps: { readonly db: Database; readonly clock: Clock },
  timings: Timings,
  stuckOnly: boolean,
): Promise<UnfinishedView[]> {
  const now = deps.clock.now()
  const views = (await unfinishedOperations(deps.db, MOST)).map(
    ({ operation, steps, server_busy, on_hold }) => ({
      id: operation.id,
      tenant: operation.tenant,
      service: operation.service,
      action: operation.action,
      state: operation.state,
      since: instant(lastMoved(operation, steps)),
      why: on_hold ? 'tenant_disabled' : codeOf(operation.waiting),
      stuck: on_hold ? null : (stuckBecause(operation, steps, server_busy, timings, now) ?? null),
    }),
  )
  return stuckOnly ? views.filter(({ stuck }) => stuck !== null) : views
}
