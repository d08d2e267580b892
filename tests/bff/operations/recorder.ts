import type { Database } from '../../../db/connect.ts'

const INSERTS = (what: string, id: string, before: string) =>
  `INSERT INTO moved (what, id, "before", "after", "by") VALUES ('${what}', ${id}, ${before}, NEW.state, (SELECT who FROM mover))`

/** Lets the database itself write down every change of a state, whoever makes it. */
export async function recordMoves(db: Database): Promise<void> {
  const step = `NEW.operation || '/' || NEW.seq`
  await db.write(
    [
      `CREATE TABLE moved (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT, id TEXT, "before" TEXT, "after" TEXT, "by" TEXT)`,
      `CREATE TABLE mover (who TEXT NOT NULL)`,
      `INSERT INTO mover VALUES ('runner')`,
      `CREATE TRIGGER operation_made AFTER INSERT ON operation BEGIN ${INSERTS('operation', 'NEW.id', 'NULL')}; END`,
      `CREATE TRIGGER operation_moved AFTER UPDATE OF state ON operation WHEN OLD.state <> NEW.state BEGIN ${INSERTS('operation', 'NEW.id', 'OLD.state')}; END`,
      `CREATE TRIGGER step_made AFTER INSERT ON step BEGIN ${INSERTS('step', step, 'NULL')}; END`,
      `CREATE TRIGGER step_moved AFTER UPDATE OF state ON step WHEN OLD.state <> NEW.state BEGIN ${INSERTS('step', step, 'OLD.state')}; END`,
    ].map((sql) => ({ sql })),
  )
}

/** Whatever changes from now on is told as this one's doing. */
export async function movesBy(db: Database, who: 'person' | 'runner'): Promise<void> {
  await db.write([{ sql: 'UPDATE mover SET who = ?', args: [who] }])
}

/** One change of a state as the database saw it. */
export interface RecordedMove {
  /** `operation` or `step`. */
  readonly what: string
  readonly id: string
  /** `null`: the row was not there. */
  readonly before: string | null
  readonly after: string
  /** `person`, or `runner` for a holder or a sweep. */
  readonly by: string
}

/** All changes so far, oldest first. */
export async function moves(db: Database): Promise<RecordedMove[]> {
  const [result] = await db.write([
    { sql: `SELECT what, id, "before", "after", "by" FROM moved ORDER BY n` },
  ])
  return (result?.rows ?? []).map((row) => ({
    what: String(row.what),
    id: String(row.id),
    before: row.before === null ? null : String(row.before),
    after: String(row.after),
    by: String(row.by),
  }))
}
