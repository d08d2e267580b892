import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { type Database, openDatabase } from '../../db/connect.ts'
import { DatabaseUnavailable } from '../../db/errors.ts'
import { migrate } from '../../db/migrate.ts'
import { type Loss, type LossyProxy, startLossyProxy } from '../lossy-proxy.ts'
import { type Sqld, startSqld } from '../sqld.ts'

const LOSSES: readonly Loss[] = ['unsent', 'lost', 'half', 'silent', 'gateway']

describe('a libSQL server behind a network that loses things', () => {
  let server: Sqld
  let proxy: LossyProxy
  let db: Database
  before(async () => {
    server = await startSqld()
    proxy = await startLossyProxy(server.url)
    db = await openDatabase({ url: proxy.url, deadline: 300 })
    await migrate(db)
    await db.write([{ sql: 'CREATE TABLE note (text)' }])
  })
  afterEach(() => proxy.mend())
  after(async () => {
    await db.close()
    await proxy.stop()
    await server.stop()
  })

  const count = async (text: string) => {
    const [result] = await db.write([
      { sql: 'SELECT count(*) AS n FROM note WHERE text = ?', args: [text] },
    ])
    return result?.rows[0]?.n
  }
  const insert = (text: string) => ({ sql: 'INSERT INTO note VALUES (?)', args: [text] })

  for (const loss of LOSSES) {
    it(`writes once when a write is ${loss}`, async () => {
      proxy.loseOnce(loss, /INSERT INTO note/)
      await db.write([insert(loss)])
      assert.equal(await count(loss), 1)
    })

    it(`still says what the batch selected when it is ${loss}`, async () => {
      const text = `${loss}, selected`
      proxy.loseOnce(loss, /INSERT INTO note/)
      const [, selected] = await db.write([
        insert(text),
        { sql: 'SELECT count(*) AS n FROM note WHERE text = ?', args: [text] },
      ])
      assert.equal(selected?.rows[0]?.n, 1)
    })

    it(`writes once when a write is ${loss} three times`, async () => {
      const text = `${loss}, three times`
      let left = 3
      proxy.lose((body) => (/INSERT INTO note/.test(body) && left-- > 0 ? loss : undefined))
      await db.write([insert(text)], { patience: 10_000 })
      assert.equal(await count(text), 1)
    })
  }

  it('says that nothing is known when every answer is lost for longer than it is patient', async () => {
    proxy.lose(() => 'lost')
    await assert.rejects(db.write([insert('in doubt')], { patience: 0 }), DatabaseUnavailable)
  })

  it('has written that once', async () => {
    assert.equal(await count('in doubt'), 1)
  })

  it('does not make up rows that were returned by a write and lost', async () => {
    proxy.loseOnce('lost', /INSERT INTO note/)
    await assert.rejects(
      db.write([{ sql: "INSERT INTO note VALUES ('returned') RETURNING text" }]),
      DatabaseUnavailable,
    )
  })

  it('sends a batch that may be repeated without a receipt', async () => {
    const before = await receipts()
    await db.write([insert('plain')], { repeatable: true })
    assert.equal(await receipts(), before)
  })

  it('sweeps receipts that are older than a day', async () => {
    await db.write([{ sql: "INSERT INTO write_receipt VALUES ('000000001-old')" }])
    for (let i = 0; i < 256; i++) await db.write([insert('sweeping')])
    const [result] = await db.write([
      { sql: "SELECT count(*) AS n FROM write_receipt WHERE id = '000000001-old'" },
    ])
    assert.equal(result?.rows[0]?.n, 0)
  })

  async function receipts() {
    const rows = await db.orm.all<{ n: number }>('SELECT count(*) AS n FROM write_receipt')
    return rows[0]?.n
  }

  for (const loss of LOSSES)
    it(`reads again when a read is ${loss}`, async () => {
      proxy.loseOnce(loss, /SELECT 41/)
      const rows = await db.orm.all<{ n: number }>('SELECT 41 + 1 AS n')
      assert.equal(rows[0]?.n, 42)
    })

  it('ends a read whose answers are all lost', async () => {
    proxy.lose(() => 'lost')
    await assert.rejects(async () => db.withPatience(0).orm.all('SELECT 1'))
  })
})
