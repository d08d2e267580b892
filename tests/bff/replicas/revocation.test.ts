import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose'
import { REVOCATIONS_FRESH } from '../../../bff/auth/revocation.ts'
import { type Bff, composeBff } from '../../../bff/compose.ts'
import { revokeSubject, revokeToken } from '../../../bff/tenants/revoke.ts'
import { tenantInserted } from '../../../db/tenants.ts'
import { type Sqld, startSqld } from '../../sqld.ts'
import { tenantId } from '../../tenant-id.ts'
import { ServerInMemory } from '../panel-in-memory.ts'

const TENANT = tenantId('ten_1')
const ISSUER = 'https://brand.example'
const OPERATOR = { role: 'system', label: 'operator' } as const
const vaultKeys = `k1:${randomBytes(32).toString('base64')}`

let server: Sqld
let here: Bff
let there: Bff
let pair: GenerateKeyPairResult
let ids = 0
/** Milliseconds by which both clocks are ahead. */
let ahead = 0

const replica = () =>
  composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: server.url, deadline: 3000, patience: 0 },
      vaultKeys,
      allowedHosts: [],
      socket: undefined,
      logLevel: 'silent',
    },
    {
      provider: new ServerInMemory().provider,
      report: () => undefined,
      automatic: false,
      clock: { now: () => Date.now() + ahead },
    },
  )

before(async () => {
  server = await startSqld()
  here = await replica()
  there = await replica()
  pair = await generateKeyPair('ES256')
  const { db } = here.rooms
  await db.write([
    tenantInserted(db, {
      id: TENANT,
      label: 'Brand',
      issuer: ISSUER,
      algorithms: '["ES256"]',
      jwks: JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }),
      origins: '[]',
      created_at: 1,
    }),
  ])
})
after(async () => {
  await here.close()
  await there.close()
  await server.stop()
})

function token(subject: string, jti = `j${ids++}`): Promise<string> {
  const now = Math.floor((Date.now() + ahead) / 1000)
  return new SignJWT({ client_id: 'admin', scope: 'services:read services:write', role: 'staff' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience('https://panel.example.com')
    .setSubject(subject)
    .setJti(jti)
    .setIssuedAt(now)
    .setExpirationTime(now + 600)
    .sign(pair.privateKey)
}
const ask = async (bff: Bff, bearer: string, path = '/services/shop') =>
  bff.fetch(
    new Request(`http://localhost/v1${path}`, { headers: { authorization: `Bearer ${bearer}` } }),
  )
const statusOf = async (bff: Bff, bearer: string) => (await ask(bff, bearer)).status
const deps = (bff: Bff) => ({ db: bff.rooms.db, clock: bff.rooms.engine.clock })

describe('a token revoked on one replica', () => {
  let bearer: string
  beforeEach(async () => {
    const jti = `revoked-${ids++}`
    bearer = await token('ann', jti)
    assert.equal(await statusOf(there, bearer), 404)
    await revokeToken(deps(here), TENANT, OPERATOR, { jti })
  })
  it('is refused by another five seconds later', async () => {
    ahead += REVOCATIONS_FRESH
    assert.equal(await statusOf(there, bearer), 401)
  })
  it('takes none of the same subject’s other tokens with it', async () => {
    ahead += REVOCATIONS_FRESH
    assert.equal(await statusOf(there, await token('ann')), 404)
  })
})

describe('a subject revoked on one replica', () => {
  it('is refused by another five seconds later, and let in again with a later token', async () => {
    const bearer = await token('bob')
    assert.equal(await statusOf(there, bearer), 404)
    await revokeSubject(deps(here), TENANT, OPERATOR, 'bob')
    ahead += REVOCATIONS_FRESH
    const later = await token('bob')
    assert.deepEqual([await statusOf(there, bearer), await statusOf(there, later)], [401, 404])
  })
})

describe('an open stream of a subject revoked on another replica', () => {
  it('ends', async () => {
    const bearer = await token('eve')
    const made = await there.fetch(
      new Request('http://localhost/v1/services/live', {
        method: 'PUT',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ label: 'Live' }),
      }),
    )
    assert.ok(made.ok, await made.text())
    const stream = await ask(there, bearer, '/services/live/events')
    assert.equal(stream.status, 200)
    await revokeSubject(deps(here), TENANT, OPERATOR, 'eve')
    ahead += REVOCATIONS_FRESH
    await there.feed.tick()
    assert.match(await stream.text(), /event: bye\ndata: {"reason":"token"}\n\n$/)
  })
})

describe('while the database is away', () => {
  it('nobody is let in on what is not known any more, and that is our fault', async () => {
    const bearer = await token('ann')
    assert.equal(await statusOf(there, bearer), 404)
    await server.kill()
    ahead += REVOCATIONS_FRESH
    const answer = await ask(there, bearer)
    assert.deepEqual(
      [
        answer.status,
        answer.headers.get('retry-after') !== null,
        answer.headers.get('www-authenticate'),
      ],
      [503, true, null],
    )
  })
})
