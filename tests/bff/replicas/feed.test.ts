import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose'
import { type Bff, composeBff } from '../../../bff/compose.ts'
import { feedBounds } from '../../../db/feed.ts'
import { tenantInserted } from '../../../db/tenants.ts'
import { type Sqld, startSqld } from '../../sqld.ts'
import { tenantId } from '../../tenant-id.ts'
import { EventReader } from '../http/event-reader.ts'
import { ServerInMemory } from '../panel-in-memory.ts'

interface Replica {
  readonly bff: Bff
  readonly base: string
  readonly reports: string[]
}

let server: Sqld
let replicas: Replica[]
let pair: GenerateKeyPairResult
const vaultKeys = `k1:${randomBytes(32).toString('base64')}`

async function replica(): Promise<Replica> {
  const reports: string[] = []
  const bff = await composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: server.url, deadline: 3000, patience: 3000 },
      vaultKeys,
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
  return { bff, base: `http://127.0.0.1:${(await bff.listen()).port}`, reports }
}

before(async () => {
  server = await startSqld()
  replicas = [await replica(), await replica()]
  pair = await generateKeyPair('ES256')
  const { db } = first().bff.rooms
  await db.write([
    tenantInserted(db, {
      limits: '{"token":10000000,"service":10000000,"tenant":10000000}',
      id: tenantId('ten_1'),
      label: 'Brand',
      issuer: 'https://brand.example',
      algorithms: '["ES256"]',
      jwks: JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }),
      origins: '[]',
      created_at: 1,
    }),
  ])
  await describeAnew(first(), 'a')
})
after(async () => {
  await Promise.all(replicas.map(({ bff }) => bff.close()))
  await server.stop()
})

function at(place: number): Replica {
  const found = replicas[place]
  assert.ok(found !== undefined)
  return found
}
const first = () => at(0)
const second = () => at(1)

function tokenOf(subject: string): Promise<string> {
  return new SignJWT({
    client_id: 'admin',
    scope: 'services:read services:write fields:read logs:read',
    role: 'staff',
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer('https://brand.example')
    .setAudience('https://panel.example.com')
    .setSubject(subject)
    .setJti('j1')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(pair.privateKey)
}
async function ask({ base }: Replica, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${base}/v1${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${await tokenOf('ann')}`,
      'content-type': 'application/json',
      ...init.headers,
    },
  })
}
async function describeAnew(on: Replica, label: string): Promise<void> {
  const answer = await ask(on, '/services/shop', { method: 'PUT', body: JSON.stringify({ label }) })
  assert.ok(answer.ok, await answer.text())
}
const listen = async (on: Replica, last?: string) =>
  new EventReader(
    await ask(
      on,
      '/services/shop/events',
      last === undefined ? {} : { headers: { 'last-event-id': last } },
    ),
  )

describe('two processes on one libSQL server', () => {
  it('tell what the other has changed', async () => {
    const readers = [await listen(first()), await listen(second())]
    await describeAnew(first(), 'b')
    await describeAnew(second(), 'c')
    for (const { bff } of replicas) await bff.feed.tick()
    const [one, two] = await Promise.all(readers.map((reader) => reader.events(6)))
    for (const reader of readers) await reader.leave()
    assert.deepEqual([one?.length, one], [6, two])
  })
  it('let a reader go on at the other where it was at the one', async () => {
    const reader = await listen(first())
    let last = (await reader.next())?.id
    await describeAnew(first(), 'd')
    await first().bff.feed.tick()
    const before = [await reader.next(), await reader.next()]
    last = before.at(-1)?.id
    await reader.leave()
    await describeAnew(second(), 'e')
    const other = await listen(second(), last)
    await other.next()
    const rest: number[] = []
    const { head } = await feedBounds(second().bff.rooms.db)
    while (rest.at(-1) !== head) rest.push(Number((await other.next())?.id))
    await other.leave()
    const ids = [...before.map((block) => Number(block?.id)), ...rest]
    assert.deepEqual(
      ids,
      [...new Set(ids)].sort((a, b) => a - b),
    )
  })
  it('forget a reader that hung up', async () => {
    const reader = await listen(first())
    await reader.next()
    await reader.leave()
    while (first().bff.feed.streams > 0) await turn()
    assert.equal(first().bff.feed.streams, 0)
  })
  it('keep streams open while the database is away, and tell what was missed when it is back', async () => {
    const reader = await listen(second())
    await reader.next()
    await describeAnew(first(), 'f')
    server.freeze()
    await second().bff.feed.tick()
    const away = second().bff.feed.streams
    await server.thaw()
    await second().bff.feed.tick()
    const told = await reader.events(3)
    await reader.leave()
    assert.deepEqual([away, told.length, second().reports.length], [1, 3, 1])
  })
})

describe('a reader whose connection takes nothing any more', () => {
  it('is let go although it never hangs up, and its memory with it', async () => {
    const { port } = new URL(first().base)
    const bearer = await tokenOf('slow')
    const socket = connect(Number(port), '127.0.0.1')
    socket.pause()
    socket.write(
      `GET /v1/services/shop/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${bearer}\r\n\r\n`,
    )
    while (first().bff.feed.streams === 0) await turn()
    const { db } = first().bff.rooms
    let written = 0
    // What the system takes for it is the system's; after that nothing grows here.
    while (first().bff.feed.streams > 0 && written < 400_000) {
      await db.write([
        {
          sql: `INSERT INTO feed (tenant, service, event, ref, version, at)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                SELECT 'ten_1', 'shop', 'operation', 'op_' || i, i, 1 FROM n`,
        },
      ])
      written += 5000
      await first().bff.feed.tick()
    }
    const left = first().bff.feed.streams
    socket.destroy()
    assert.deepEqual([left, written < 400_000], [0, true])
  })
})
