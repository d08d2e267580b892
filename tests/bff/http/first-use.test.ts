import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type Brands, openBrands } from '../brands.ts'

describe('a token that describes a service nobody knows yet', () => {
  let brands: Brands
  let rows = ''
  before(async () => {
    brands = await openBrands()
  })
  beforeEach(async () => {
    rows = await brands.rows()
  })
  after(() => brands.end())

  const describing = (more: Record<string, unknown> = {}) =>
    brands.token({ service: { id: 'fresh', domain: 'fresh.example' }, ...more })
  const FRESH = '/v1/services/fresh'

  for (const [what, method, path, more, body] of [
    ['its scope is missing', 'GET', FRESH, { scope: 'logs:read' }, undefined],
    ['the service is another one', 'GET', '/v1/services/eve', {}, undefined],
    ['the query is no good', 'GET', `${FRESH}/logs?limit=many`, {}, undefined],
    ['the body is no good', 'PATCH', `${FRESH}/fields`, {}, { fields: 7 }],
    ['no key was sent that can be one', 'GET', FRESH, {}, undefined],
  ] as const)
    it(`registers nothing where ${what}`, async () => {
      const response = await brands.send(method, path, {
        token: await describing(more),
        ...(body === undefined ? {} : { body }),
        headers: { 'idempotency-key': what.startsWith('no key') ? 'short' : 'one-gesture' },
      })
      assert.deepEqual([response.status >= 400, (await brands.rows()) === rows], [true, true])
    })
  it('registers nothing where the description is no good, and says what is', async () => {
    const token = await describing({ service: { id: 'fresh', domain: 'no domain' } })
    const response = await brands.send('GET', FRESH, { token })
    const { code, errors } = JSON.parse(await response.text())
    assert.deepEqual(
      [response.status, code, errors.map(({ pointer }: { pointer: string }) => pointer)],
      [422, 'registration_invalid', ['/service/domain']],
    )
    assert.equal(await brands.rows(), rows)
  })
  it('registers it with the first request nothing is in the way of', async () => {
    const response = await brands.send('GET', FRESH, { token: await describing() })
    assert.deepEqual(
      [response.status, JSON.parse(await response.text()).domain],
      [200, 'fresh.example'],
    )
  })
})
