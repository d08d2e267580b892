import type { OperationRow, StepRow } from '../../db/operations.ts'
import { overdueOperations, type Unfinished } from '../../db/unfinished.ts'
import type { EngineDeps } from './deps.ts'
import { quarantineEnd } from './retry-rule.ts'
import type { Timings } from './timings.ts'

/** Why an operation stands still for longer than its state can last. */
export type Stuck =
  /** Queued for nothing: no runner has taken it although its server has no work. */
  | 'not_begun'
  /** Waits for accounts or its server beyond every limit there is for that. */
  | 'waits_too_long'
  /** Its runner's lease is over, and nobody has taken it back. */
  | 'not_taken_back'
  /** Its next read-back is long due, and nobody has looked. */
  | 'not_looked_at'
  /** It was looked at again and again after quarantine, and nothing was decided. */
  | 'not_decided'
  /** Planned for a day that is long past. */
  | 'not_carried_out'

/** An operation that does not move, for the operator's log. */
export class OperationStuck extends Error {
  override readonly name = 'OperationStuck'
  readonly code = 'OPERATION_STUCK'
}

/**
 * Whether an operation has stood still for longer than its state can last, and why. Pure. What waits for a person is
 * never stuck: there it is people's turn.
 *
 * @param server_busy another operation of the same server is in a runner's hands
 */
export function stuckBecause(
  operation: Pick<
    OperationRow,
    'state' | 'created_at' | 'due_at' | 'next_at' | 'lease_until' | 'waiting_since'
  >,
  steps: readonly StepRow[],
  server_busy: boolean,
  timings: Timings,
  now: number,
): Stuck | undefined {
  const { state, created_at, due_at, next_at, lease_until, waiting_since } = operation
  const margin = timings.stuck_after
  const longSince = (moment: number) => now - moment > margin
  switch (state) {
    case 'queued': {
      if (waiting_since === null)
        return !server_busy && longSince(Math.max(created_at, next_at)) ? 'not_begun' : undefined
      const limit = Math.max(timings.busy_limit, timings.silent_limit)
      return longSince(waiting_since + limit) ? 'waits_too_long' : undefined
    }
    case 'leased':
    case 'running':
      return longSince(lease_until) ? 'not_taken_back' : undefined
    case 'checking': {
      if (longSince(Math.max(next_at, lease_until))) return 'not_looked_at'
      const until = quarantineEnd(steps)
      return until > 0 && longSince(until) ? 'not_decided' : undefined
    }
    case 'scheduled':
      return due_at !== null && longSince(due_at + timings.due_late) ? 'not_carried_out' : undefined
    default:
      return undefined
  }
}

/** When anything last happened to an operation, in milliseconds. Pure. */
export function lastMoved(
  operation: Pick<OperationRow, 'created_at' | 'waiting_since'>,
  steps: readonly StepRow[],
): number {
  return Math.max(
    operation.created_at,
    operation.waiting_since ?? 0,
    ...steps.flatMap(({ sent_at, finished_at }) => [sent_at ?? 0, finished_at ?? 0]),
  )
}

/** How many are looked at in one go. */
const AT_ONCE = 100
/**
 * Looks at which it must be found standing still. After a time in which no process ran, everything is overdue at the
 * first look and on its way at the next; a read-back after quarantine may take a few more.
 */
const SIGHTINGS: Readonly<Record<Stuck, number>> = {
  not_begun: 2,
  waits_too_long: 2,
  not_taken_back: 2,
  not_looked_at: 2,
  not_decided: 6,
  not_carried_out: 2,
}

/** What one look has in common with the next if nothing moved; a read-back that decides nothing is no movement. */
function sightingOf({ id, version }: OperationRow, why: Stuck): string {
  return why === 'not_decided' ? `${id} ${why}` : `${id} ${why} ${version}`
}

/** Looks now and then for operations that do not move and reports each once, as long as it stands still. */
export function stuckLook(deps: EngineDeps): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY
  let seen: ReadonlyMap<string, number> = new Map()
  const tell = ({ operation, steps }: Unfinished, why: Stuck) => {
    const since = new Date(lastMoved(operation, steps)).toISOString()
    deps.report(
      new OperationStuck(`${operation.action} is ${operation.state} since ${since}: ${why}`),
      `operation ${operation.id}`,
    )
  }
  return async () => {
    const now = deps.clock.now()
    const { timings } = deps
    if (now < next) return
    next = now + timings.stuck_every
    const sightings = new Map<string, number>()
    for (const found of await overdueOperations(deps.db, now, timings.stuck_after, AT_ONCE)) {
      const { operation, steps, server_busy } = found
      const why = stuckBecause(operation, steps, server_busy, timings, now)
      if (why === undefined) continue
      const sighting = sightingOf(operation, why)
      const times = (seen.get(sighting) ?? 0) + 1
      sightings.set(sighting, times)
      if (times === SIGHTINGS[why]) tell(found, why)
    }
    seen = sightings
  }
}
