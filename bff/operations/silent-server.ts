import { isGuardFailed } from '../../db/connect.ts'
import { claimedOperation } from '../../db/operations.ts'
import type { PanelFault } from '../providers/provider.ts'
import { type Turn, writeHeld } from './turn.ts'

/** Whether waiting may help against what keeps a server from being asked. Pure. */
export function isPassing(fault: PanelFault): boolean {
  return fault.transport && fault.lasting !== true
}

/**
 * The server did not answer before the next call was sent. The operation goes back into the queue until the server is
 * tried again, as often as its patience allows.
 *
 * @param fault what the server was asked in vain with; missing where it was not even asked
 * @returns `given_up` when it has waited long enough: it is for the caller to say that it failed, with nothing sent
 */
export async function waitForServer(
  turn: Turn,
  fault: Pick<PanelFault, 'until'> = {},
): Promise<'waiting' | 'given_up'> {
  const { deps, operation } = turn
  const now = deps.clock.now()
  const silence = deps.lines.silent().find(({ server }) => server === operation.server)?.since
  // What was passed over while the server was silent has waited too.
  const since = operation.waiting_since ?? Math.max(operation.created_at, silence ?? now)
  if (now - since >= deps.timings.silent_limit) return 'given_up'
  const until = Math.max(
    fault.until ?? 0,
    deps.lines.until(operation.server) ?? now + deps.timings.silent_every,
  )
  await writeHeld(turn, 'server_silent', {
    owner: null,
    lease_until: 0,
    waiting_since: since,
    next_at: until,
    waiting: JSON.stringify({ code: 'waiting.server_unreachable', params: { until } }),
  })
  return 'waiting'
}

/**
 * Makes the write of *sent*. The database refuses it when the server has as many writes in flight as it may have; then
 * the operation goes back into the queue, where a claim finds it a place.
 */
export async function sentUnlessFull(
  turn: Turn,
  write: () => Promise<void>,
): Promise<'sent' | 'waiting'> {
  try {
    await write()
    return 'sent'
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    const { deps, claim } = turn
    const now = deps.clock.now()
    const held = await claimedOperation(deps.db, claim)
    // Refused for want of the lease: somebody else goes on with it.
    if (held === undefined || held.lease_until < now) throw error
    await writeHeld(turn, 'no_place', {
      owner: null,
      lease_until: 0,
      next_at: now + deps.timings.busy_every,
      waiting: JSON.stringify({ code: 'waiting.server_busy' }),
    })
    return 'waiting'
  }
}
