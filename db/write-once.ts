import { randomUUID } from 'node:crypto'
import type { ResultSet } from '@libsql/client'
import { DatabaseUnavailable, UniqueConflict } from './errors.ts'
import { pauseBefore } from './pause.ts'
import type { Statement } from './statement.ts'

/** How long a receipt is kept, in milliseconds: far longer than a batch can be on its way. */
const KEPT = 24 * 60 * 60 * 1000
/** Every so many writes of a process, old receipts are swept. */
const SWEEP_EVERY = 256

export interface OnceOptions {
  /** Milliseconds after its start in which a batch that got no answer is sent again. */
  readonly patience: number
  /** Whether the batch may be written twice as it is; then it carries no receipt. */
  readonly repeatable: boolean
}

function stamp(time: number): string {
  return time.toString(36).padStart(9, '0')
}

let writes = 0

function receiptStatements(receipt: string): Statement[] {
  writes += 1
  return [
    { sql: 'INSERT INTO write_receipt (id) VALUES (?)', args: [receipt] },
    ...(writes % SWEEP_EVERY === 0
      ? [{ sql: 'DELETE FROM write_receipt WHERE id < ?', args: [stamp(Date.now() - KEPT)] }]
      : []),
  ]
}

function sqlOf(statement: Statement): string {
  return 'toSQL' in statement ? statement.toSQL().sql : statement.sql
}

function isSelect(statement: Statement): boolean {
  return /^\s*select\b/i.test(sqlOf(statement))
}

const NOTHING: ResultSet = {
  columns: [],
  columnTypes: [],
  rows: [],
  rowsAffected: 0,
  lastInsertRowid: undefined,
  toJSON: () => ({}),
}

/** What the batch selects is read again; the rest was written, and its results are gone. */
async function readAgain(
  send: (batch: readonly Statement[]) => Promise<ResultSet[]>,
  statements: readonly Statement[],
): Promise<ResultSet[]> {
  const selects = statements.filter(isSelect)
  const results = selects.length === 0 ? [] : await send(selects)
  return statements.map((statement) => {
    const at = selects.indexOf(statement)
    return (at < 0 ? undefined : results[at]) ?? NOTHING
  })
}

/**
 * Writes a batch once, although its answer may be lost: it carries a receipt, and is sent again with the same one. A
 * first try that was written, or is still on its way, and a second one cannot both be written.
 *
 * @param send writes all statements in one transaction, or none
 * @throws {DatabaseUnavailable} no answer for all our patience: whether it was written is unknown
 */
export async function writeOnce(
  send: (batch: readonly Statement[]) => Promise<ResultSet[]>,
  statements: readonly Statement[],
  { patience, repeatable }: OnceOptions,
): Promise<ResultSet[]> {
  const began = performance.now()
  const receipt = `${stamp(Date.now())}-${randomUUID()}`
  const first = repeatable ? [] : receiptStatements(receipt)
  let written = false
  for (let attempt = 1; ; attempt++) {
    try {
      if (written) return await readAgain(send, statements)
      return (await send([...first, ...statements])).slice(first.length)
    } catch (error) {
      const met =
        error instanceof UniqueConflict && error.columns.join() === 'write_receipt.id' && !written
      if (met) {
        if (statements.some((statement) => /\breturning\b/i.test(sqlOf(statement))))
          throw new DatabaseUnavailable('it was written, but the rows it returned were lost')
        written = true
        continue
      }
      if (!(error instanceof DatabaseUnavailable) || performance.now() - began >= patience)
        throw error
      await pauseBefore(attempt + 1)
    }
  }
}
