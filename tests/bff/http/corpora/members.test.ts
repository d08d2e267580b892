import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Brands, openBrands } from '../../brands.ts'
import type { Row } from '../matrix/row.ts'
import { WORKING } from './places.ts'

/** Members every object has without having been given them. */
const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']

/** The members of a body, at every depth, with one more among them; as text, for `__proto__` must be a name like any. */
function withMember(value: unknown, name: string, inner: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const members = Object.entries(value)
  const written = (entries: readonly (readonly [string, string])[]) =>
    `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`
  const plain = members.map(([key, one]) => [key, JSON.stringify(one)] as const)
  return [
    written([...plain, [name, inner]]),
    ...members.flatMap(([key, one], at) =>
      withMember(one, name, inner).map((text) =>
        written(plain.map((entry, index) => (index === at ? [key, text] : entry))),
      ),
    ),
  ]
}

const name = ({ route, when }: Row) => (when === undefined ? route : `${route}, where ${when}`)

describe('a member every object inherits', () => {
  let brands: Brands
  let token: string
  before(async () => {
    brands = await openBrands()
    token = await brands.token()
  })
  after(() => brands.end())

  for (const row of WORKING.filter(({ body }) => body !== undefined))
    it(`is refused in the body of ${name(row)}, and nothing has changed`, async () => {
      const [method = ''] = row.route.split(' ')
      const rows = await brands.rows()
      const taken: string[] = []
      for (const member of INHERITED)
        for (const raw of withMember(row.body, member, '{"polluted":true,"role":"staff"}')) {
          const response = await brands.send(method, row.path, {
            token,
            raw,
            headers: { 'idempotency-key': 'one-gesture' },
          })
          if (response.status !== 400 && response.status !== 422) taken.push(`${raw}`)
        }
      assert.deepEqual([taken, (await brands.rows()) === rows], [[], true])
    })

  it('has reached no other object', () =>
    assert.deepEqual(
      [Object.hasOwn(Object.prototype, 'polluted'), Reflect.get({}, 'polluted'), brands.reports],
      [false, undefined, []],
    ))

  for (const inherited of INHERITED)
    it(`names no action, list, field or service: ${inherited}`, async () => {
      const statuses = []
      for (const [method, path, body] of [
        ['POST', `/v1/services/bob/actions/${inherited}`, { input: {} }],
        ['POST', `/v1/services/bob/actions/${inherited}/preview`, { input: {} }],
        ['GET', `/v1/services/bob/choices/${inherited}`, undefined],
        ['GET', `/v1/services/${inherited}`, undefined],
        ['GET', `/v1/operations/${inherited}`, undefined],
        ['GET', `/v1/configurations/${inherited}`, undefined],
      ] as const) {
        const response = await brands.send(method, path, {
          token,
          ...(body === undefined ? {} : { body }),
          headers: { 'idempotency-key': 'one-gesture' },
        })
        statuses.push(response.status)
      }
      // A name that a scope could have, and no token holds, is told apart from one that no scope can have.
      assert.ok(
        statuses.every((status) => status === 404 || status === 403),
        String(statuses),
      )
    })
})
