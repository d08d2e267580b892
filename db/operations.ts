import type { InValue, ResultSet } from '@libsql/client'
import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import { givenColumns } from './columns.ts'
import type { Database, Statement } from './connect.ts'
import { rowsOf } from './rows.ts'
import { operations, services, steps } from './schema.ts'
import type { ServiceRow } from './services.ts'

export type OperationRow = typeof operations.$inferSelect
export type StepRow = typeof steps.$inferSelect

/** States in which an operation keeps others of its service out (all but `scheduled`). */
export const HOLDING_STATES = ['queued', 'leased', 'running', 'checking', 'attention']

/** The id of an operation of the tenant's own, and nothing for another's: what stands behind `operation =` of a step. */
const OWN = '(SELECT id FROM operation WHERE tenant = ? AND id = ?)'

/** An operation as everything that is written or read of it names it: never by its id alone. */
export interface OwnOperation {
  readonly tenant: TenantId
  readonly id: string
}

/** Who holds an operation, and by which fence: every write of a runner is conditional on it. */
export interface Claim extends OwnOperation {
  readonly owner: string
  readonly fence: number
}

export async function operationById(
  db: Database,
  tenant: TenantId,
  id: string,
): Promise<OperationRow | undefined> {
  const rows = await db.orm
    .select()
    .from(operations)
    .where(and(eq(operations.tenant, tenant), eq(operations.id, id)))
  return rows[0]
}

/** @returns undefined when somebody else has claimed the operation since */
export async function claimedOperation(
  db: Database,
  claim: Claim,
): Promise<OperationRow | undefined> {
  const rows = await db.orm
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.tenant, claim.tenant),
        eq(operations.id, claim.id),
        eq(operations.fence, claim.fence),
      ),
    )
  return rows[0]
}

export async function operationByKey(
  db: Database,
  tenant: TenantId,
  subject: string,
  key: string,
): Promise<OperationRow | undefined> {
  const rows = await db.orm
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.tenant, tenant),
        eq(operations.subject, subject),
        eq(operations.idempotency_key, key),
      ),
    )
  return rows[0]
}

/** The one operation that keeps others of this service out, if there is one. */
export async function unfinishedOperation(
  db: Database,
  tenant: TenantId,
  service: string,
): Promise<OperationRow | undefined> {
  const rows = await db.orm
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.tenant, tenant),
        eq(operations.service, service),
        inArray(operations.state, HOLDING_STATES),
      ),
    )
  return rows[0]
}

/** Newest first. @param before id of the last operation of the page before */
export async function operationsOfService(
  db: Database,
  tenant: TenantId,
  service: string,
  limit: number,
  before?: string,
): Promise<OperationRow[]> {
  return db.orm
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.tenant, tenant),
        eq(operations.service, service),
        before === undefined ? undefined : lt(operations.id, before),
      ),
    )
    .orderBy(desc(operations.id))
    .limit(limit)
}

/** In their order; none where the operation is not this tenant's. */
export async function stepsOfOperation(
  db: Database,
  { tenant, id }: OwnOperation,
): Promise<StepRow[]> {
  const rows = await db.orm
    .select({ step: steps })
    .from(steps)
    .innerJoin(operations, eq(operations.id, steps.operation))
    .where(and(eq(operations.tenant, tenant), eq(steps.operation, id)))
    .orderBy(steps.seq)
  return rows.map(({ step }) => step)
}

/**
 * Services bound to these accounts of a server.
 *
 * Over all tenants: an account is bound to one service of all of them, so a cascade must see whose it would hit. Of
 * another tenant's row nothing but that it is there may be told.
 */
export async function servicesBoundTo(
  db: Database,
  server: string,
  usernames: readonly string[],
): Promise<ServiceRow[]> {
  if (usernames.length === 0) return []
  const rows = await db.orm
    .select()
    .from(services)
    .where(and(eq(services.server, server), inArray(services.username, [...usernames])))
  return rows.filter((row) => row.bound_at !== null)
}

/**
 * Inserts an operation, or nothing where its key or an unfinished operation of the service is in the way: a targetless
 * `DO NOTHING`, looked up afterwards.
 */
export function operationInserted(row: typeof operations.$inferInsert): Statement {
  const { names, values } = givenColumns(row)
  return {
    sql: `INSERT INTO operation (${names.join(', ')})
          VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
    args: values,
  }
}

/** The operation and its steps, for the end of a batch; `selectedOperation` makes rows of them. */
export function operationSelected({ tenant, id }: OwnOperation): Statement[] {
  return [
    { sql: 'SELECT * FROM operation WHERE tenant = ? AND id = ?', args: [tenant, id] },
    { sql: `SELECT * FROM step WHERE operation = ${OWN} ORDER BY seq`, args: [tenant, id] },
  ]
}

/** @param results of a batch that ended with `operationSelected` */
export function selectedOperation(results: readonly ResultSet[]): {
  readonly operation: OperationRow | undefined
  readonly steps: StepRow[]
} {
  const [operation, step] = results.slice(-2)
  return { operation: rowsOf(operations, operation)[0], steps: rowsOf(steps, step) }
}

/**
 * Takes work back from runners whose lease ran out: what was only leased is queued again; what was *sent* is uncertain
 * and must be read back, never sent again on the strength of a lease.
 *
 * Over all tenants: a sweep by time; each row stays its own tenant's.
 */
export function expiredTakenBack(now: number): Statement[] {
  const dead = `state IN ('leased', 'running') AND lease_until < ?1`
  return [
    {
      sql: `UPDATE step SET state = 'uncertain' WHERE state = 'sent'
              AND operation IN (SELECT id FROM operation WHERE ${dead})`,
      args: [now],
    },
    {
      sql: `UPDATE operation SET state = 'checking', owner = NULL, fence = fence + 1, lease_until = 0, next_at = ?1,
              version = version + 1
            WHERE ${dead} AND EXISTS (SELECT 1 FROM step s WHERE s.operation = operation.id AND s.state = 'uncertain')`,
      args: [now],
    },
    {
      // What was leased looks queued from outside: only what was seen running is a new version.
      sql: `UPDATE operation SET version = version + (state = 'running'), state = 'queued', owner = NULL,
              fence = fence + 1, lease_until = 0
            WHERE ${dead}`,
      args: [now],
    },
  ]
}

/**
 * Ends every lease. Only for who knows that all holders are dead: the one process that has just come to own a database
 * file. What they had sent is then read back at once, not when their leases would have run out.
 *
 * Over all tenants: the dead held everybody's.
 */
export function leasesOfTheDeadEnded(): Statement {
  return {
    sql: `UPDATE operation SET lease_until = 0 WHERE lease_until > 0 AND state IN ('leased', 'running', 'checking')`,
  }
}

/** Refuses a batch while a call of the operation is under way, or may have been made without an answer. */
export function nothingUnanswered({ tenant, id }: OwnOperation): Statement[] {
  return [
    {
      sql: `INSERT INTO guard (ok) SELECT NOT EXISTS
              (SELECT 1 FROM step WHERE operation = ${OWN} AND state IN ('sent', 'uncertain'))`,
      args: [tenant, id],
    },
    { sql: 'DELETE FROM guard' },
  ]
}

/**
 * Lets go of the accounts of operations that wait for a person once nothing can still be running for them.
 *
 * Over all tenants: a sweep by time.
 */
export function quarantinedLocksReleased(now: number): Statement {
  return {
    sql: `DELETE FROM account_lock WHERE operation IN (SELECT id FROM operation o WHERE o.state = 'attention'
            AND NOT EXISTS (SELECT 1 FROM step s WHERE s.operation = o.id AND s.state = 'uncertain'
                             AND s.quarantine_until > ?1))`,
    args: [now],
  }
}

type Assignable = Partial<Omit<typeof operations.$inferInsert, 'id' | 'tenant' | 'fence'>>

function assignments(set: Assignable): { sql: string[]; args: InValue[] } {
  const { names, values } = givenColumns(set)
  return { sql: names.map((name) => `${name} = ?`), args: values }
}

/** A runner's change to the operation it holds, in one of these states; put `guarded()` behind it. */
export function heldOperationChanged(
  claim: Claim,
  now: number,
  states: readonly string[],
  set: Assignable,
): Statement {
  const { sql, args } = assignments(set)
  return {
    sql: `UPDATE operation SET ${[...sql, 'version = version + 1'].join(', ')}
          WHERE tenant = ? AND id = ? AND fence = ? AND owner = ? AND lease_until >= ?
            AND state IN (${states.map(() => '?').join(', ')})`,
    args: [...args, claim.tenant, claim.id, claim.fence, claim.owner, now, ...states],
  }
}

/** A person's change to an operation in one of these states that no runner holds; put `guarded()` behind it. */
export function idleOperationChanged(
  tenant: TenantId,
  id: string,
  states: readonly string[],
  set: Assignable,
): Statement {
  const { sql, args } = assignments(set)
  return {
    sql: `UPDATE operation SET ${[...sql, 'version = version + 1', 'fence = fence + 1'].join(', ')}
          WHERE tenant = ? AND id = ? AND state IN (${states.map(() => '?').join(', ')})`,
    args: [...args, tenant, id, ...states],
  }
}

/** Refuses the batch when a step of the operation was ever sent: then it is not for one write to say that nothing happened. */
export function nothingSent({ tenant, id }: OwnOperation): Statement[] {
  return [
    {
      sql: `INSERT INTO guard (ok) SELECT NOT EXISTS
              (SELECT 1 FROM step WHERE operation = ${OWN} AND sent_at IS NOT NULL)`,
      args: [tenant, id],
    },
    { sql: 'DELETE FROM guard' },
  ]
}

/** Asks the runner of an operation in one of these states to send nothing more; it keeps its hold. */
export function cancelWanted(tenant: TenantId, id: string, states: readonly string[]): Statement {
  return {
    sql: `UPDATE operation SET cancel_wanted = 1, version = version + 1
          WHERE tenant = ? AND id = ? AND state IN (${states.map(() => '?').join(', ')})`,
    args: [tenant, id, ...states],
  }
}

/** Adds a step to an operation of the tenant; refuses the batch where it is another's, or nobody's. */
export function stepInserted(
  { tenant, id }: OwnOperation,
  row: Omit<typeof steps.$inferInsert, 'operation'>,
): Statement {
  const { names, values } = givenColumns(row)
  return {
    sql: `INSERT INTO step (operation, ${names.join(', ')})
          VALUES (${OWN}, ${names.map(() => '?').join(', ')})`,
    args: [tenant, id, ...values],
  }
}

/** A change to a step in one of these states; put `guarded()` behind it. */
export function stepChanged(
  { tenant, id }: OwnOperation,
  seq: number,
  states: readonly string[],
  set: Partial<Omit<typeof steps.$inferInsert, 'operation' | 'seq'>>,
): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE step SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE operation = ${OWN} AND seq = ?
            AND state IN (${states.map(() => '?').join(', ')})`,
    args: [...values, tenant, id, seq, ...states],
  }
}

/** Changes every step of an operation that is in one of these states, be it none. */
export function stepsChanged(
  { tenant, id }: OwnOperation,
  states: readonly string[],
  state: string,
): Statement {
  return {
    sql: `UPDATE step SET state = ? WHERE operation = ${OWN} AND state IN (${states.map(() => '?').join(', ')})`,
    args: [state, tenant, id, ...states],
  }
}
