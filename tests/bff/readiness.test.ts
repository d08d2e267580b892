import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type Bff, composeBff } from '../../bff/compose.ts'
import { type Sqld, startSqld } from '../sqld.ts'
import { ServerInMemory } from './panel-in-memory.ts'

let server: Sqld
let bff: Bff
const reports: string[] = []

before(async () => {
  server = await startSqld()
  bff = await composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: server.url },
      vaultKeys: `k1:${randomBytes(32).toString('base64')}`,
      allowedHosts: [],
      socket: undefined,
      logLevel: 'silent',
    },
    {
      provider: new ServerInMemory().provider,
      report: (error, about) => reports.push(`${about}: ${String(error)}`),
      automatic: false,
    },
  )
})
after(async () => {
  await bff.close()
  await server.stop()
})

const ready = async () => (await bff.fetch(new Request('http://localhost/readyz'))).status
const alive = async () => (await bff.fetch(new Request('http://localhost/livez'))).status

describe('a process is ready', () => {
  it('when its database answers and has every migration', async () =>
    assert.equal(await ready(), 200))
  it('not while a migration is missing', async () => {
    const { db } = bff.rooms
    const [kept] = await db.write([
      { sql: 'SELECT at, hash, fence, applied_at FROM migration ORDER BY at DESC LIMIT 1' },
    ])
    const row = kept?.rows[0]
    assert.ok(row !== undefined)
    await db.write([{ sql: 'DELETE FROM migration WHERE at = ?', args: [row.at ?? null] }])
    const without = await ready()
    await db.write([
      {
        sql: 'INSERT INTO migration (at, hash, fence, applied_at) VALUES (?, ?, ?, ?)',
        args: [row.at ?? null, row.hash ?? null, row.fence ?? null, row.applied_at ?? null],
      },
    ])
    assert.deepEqual([without, await ready()], [503, 200])
  })
  it('not while its database does not answer; but it is alive, and ready again afterwards', async () => {
    server.freeze()
    const [away, living] = [await ready(), await alive()]
    await server.thaw()
    assert.deepEqual([away, living, await ready(), reports.length], [503, 200, 200, 1])
  })
  it('not once it is told to end', async () => {
    const closing = bff.close()
    const status = await ready()
    await closing
    assert.equal(status, 503)
  })
  it('and ends once, however often it is told to', async () =>
    assert.equal(await bff.close(), 'settled'))
})
