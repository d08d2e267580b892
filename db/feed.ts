import { sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'

/** One thing a reader could see change. Rows are written by triggers (migrations), in the batch of the change itself. */
export interface FeedRow {
  /** Rises in the order of commits, over all tenants. */
  readonly seq: number
  readonly tenant: TenantId
  readonly service: string
  readonly event: string
  readonly ref: string
  readonly version: number
  readonly client_visible: boolean
}

/** What is kept of the feed. */
export interface FeedBounds {
  /** Everything up to here may have been removed; 0 while nothing was. */
  readonly floor: number
  /** The newest event; 0 while there was none. */
  readonly head: number
}

interface Stored extends Omit<FeedRow, 'client_visible'> {
  readonly client_visible: number
}

/** Fields have no version of their own: the number of the event stands for it. */
const COLUMNS = sql.raw(
  `seq, tenant, service, event, ref, CASE event WHEN 'fields' THEN seq ELSE version END AS version, client_visible`,
)

const asRow = (row: Stored): FeedRow => ({ ...row, client_visible: row.client_visible === 1 })

/** Over all tenants: the numbers of the feed run over all of them, and say nothing of any. */
export async function feedBounds(db: Database): Promise<FeedBounds> {
  const [row] = await db.orm.all<{ floor: number | null; head: number | null }>(
    sql`SELECT (SELECT min(seq) FROM feed) - 1 AS floor, (SELECT max(seq) FROM feed) AS head`,
  )
  return { floor: row?.floor ?? 0, head: row?.head ?? 0 }
}

/**
 * Events of all services behind `after`, in order.
 *
 * Over all tenants: a process reads once for all its open streams; each row carries the tenant and service it is handed
 * out by.
 */
export async function feedAfter(db: Database, after: number, limit: number): Promise<FeedRow[]> {
  const rows = await db.orm.all<Stored>(
    sql`SELECT ${COLUMNS} FROM feed WHERE seq > ${after} ORDER BY seq LIMIT ${limit}`,
  )
  return rows.map(asRow)
}

/** Events of one service behind `after`, up to and with `head`, in order. */
export async function feedOfService(
  db: Database,
  tenant: TenantId,
  service: string,
  after: number,
  head: number,
  limit: number,
): Promise<FeedRow[]> {
  const rows = await db.orm.all<Stored>(
    sql`SELECT ${COLUMNS} FROM feed
        WHERE tenant = ${tenant} AND service = ${service} AND seq > ${after} AND seq <= ${head}
        ORDER BY seq LIMIT ${limit}`,
  )
  return rows.map(asRow)
}

/**
 * Removes the oldest events if they are older than `before`: as many as `limit`, never one behind a younger one, so that
 * what is kept has no gaps, and never the newest, which numbers the next.
 *
 * Over all tenants: a sweep by age; nobody is asked whose.
 *
 * @param before milliseconds
 */
export function feedPruned(before: number, limit: number): Statement {
  return {
    sql: `DELETE FROM feed WHERE seq < (SELECT max(seq) FROM feed)
            AND seq <= (SELECT coalesce(min(CASE WHEN at >= ?1 THEN seq - 1 END), max(seq))
                        FROM (SELECT seq, at FROM feed ORDER BY seq LIMIT ?2))`,
    args: [before, limit],
  }
}
