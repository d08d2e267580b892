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
/** How many are remembered as told. */
const REMEMBERED = 10_000

/** Looks now and then for operations that do not move and reports each once, in each state it stands still in. */
export function stuckLook(deps: EngineDeps): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY
  const told = new Set<string>()
  const tell = ({ operation, steps, server_busy }: Unfinished, now: number) => {
    const why = stuckBecause(operation, steps, server_busy, deps.timings, now)
    const key = `${operation.id} ${why}`
    if (why === undefined || told.has(key)) return
    if (told.size >= REMEMBERED) told.clear()
    told.add(key)
    const since = new Date(lastMoved(operation, steps)).toISOString()
    deps.report(
      new OperationStuck(`${operation.action} is ${operation.state} since ${since}: ${why}`),
      `operation ${operation.id}`,
    )
  }
  return async () => {
    const now = deps.clock.now()
    if (now < next) return
    next = now + deps.timings.stuck_every
    for (const found of await overdueOperations(deps.db, now, deps.timings.stuck_after, AT_ONCE))
      tell(found, now)
  }
}
