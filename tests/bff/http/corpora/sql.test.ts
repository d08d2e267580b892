import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { logPageSchema } from '../../../../bff/contract/resources.ts'
import { leaks } from '../../../secret-search.ts'
import { type Brands, NORTH, openBrands, SOUTH } from '../../brands.ts'
import { CLAIMS, placesOf, WORKING } from './places.ts'

const STATEMENTS = [
  "' OR '1'='1",
  "'; DROP TABLE service; --",
  "' UNION SELECT token FROM configuration --",
  "x'); UPDATE operation SET state='succeeded'; --",
  '" OR ""="',
  "\\'; DELETE FROM log_entry; --",
  'eve" --',
  "eve'/**/OR/**/1=1--",
  '?1',
  ':tenant',
  "ten_south' --",
  '%',
]

/** Tables, indices and triggers, as they were made. */
async function schemaOf(brands: Brands): Promise<string> {
  const [list] = await brands.bff.rooms.db.write([
    { sql: 'SELECT type, name, sql FROM sqlite_master ORDER BY type, name' },
  ])
  return JSON.stringify(list?.rows)
}

const headersOf = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^\x20-\x7e]/g, '')]),
  )

describe('a statement in the place of a value', () => {
  let brands: Brands
  let schema: string
  let others: string
  let token: string
  before(async () => {
    brands = await openBrands()
    schema = await schemaOf(brands)
    others = await brands.rows(SOUTH.tenant)
    token = await brands.token()
  })
  after(() => brands.end())

  for (const row of WORKING)
    it(`changes no table and shows nothing of others, wherever it is in ${row.route}${row.when === undefined ? '' : `, where ${row.when}`}`, async () => {
      const wrong: string[] = []
      for (const place of placesOf(row, brands.bff.app.routes))
        for (const statement of STATEMENTS) {
          const { method, path, body, headers } = place.with(statement)
          const response = await brands.send(method, path, {
            token,
            headers: headersOf(headers),
            ...(body === undefined ? {} : { body }),
          })
          const streams = response.headers.get('content-type')?.includes('event-stream') === true
          if (streams) await response.body?.cancel()
          const text = streams ? '' : await response.text()
          if (response.status >= 500) wrong.push(`${place.name} ${statement}: ${text}`)
          if (text.includes(SOUTH.mark)) wrong.push(`${place.name} ${statement}: shows others`)
          if (leaks(text, { secret: NORTH.secret }).length > 0)
            wrong.push(`${place.name} ${statement}: shows a secret`)
        }
      assert.deepEqual(
        [wrong, (await schemaOf(brands)) === schema, (await brands.rows(SOUTH.tenant)) === others],
        [[], true, true],
      )
    })

  for (const [claim, claims] of Object.entries(CLAIMS))
    it(`changes no table and shows nothing of others as the claim ${claim}`, async () => {
      const wrong: string[] = []
      for (const statement of STATEMENTS)
        for (const path of ['/v1/services/eve', '/v1/services/fresh/logs', '/v1/configurations']) {
          const response = await brands.send('GET', path, {
            token: await brands.token(claims(statement)),
          })
          const text = await response.text()
          if (response.status >= 500 || text.includes(SOUTH.mark))
            wrong.push(`${statement} ${path}: ${response.status} ${text}`)
        }
      assert.deepEqual(
        [wrong, (await schemaOf(brands)) === schema, (await brands.rows(SOUTH.tenant)) === others],
        [[], true, true],
      )
    })

  it('has given nobody anything to report', () => assert.deepEqual(brands.reports, []))
})

describe('a statement where a text is kept', () => {
  let brands: Brands
  before(async () => {
    brands = await openBrands()
  })
  after(() => brands.end())

  const ask = async (method: string, path: string, body?: unknown) =>
    JSON.parse(
      await (
        await brands.send(method, path, {
          token: await brands.token(),
          ...(body === undefined ? {} : { body }),
        })
      ).text(),
    )

  for (const statement of STATEMENTS) {
    it(`is kept as it is in a label: ${statement}`, async () => {
      await ask('PUT', '/v1/services/bob', { label: statement })
      assert.equal((await ask('GET', '/v1/services/bob')).label, statement)
    })
    it(`is kept as it is in a field: ${statement}`, async () => {
      await ask('PATCH', '/v1/services/bob/fields', { fields: { note: statement } })
      const { fields } = await ask('GET', '/v1/services/bob/fields')
      const note = fields.find(({ name }: { name: string }) => name === 'note')
      assert.equal(note.value, statement)
    })
    it(`is kept as it is in the name of a configuration: ${statement}`, async () => {
      await ask('PATCH', `/v1/configurations/${NORTH.spare}`, { label: statement })
      const spare = await ask('GET', `/v1/configurations/${NORTH.spare}`)
      assert.equal(spare.label, statement)
    })
  }

  it('is kept as it is in the reason of a verdict', async () => {
    const [statement = ''] = STATEMENTS
    await ask('POST', `/v1/operations/${NORTH.stuck}/resolve`, { verdict: 'done', why: statement })
    const { entries } = logPageSchema.parse(await ask('GET', '/v1/services/pat/logs'))
    assert.ok(JSON.stringify(entries).includes(JSON.stringify(statement).slice(1, -1)))
  })
})

describe('a search of the log', () => {
  let brands: Brands
  before(async () => {
    brands = await openBrands()
    // One entry for each wildcard, to be found by it and by nothing else.
    for (const why of ['100% sure', 'under_score', 'back\\slash', "o'clock"])
      await brands.send('PATCH', '/v1/services/bob/fields', {
        token: await brands.token({ name: why }),
        body: { fields: { note: why } },
      })
  })
  after(() => brands.end())

  const found = async (q: string) => {
    const response = await brands.send(
      'GET',
      `/v1/services/bob/logs?${new URLSearchParams({ q })}`,
      { token: await brands.token() },
    )
    return logPageSchema
      .parse(JSON.parse(await response.text()))
      .entries.map(({ actor }) => actor.label)
  }

  for (const statement of ["' OR 1=1 --", "') OR ('1'='1", "x' UNION SELECT 1 --", '%%', '__'])
    it(`for ${statement} finds nothing`, async () => assert.deepEqual(await found(statement), []))
  it('takes a percent sign as one', async () => assert.deepEqual(await found('%'), ['100% sure']))
  it('takes an underscore as one', async () =>
    assert.deepEqual(await found('r_s'), ['under_score']))
  it('takes an apostrophe as one', async () => assert.deepEqual(await found("o'c"), ["o'clock"]))
  it('never finds what is another tenant’s', async () =>
    assert.deepEqual(await found(SOUTH.mark), []))
})
