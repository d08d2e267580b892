import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fileDatabase, serverDatabase } from './databases.ts'

const libsql = createRequire(import.meta.url).resolve('libsql')

describe('a database file that is written anew', () => {
  it('keeps what is in it', async () => {
    const test = await fileDatabase()
    await test.db.write([{ sql: `INSERT INTO write_receipt (id) VALUES ('a'), ('b')` }])
    await test.db.rewriteFile()
    const [rows] = await test.db.write([{ sql: 'SELECT id FROM write_receipt ORDER BY id' }])
    await test.end()
    assert.deepEqual(
      rows?.rows.map(({ id }) => id),
      ['a', 'b'],
    )
  })
  it('is written to afterwards as before', async () => {
    const test = await fileDatabase()
    assert.equal(await test.db.rewriteFile(), 'rewritten')
    await test.db.write([{ sql: `INSERT INTO write_receipt (id) VALUES ('a')` }])
    const [mode] = await test.db.write([{ sql: 'PRAGMA journal_mode' }])
    await test.end()
    assert.equal(mode?.rows[0]?.journal_mode, 'wal')
  })
  it('waits for the writes before it', async () => {
    const test = await fileDatabase()
    const writes = Array.from({ length: 20 }, (_, n) =>
      test.db.write([{ sql: 'INSERT INTO write_receipt (id) VALUES (?)', args: [`${n}`] }]),
    )
    assert.equal(await test.db.rewriteFile(), 'rewritten')
    await Promise.all(writes)
    await test.end()
  })
  it('is said to be busy while another program reads it', async () => {
    const test = await fileDatabase()
    const program = `const Libsql = require(${JSON.stringify(libsql)})
      const handle = new Libsql(${JSON.stringify(fileURLToPath(test.url))}, { timeout: 5000 })
      handle.exec('BEGIN')
      handle.prepare('SELECT count(*) FROM write_receipt').get()
      process.stdin.resume().once('end', () => { handle.exec('COMMIT'); process.exit() })
      console.log('reading')`
    const reader = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(reader.stdout, 'data')
    const outcome = await test.db.rewriteFile()
    const ended = once(reader, 'exit')
    reader.stdin.end()
    await ended
    const again = await test.db.rewriteFile()
    await test.end()
    assert.deepEqual([outcome, again], ['busy', 'rewritten'])
  })
})

describe('a database server', () => {
  it('is left to itself', async () => {
    const test = await serverDatabase()
    const outcome = await test.db.rewriteFile()
    await test.end()
    assert.equal(outcome, 'server')
  })
})
