import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { changeTenant } from '../../../bff/tenants/change.ts'
import { switchTenant } from '../../../bff/tenants/enable.ts'
import { tenantById } from '../../../db/tenants.ts'
import { type Brand, type Brands, NORTH, openBrands, SOUTH } from '../brands.ts'
import { EventReader } from '../http/event-reader.ts'

const OPERATOR = { role: 'system', label: 'operator' } as const
/** Within which every replica knows, in milliseconds. */
const EVERYWHERE = 5000

let brands: Brands
beforeEach(async () => {
  brands = await openBrands()
})
afterEach(() => brands.end())

/** As a command does that speaks to another replica: this process is told nothing. */
async function elsewhere(
  { tenant }: Brand,
  then: (row: NonNullable<Awaited<ReturnType<typeof tenantById>>>) => Promise<unknown>,
): Promise<void> {
  const row = await tenantById(brands.bff.rooms.db, tenant)
  assert.ok(row)
  await then(row)
  brands.clock.time += EVERYWHERE
}
const serve = (brand: Brand, enabled: boolean) =>
  elsewhere(brand, (row) => switchTenant(brands.bff.rooms.configurations, OPERATOR, row, enabled))
const statusOf = async ({ issuer }: Brand) =>
  (await brands.send('GET', '/v1/services/bob', { token: await brands.token({ iss: issuer }) }))
    .status
const listen = async ({ issuer }: Brand) => {
  const reader = new EventReader(
    await brands.send('GET', '/v1/services/bob/events', {
      token: await brands.token({ iss: issuer }),
    }),
  )
  await reader.next()
  return reader
}

describe('a tenant that is disabled through another process', () => {
  it('has its tokens refused within five seconds', async () => {
    const before = await statusOf(SOUTH)
    await serve(SOUTH, false)
    assert.deepEqual([before, await statusOf(SOUTH)], [200, 401])
  })
  it('has its streams ended within five seconds, with a word', async () => {
    const reader = await listen(SOUTH)
    await serve(SOUTH, false)
    await brands.bff.feed.tick()
    assert.deepEqual(
      (await reader.rest()).map(({ event, data }) => [event, data]),
      [['bye', '{"reason":"token"}']],
    )
  })
  it('leaves the others’ tokens and streams alone', async () => {
    await listen(NORTH)
    await serve(SOUTH, false)
    await brands.bff.feed.tick()
    assert.deepEqual([await statusOf(NORTH), brands.bff.feed.streams], [200, 1])
  })
  it('is served again within five seconds of being enabled', async () => {
    await serve(SOUTH, false)
    await serve(SOUTH, true)
    assert.equal(await statusOf(SOUTH), 200)
  })
})

describe('an issuer that was changed', () => {
  it('is the one whose tokens are taken, and the old one is unknown', async () => {
    await elsewhere(SOUTH, (row) =>
      changeTenant(brands.bff.rooms.configurations, OPERATOR, row, {
        issuer: 'https://new.example',
      }),
    )
    assert.deepEqual(
      [await statusOf({ ...SOUTH, issuer: 'https://new.example' }), await statusOf(SOUTH)],
      [200, 401],
    )
  })
})

describe('an action that was taken from clients', () => {
  it('is no client’s any more within five seconds', async () => {
    const peek = async () =>
      (
        await brands.send('POST', '/v1/services/bob/actions/peek', {
          token: await brands.token({ iss: SOUTH.issuer, role: 'client', service: 'bob' }),
          body: { input: {} },
        })
      ).status
    const before = await peek()
    await elsewhere(SOUTH, (row) =>
      changeTenant(brands.bff.rooms.configurations, OPERATOR, row, { client_actions: ['whisper'] }),
    )
    assert.deepEqual([before, await peek()], [200, 403])
  })
})

describe('a client of a tenant whose language is set', () => {
  const ARABIC = /[\u0600-\u06ff]/
  const spoken = async (role: string, headers: Record<string, string> = {}) => {
    const response = await brands.send('GET', '/v1/services/nobody', {
      token: await brands.token({ role, ...(role === 'client' ? { service: 'bob' } : {}) }),
      headers,
    })
    const body: unknown = await response.json()
    return ARABIC.test(String(Reflect.get(Object(body), 'title'))) ? 'ar' : 'en'
  }
  beforeEach(() =>
    elsewhere(NORTH, (row) =>
      changeTenant(brands.bff.rooms.configurations, OPERATOR, row, { language: 'ar' }),
    ),
  )

  it('is spoken to in it when it asks for none', async () => {
    assert.equal(await spoken('client'), 'ar')
  })
  it('is spoken to in it when it asks for one we do not speak', async () => {
    assert.equal(await spoken('client', { 'accept-language': 'fr, *;q=0.1' }), 'ar')
  })
  it('is spoken to in the one of ours it asks for', async () => {
    assert.equal(await spoken('client', { 'accept-language': 'en-GB' }), 'en')
  })
  it('is alone in that: staff are spoken to as ever', async () => {
    assert.equal(await spoken('staff'), 'en')
  })
})
