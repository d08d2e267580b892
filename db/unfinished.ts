import { asc, inArray, sql } from 'drizzle-orm'
import type { Database } from './connect.ts'
import { type OperationRow, type StepRow, stepsOfOperation } from './operations.ts'
import { operations } from './schema.ts'

/** An operation that is not over, with its steps. */
export interface Unfinished {
  readonly operation: OperationRow
  readonly steps: readonly StepRow[]
  /** Another operation of the same server is in a runner's hands, or may still be at work there. */
  readonly server_busy: boolean
  /** It is planned for a date, and waits until its tenant is enabled again. */
  readonly on_hold: boolean
}

const STATES = ['scheduled', 'queued', 'leased', 'running', 'checking', 'attention'] as const

const SERVER_BUSY = sql<number>`EXISTS (SELECT 1 FROM operation b WHERE b.server = operation.server
  AND b.id <> operation.id AND b.state IN ('leased', 'running', 'checking'))`

/**
 * How many operations are in each state before an end, and when the oldest of each was submitted.
 *
 * Over all tenants: for the metrics of a process; numbers, and nobody's.
 */
export async function unfinishedCounts(
  db: Database,
): Promise<{ state: string; count: number; oldest: number }[]> {
  return db.orm
    .select({
      state: operations.state,
      count: sql<number>`count(*)`,
      oldest: sql<number>`min(${operations.created_at})`,
    })
    .from(operations)
    .where(inArray(operations.state, [...STATES]))
    .groupBy(operations.state)
}

const ON_HOLD = sql<number>`(state = 'scheduled'
  AND EXISTS (SELECT 1 FROM tenant t WHERE t.id = operation.tenant AND t.disabled_at IS NOT NULL))`

/**
 * Operations that are not over, the oldest first.
 *
 * Over all tenants: for the operator's command, which no token reaches.
 */
export async function unfinishedOperations(db: Database, limit: number): Promise<Unfinished[]> {
  const rows = await db.orm
    .select({ operation: operations, server_busy: SERVER_BUSY, on_hold: ON_HOLD })
    .from(operations)
    .where(inArray(operations.state, [...STATES]))
    .orderBy(asc(operations.id))
    .limit(limit)
  return withSteps(db, rows)
}

/**
 * Operations that may have stood still for too long: what should have moved before `now - margin` has not. Which of them
 * are stuck, is not decided here.
 *
 * Over all tenants: for the operator's alarm, which no token reaches.
 */
export async function overdueOperations(
  db: Database,
  now: number,
  margin: number,
  limit: number,
): Promise<Unfinished[]> {
  const before = now - margin
  const rows = await db.orm
    .select({ operation: operations, server_busy: SERVER_BUSY, on_hold: ON_HOLD })
    .from(operations)
    .where(
      sql`(state IN ('leased', 'running') AND lease_until < ${before})
        OR (state = 'queued' AND created_at < ${before})
        OR (state = 'scheduled' AND due_at < ${before} AND NOT ${ON_HOLD})
        OR (state = 'checking' AND (next_at < ${before} OR EXISTS (SELECT 1 FROM step s
             WHERE s.operation = operation.id AND s.state = 'uncertain' AND s.quarantine_until < ${before})))`,
    )
    .orderBy(asc(operations.id))
    .limit(limit)
  return withSteps(db, rows)
}

async function withSteps(
  db: Database,
  rows: readonly { operation: OperationRow; server_busy: number; on_hold: number }[],
): Promise<Unfinished[]> {
  const found: Unfinished[] = []
  for (const { operation, server_busy, on_hold } of rows)
    found.push({
      operation,
      steps: await stepsOfOperation(db, operation),
      server_busy: server_busy !== 0,
      on_hold: on_hold !== 0,
    })
  return found
}
