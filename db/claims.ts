import { guarded, type Statement } from './statement.ts'

/** What a runner takes when it takes something. Times in milliseconds. */
export interface Taking {
  /** Of this claim and no other, so that what it took can be asked for when the answer was lost. */
  readonly owner: string
  readonly now: number
  readonly lease_until: number
  /** Ids of servers nothing is taken of. */
  readonly passed?: readonly string[]
}

/**
 * Operations a call may be under way for: `operation`, `server`, `tenant`, and whether a runner is `active` on it. What was
 * sent counts until its quarantine ends, whatever became of its operation.
 */
const HOLDING = `holding(operation, server, tenant, active) AS (
    SELECT id, server, tenant, 1 FROM operation WHERE state IN ('leased', 'running')
    UNION ALL
    SELECT DISTINCT o.id, o.server, o.tenant, 0 FROM step s JOIN operation o ON o.id = s.operation
      WHERE s.state IN ('sent', 'uncertain') AND s.quarantine_until > ?2 AND o.state NOT IN ('leased', 'running'))`

/**
 * Claims one operation that may start now, of a server below its bound of writes in flight. Turns go round: first to the
 * server with the fewest runners at work, then to the tenant with the fewest there, then to whose turn is longest ago; so a
 * long queue delays nobody else's short one by more than a turn. Of one tenant on one server, the oldest.
 *
 * Over all tenants: a server's places are shared, and who waits longest must not depend on whose it is.
 *
 * @param writes_per_server the bound; over all tenants, configurations and processes
 * @param serverless actions that ask no server: they need not wait for one that is passed over or full
 */
export function queuedClaimed(
  { owner, now, lease_until, passed = [] }: Taking,
  writes_per_server: number,
  serverless: readonly string[] = [],
): Statement[] {
  return [
    {
      sql: `UPDATE operation SET state = 'leased', owner = ?1, fence = fence + 1, lease_until = ?3
            WHERE id = coalesce((
              WITH ${HOLDING},
              queue(server, tenant) AS (
                SELECT DISTINCT server, tenant FROM operation WHERE state = 'queued' AND next_at <= ?2)
              SELECT (SELECT o.id FROM operation o WHERE o.state = 'queued' AND o.server = q.server
                        AND o.tenant = q.tenant AND o.next_at <= ?2 ORDER BY o.next_at, o.id LIMIT 1)
              FROM queue q LEFT JOIN queue_turn t ON t.server = q.server AND t.tenant = q.tenant
              WHERE q.server NOT IN (SELECT value FROM json_each(?5))
                AND (SELECT count(*) FROM holding h WHERE h.server = q.server) < ?4
              ORDER BY (SELECT count(*) FROM holding h WHERE h.server = q.server AND h.active),
                (SELECT count(*) FROM holding h WHERE h.server = q.server AND h.tenant = q.tenant AND h.active),
                coalesce(t.turn, 0), q.server, q.tenant
              LIMIT 1),
              (SELECT o.id FROM operation o WHERE o.state = 'queued' AND o.next_at <= ?2
                 AND o.action IN (SELECT value FROM json_each(?6)) ORDER BY o.next_at, o.id LIMIT 1))`,
      args: [
        owner,
        now,
        lease_until,
        writes_per_server,
        JSON.stringify(passed),
        JSON.stringify(serverless),
      ],
    },
    {
      sql: `INSERT INTO queue_turn (server, tenant, turn)
            SELECT server, tenant, (SELECT coalesce(max(turn), 0) + 1 FROM queue_turn) FROM operation
              WHERE owner = ? AND state = 'leased'
            ON CONFLICT (server, tenant) DO UPDATE SET turn = excluded.turn`,
      args: [owner],
    },
  ]
}

/**
 * Claims the checking operation whose next read-back is due longest and that nobody reads just now.
 *
 * Over all tenants: runners read back whatever is due; what they then write is bound to the tenant of the row they got.
 */
export function dueCheckClaimed({ owner, now, lease_until, passed = [] }: Taking): Statement {
  return {
    sql: `UPDATE operation SET owner = ?1, fence = fence + 1, lease_until = ?3
          WHERE id = (SELECT id FROM operation WHERE state = 'checking' AND next_at <= ?2 AND lease_until < ?2
                        AND server NOT IN (SELECT value FROM json_each(?4))
                      ORDER BY next_at LIMIT 1)`,
    args: [owner, now, lease_until, JSON.stringify(passed)],
  }
}

/**
 * What claims of these owners took: rows of `id`, `owner`, `fence`, `state`, `server` and `tenant`.
 *
 * Over all tenants: this is where a runner learns whose operation it holds.
 */
export function claimsSelected(owners: readonly string[]): Statement {
  return {
    sql: `SELECT id, owner, fence, state, server, tenant FROM operation
          WHERE owner IN (${owners.map(() => '?').join(', ')}) AND state IN ('leased', 'checking')`,
    args: [...owners],
  }
}

/**
 * Put this behind the write of *sent*: the whole batch is refused when the server then has more writes in flight than its
 * bound. A claim has made sure of it for what was queued; what comes from a read-back claims no place of its own.
 *
 * Over all tenants: the bound belongs to the server; it counts, and reads nothing.
 */
export function withinBound(server: string, now: number, writes_per_server: number): Statement[] {
  return [
    {
      sql: `INSERT INTO guard (ok)
            SELECT count(DISTINCT s.operation) <= ? FROM step s JOIN operation o ON o.id = s.operation
              WHERE s.state IN ('sent', 'uncertain') AND s.quarantine_until > ? AND o.server = ?`,
      args: [writes_per_server, now, server],
    },
    ...guarded().slice(1),
  ]
}
