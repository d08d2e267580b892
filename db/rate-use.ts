import { sql } from 'drizzle-orm'
import type { Database, Statement } from './connect.ts'

/** What was counted of a key in a minute. */
export interface CountedRate {
  readonly minute: number
  readonly key: string
  readonly used: number
}

/** Minutes that are looked at: this one and the one before. */
const KEPT = 2
/** Rows of one statement. */
const AT_ONCE = 100

/**
 * Tells the other replicas what this one has counted. Written twice it says the same. Over all tenants: the keys name
 * them.
 *
 * @param minute whole minutes since the epoch; what is older than the one before is removed
 */
export async function ratesWritten(
  db: Database,
  replica: string,
  minute: number,
  counted: readonly CountedRate[],
): Promise<void> {
  const told: Statement[] = []
  for (let begin = 0; begin < counted.length; begin += AT_ONCE) {
    const some = counted.slice(begin, begin + AT_ONCE)
    told.push({
      sql: `INSERT INTO rate_use (minute, key, replica, used) VALUES ${some.map(() => '(?, ?, ?, ?)').join(', ')}
            ON CONFLICT (minute, key, replica) DO UPDATE SET used = excluded.used`,
      args: some.flatMap(({ minute: of, key, used }) => [of, key, replica, used]),
    })
  }
  told.push({ sql: 'DELETE FROM rate_use WHERE minute <= ?', args: [minute - KEPT] })
  await db.write(told, { repeatable: true, patience: 0 })
}

/** What the other replicas have counted together. Over all tenants: the keys name them. */
export async function ratesTold(
  db: Database,
  replica: string,
  minute: number,
): Promise<CountedRate[]> {
  return db.orm.all<CountedRate>(
    sql`SELECT minute, key, sum(used) AS used FROM rate_use
        WHERE minute > ${minute - KEPT} AND replica <> ${replica} GROUP BY minute, key`,
  )
}
