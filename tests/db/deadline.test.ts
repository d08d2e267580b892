import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { type Database, openDatabase } from '../../db/connect.ts'
import { DatabaseUnavailable } from '../../db/errors.ts'
import { tenants } from '../../db/schema.ts'

describe('a database server that takes calls and never answers', () => {
  let server: Server
  let db: Database
  before(async () => {
    server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    db = await openDatabase({ url: `http://127.0.0.1:${address.port}`, deadline: 100 })
  })
  after(async () => {
    await db.close()
    server.closeAllConnections()
    server.close()
  })

  it('ends a write with an error that says its outcome is unknown', async () => {
    await assert.rejects(db.write([{ sql: 'SELECT 1' }]), DatabaseUnavailable)
  })

  it('ends a read as well', async () => {
    await assert.rejects(async () => db.orm.select().from(tenants))
  })
})

describe('a database server that is not there', () => {
  it('is told apart from a refused statement', async () => {
    const db = await openDatabase({ url: 'http://127.0.0.1:9', deadline: 2000 })
    await assert.rejects(db.write([{ sql: 'SELECT 1' }]), DatabaseUnavailable)
    await db.close()
  })
})
