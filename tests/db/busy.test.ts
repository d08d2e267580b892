import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Database, openDatabase } from '../../db/connect.ts'
import { DatabaseBusy } from '../../db/errors.ts'

const libsql = createRequire(import.meta.url).resolve('libsql')

describe('an outside tool holds the write lock of the file', () => {
  let folder: string
  let path: string
  let db: Database
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provision-busy-'))
    path = join(folder, 'data.db')
    db = await openDatabase({ url: `file:${path}`, busy: 0 })
    await db.write([{ sql: 'CREATE TABLE t (n integer)' }])
  })
  after(async () => {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Holds the lock until its input ends. */
  async function outsider() {
    const program = `const Libsql = require(${JSON.stringify(libsql)})
      const handle = new Libsql(${JSON.stringify(path)}, { timeout: 5000 })
      handle.exec('BEGIN IMMEDIATE')
      process.stdin.resume().once('end', () => { handle.exec('COMMIT'); process.exit() })
      console.log('held')`
    const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    return child
  }

  it('ends a write that was tried often enough, with nothing written', async () => {
    const child = await outsider()
    const ended = once(child, 'exit')
    await assert.rejects(
      db.write([{ sql: 'INSERT INTO t VALUES (1)' }], { attempts: 3 }),
      DatabaseBusy,
    )
    child.stdin.end()
    await ended
    const [result] = await db.write([{ sql: 'SELECT count(*) AS n FROM t' }])
    assert.equal(result?.rows[0]?.n, 0)
  })

  it('writes once the lock is free, exactly once, and goes on', async () => {
    const child = await outsider()
    const ended = once(child, 'exit')
    const write = db.write([{ sql: 'INSERT INTO t VALUES (2)' }], { attempts: 1000 })
    await new Promise((resolve) => setImmediate(resolve))
    child.stdin.end()
    await write
    await ended
    await db.write([{ sql: 'INSERT INTO t VALUES (3)' }])
    const [result] = await db.write([{ sql: 'SELECT group_concat(n) AS all_n FROM t' }])
    assert.equal(result?.rows[0]?.all_n, '2,3')
  })

  it('lets no write wait for ever behind one that waits', async () => {
    await db.close()
    db = await openDatabase({ url: `file:${path}`, busy: 0, queue: 0 })
    const child = await outsider()
    const ended = once(child, 'exit')
    const first = db.write([{ sql: 'INSERT INTO t VALUES (4)' }], { attempts: 3 })
    const behind = db.write([{ sql: 'INSERT INTO t VALUES (5)' }], { attempts: 1000 })
    await assert.rejects(first, DatabaseBusy)
    await assert.rejects(behind, DatabaseBusy)
    child.stdin.end()
    await ended
  })

  it('goes on reading meanwhile', async () => {
    const child = await outsider()
    const ended = once(child, 'exit')
    const rows = await db.orm.all<{ n: number }>('SELECT count(*) AS n FROM t')
    child.stdin.end()
    await ended
    assert.equal(rows[0]?.n, 2)
  })
})
