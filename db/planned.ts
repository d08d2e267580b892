import { and, asc, eq, lte, notInArray, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import { HOLDING_STATES, type OperationRow, type OwnOperation } from './operations.ts'
import { operations } from './schema.ts'

/** What is planned for a service, if anything is. */
export async function plannedOperation(
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
        eq(operations.state, 'scheduled'),
      ),
    )
  return rows[0]
}

const UNFINISHED = HOLDING_STATES.map((state) => `'${state}'`).join(', ')
/** Whether an operation of the same service is under way. */
const IN_THE_WAY = `EXISTS (SELECT 1 FROM operation u WHERE u.tenant = operation.tenant
                            AND u.service = operation.service AND u.state IN (${UNFINISHED}))`

/** Whether the tenant is disabled: then what is planned waits. */
const ON_HOLD = `EXISTS (SELECT 1 FROM tenant t WHERE t.id = operation.tenant AND t.disabled_at IS NOT NULL)`

/**
 * Planned operations whose time has come and that nothing is in the way of, the longest waiting first. Those of a
 * disabled tenant wait.
 *
 * Over all tenants: a look by time; what follows is bound to the tenant of each row.
 *
 * @param silent servers that are not asked just now: what is planned there goes on waiting
 */
export async function dueOperations(
  db: Database,
  now: number,
  limit: number,
  silent: readonly string[],
): Promise<OperationRow[]> {
  return db.orm
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.state, 'scheduled'),
        lte(operations.next_at, now),
        notInArray(operations.server, [...silent]),
        sql`NOT ${sql.raw(IN_THE_WAY)}`,
        sql`NOT ${sql.raw(ON_HOLD)}`,
      ),
    )
    .orderBy(asc(operations.next_at))
    .limit(limit)
}

/**
 * Lets a planned operation begin whose time has come, unless another one of its service is under way or its tenant is
 * disabled; put `guarded()` behind it. Of several replicas one alone hits the row.
 */
export function dueBegun({ tenant, id }: OwnOperation, now: number): Statement {
  return {
    sql: `UPDATE operation SET state = 'queued', next_at = 0, waiting = NULL, version = version + 1, fence = fence + 1
          WHERE tenant = ? AND id = ? AND state = 'scheduled' AND next_at <= ?
            AND NOT ${IN_THE_WAY} AND NOT ${ON_HOLD}`,
    args: [tenant, id, now],
  }
}

/** Why a plan is dropped: the entry it leaves, and the operation that is the reason. */
export interface PlanDropped {
  readonly tenant: TenantId
  readonly service: string
  /** Nothing is dropped unless this operation is there. */
  readonly by: { readonly id: string; readonly action: string }
  /** Id of the entry, if one is written. */
  readonly entry: string
  /** JSON of the actor, and its role. */
  readonly actor: string
  readonly role: string
}

/**
 * Cancels what is planned for a service because of another operation, with its entry in the log, and does nothing where
 * nothing is planned: whoever writes this need not have looked before.
 */
export function planDropped(dropped: PlanDropped, now: number): Statement[] {
  const { tenant, service, by, entry, actor, role } = dropped
  const planned = `o.tenant = ? AND o.service = ? AND o.state = 'scheduled'
                   AND EXISTS (SELECT 1 FROM operation c WHERE c.tenant = o.tenant AND c.id = ?)`
  return [
    {
      sql: `INSERT INTO log_entry (id, tenant, service, at, level, actor, role, action, operation, duration_ms, code,
                                   params, detail, client_visible)
            SELECT ?, o.tenant, o.service, ?, 'warning', ?, ?, o.action, o.id, ? - o.created_at,
                   'log.operation.plan_dropped', json_object('action', o.action, 'by', ?), '[]', 0
            FROM operation o WHERE ${planned}`,
      args: [entry, now, actor, role, now, by.action, tenant, service, by.id],
    },
    {
      sql: `UPDATE operation AS o SET state = 'cancelled', finished_at = ?, waiting = NULL, version = version + 1,
              fence = fence + 1
            WHERE ${planned}`,
      args: [now, tenant, service, by.id],
    },
  ]
}
