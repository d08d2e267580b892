import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Bff, composeBff } from '../../../bff/compose.ts'
import { tenantInserted } from '../../../db/tenants.ts'
import { type Sqld, startSqld } from '../../sqld.ts'
import { tenantId } from '../../tenant-id.ts'
import { ServerInMemory } from '../panel-in-memory.ts'

const ORIGIN = 'https://admin.brand.example'

let server: Sqld
let bff: Bff
let base: string
let token: string

before(async () => {
  server = await startSqld()
  bff = await composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: server.url, deadline: 300, patience: 300 },
      vaultKeys: `k1:${randomBytes(32).toString('base64')}`,
      allowedHosts: [],
      socket: undefined,
      logLevel: 'silent',
    },
    { provider: new ServerInMemory().provider, report: () => undefined, automatic: false },
  )
  base = `http://127.0.0.1:${(await bff.listen()).port}`
  const pair = await generateKeyPair('ES256')
  const { db } = bff.rooms
  await db.write([
    tenantInserted(db, {
      limits: '{"token":10000000,"service":10000000,"tenant":10000000}',
      id: tenantId('ten_1'),
      label: 'Brand',
      issuer: 'https://brand.example',
      algorithms: '["ES256"]',
      jwks: JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }),
      origins: JSON.stringify([ORIGIN]),
      created_at: 1,
    }),
  ])
  token = await new SignJWT({ client_id: 'admin', scope: 'configurations:read', role: 'staff' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer('https://brand.example')
    .setAudience('https://panel.example.com')
    .setSubject('ann')
    .setJti('j1')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(pair.privateKey)
})
after(async () => {
  await bff.close()
  await server.stop()
})

const ask = (path: string) =>
  fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}`, origin: ORIGIN } })

for (const [situation, leave, comeBack] of [
  ['was killed', () => server.kill(), () => server.restart()],
  ['hangs', () => server.freeze(), async () => server.thaw()],
] as const) {
  describe(`a replica whose libSQL server ${situation}`, () => {
    let answer: Response
    let problem: { code: string; retryable: boolean }
    before(async () => {
      assert.equal((await ask('/v1/configurations')).status, 200)
      await leave()
      answer = await ask('/v1/configurations')
      problem = (await answer.json()) as typeof problem
    })

    it('says so, and that the same request may work later', () =>
      assert.deepEqual(
        [answer.status, answer.headers.get('content-type'), problem.code, problem.retryable],
        [503, 'application/problem+json', 'database_unavailable', true],
      ))
    it('says when', () => assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/))
    it('lets the page read it', () =>
      assert.equal(answer.headers.get('access-control-allow-origin'), ORIGIN))
    it('is not ready', async () => assert.equal((await ask('/readyz')).status, 503))
    it('is alive: nobody is helped by a restart', async () =>
      assert.equal((await ask('/livez')).status, 200))
    it('answers by itself once the database is back', async () => {
      await comeBack()
      assert.equal((await ask('/v1/configurations')).status, 200)
    })
    it('is ready again', async () => assert.equal((await ask('/readyz')).status, 200))
  })
}
