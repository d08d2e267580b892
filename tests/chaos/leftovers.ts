import { z } from 'zod'
import { type Database, openDatabase } from '../../db/connect.ts'
import { CANARY } from './plans.ts'

const FINAL = `('succeeded','failed','cancelled','resolved')`

/** Rows read at a time: a server refuses answers that are too long. */
const PAGE = 2000

/** What the database still holds once everything has ended. */
export interface Leftovers {
  readonly locks: readonly string[]
  readonly secrets: readonly string[]
  /** Steps by how they were settled, for the figures only. */
  readonly by_answer: number
  readonly by_read_back: number
  readonly sent_again: number
}

async function rowsOf(db: Database, sql: string): Promise<Record<string, unknown>[]> {
  const [result] = await db.write([{ sql }])
  return (result?.rows ?? []).map((row) => ({ ...row }))
}

async function count(db: Database, sql: string): Promise<number> {
  const [row] = await rowsOf(db, sql)
  return z.number().parse(Object.values(row ?? {})[0])
}

/** Tables in which a word stands in clear. */
async function tablesWith(db: Database, words: readonly string[]): Promise<string[]> {
  const found: string[] = []
  const tables = await rowsOf(db, `SELECT name FROM sqlite_master WHERE type = 'table'`)
  for (const { name } of tables) {
    const table = String(name)
    const there = new Set<number>()
    for (let from = 0; ; from += PAGE) {
      const rows = await rowsOf(db, `SELECT * FROM "${table}" LIMIT ${PAGE} OFFSET ${from}`)
      const text = JSON.stringify(rows)
      for (const [at, word] of words.entries()) if (text.includes(word)) there.add(at)
      if (rows.length < PAGE) break
    }
    for (const at of there) found.push(`secret ${at} stands in ${table}`)
  }
  return found
}

/** @param tokens of the servers, which must stand nowhere in clear */
export async function readLeftovers(url: string, tokens: readonly string[]): Promise<Leftovers> {
  const db = await openDatabase({ url })
  try {
    const locks = await rowsOf(
      db,
      `SELECT l.server, l.username, l.operation, o.state FROM account_lock l
         LEFT JOIN operation o ON o.id = l.operation WHERE o.state IS NULL OR o.state IN ${FINAL}`,
    )
    const kept = await rowsOf(
      db,
      `SELECT id, state FROM operation WHERE secrets IS NOT NULL AND (state = 'attention' OR state IN ${FINAL})`,
    )
    return {
      locks: locks.map((row) => JSON.stringify(row)),
      secrets: [
        ...kept.map((row) => `sealed in ${JSON.stringify(row)}`),
        ...(await tablesWith(db, [CANARY, ...tokens])),
      ],
      by_answer: await count(
        db,
        `SELECT count(*) FROM step WHERE state = 'succeeded' AND last_proof IS NULL`,
      ),
      by_read_back: await count(
        db,
        `SELECT count(*) FROM step WHERE state = 'succeeded' AND last_proof IS NOT NULL`,
      ),
      sent_again: await count(db, 'SELECT count(*) FROM step WHERE attempt > 1'),
    }
  } finally {
    await db.close()
  }
}
