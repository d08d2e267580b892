import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { cutBefore } from '../../../bff/log/chain/retain.ts'
import { sealNow } from '../../../bff/log/chain/seal.ts'
import { besideQuery, type EntryPlace } from '../../../db/links.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const ONE = tenantId('one')
const COLUMNS =
  'at, level, actor, role, action, operation, reason, duration_ms, code, params, detail, client_visible'

/** An entry put in past queue and chain, beside the ones that are there. */
const put = (id: string, service: string) =>
  `INSERT INTO log_entry (id, tenant, service, ${COLUMNS}) SELECT ${id}, 'one', ${service}, ${COLUMNS} FROM log_entry WHERE rowid = 1`

describe('a log that is looked through in pages of any size', () => {
  let evidence: Evidence
  let ids: string[]
  before(async () => {
    evidence = await openEvidence()
    for (const service of [null, 's1', null, 's2', 's1', 's3', 's3', null, 's2', 's1'])
      await evidence.write({ service })
    await sealNow(evidence.house.deps, ONE)
    for (const more of [1, 2, 3]) {
      await evidence.sign()
      await evidence.write({ service: `s${more}` })
    }
    await evidence.sign()
    ids = (await evidence.rows('SELECT id FROM log_entry ORDER BY id')).map(({ id }) => String(id))
  })
  after(() => evidence.end())

  const page = fc.integer({ min: 1, max: 15 })

  it('is whole', async () => {
    for (let size = 1; size <= 15; size++) {
      const { findings, links, heads } = await evidence.verdict({ page: size })
      assert.deepEqual({ findings, links, heads }, { findings: [], links: 13, heads: 4 })
    }
  })
  it('gives a changed entry away wherever it stands, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(page, fc.nat(12), async (size, at) => {
        await evidence.tamper(`UPDATE log_entry SET code = code || 'x' WHERE id = '${ids[at]}'`)
        const { findings } = await evidence.verdict({ page: size })
        await evidence.tamper(
          `UPDATE log_entry SET code = 'log.action.succeeded' WHERE id = '${ids[at]}'`,
        )
        assert.deepEqual(findings, [{ what: 'entry_changed', seq: at + 1, entry: ids[at] }])
      }),
      { numRuns: 60 },
    )
  })
  it('gives an entry away that was put in beside it, at every border of a page', async () => {
    const services = fc.constantFrom('NULL', `''`, `'s1'`, `'s2'`, `'s22'`, `'z'`, `x'7331'`)
    const places = fc.nat(13)
    await fc.assert(
      fc.asyncProperty(page, services, places, async (size, service, at) => {
        const id = at === 13 ? '' : `${ids[at]}x`
        await evidence.tamper(put(`'${id}'`, service))
        const { findings } = await evidence.verdict({ page: size })
        await evidence.tamper(`DELETE FROM log_entry WHERE id = '${id}'`)
        assert.deepEqual(findings, [{ what: 'entry_beside', seq: null, entry: id }])
      }),
      { numRuns: 150 },
    )
  })
  it('gives any number of them away', async () => {
    await fc.assert(
      fc.asyncProperty(page, fc.uniqueArray(fc.nat(12), { minLength: 1 }), async (size, places) => {
        const added = places.map((at) => `${ids[at]}x`).sort()
        await evidence.tamper(
          ...added.map((id, i) => put(`'${id}'`, i % 2 === 0 ? 'NULL' : `'s${i}'`)),
        )
        const { findings } = await evidence.verdict({ page: size })
        await evidence.tamper(...added.map((id) => `DELETE FROM log_entry WHERE id = '${id}'`))
        assert.deepEqual(findings.map(({ entry }) => entry).sort(), added)
      }),
      { numRuns: 40 },
    )
  })
  for (const [what, id] of [
    ['bytes', `x'ff00'`],
    ['a text that is not UTF-8', `CAST(x'ff41' AS TEXT)`],
    ['a text with a NUL in it', `'a' || char(0) || 'b'`],
  ])
    it(`goes on behind ${what} for an id, and for a service`, async () => {
      for (const size of [1, 2, 3, 20]) {
        await evidence.tamper(
          put(String(id), `'s1'`),
          put(`'log_y'`, String(id)),
          put(`'log_z'`, String(id)),
        )
        const { findings } = await evidence.verdict({ page: size })
        await evidence.tamper(`DELETE FROM log_entry WHERE id NOT IN (SELECT entry FROM log_seal)`)
        assert.deepEqual(
          findings.map((one) => one.what),
          ['entry_beside', 'entry_beside', 'entry_beside'],
        )
      }
    })
  it('is looked through with everybody else heard in between', async () => {
    let turns = 0
    let looking = true
    const count = () => {
      turns += 1
      if (looking) setImmediate(count)
    }
    setImmediate(count)
    await evidence.verdict({ page: 1 })
    looking = false
    // A turn for every link, and one for every entry that is looked at beside them.
    assert.ok(turns >= 26, `${turns} turns`)
  })
  it('is asked for along its index, whatever a page begins behind', async () => {
    const text = (value: string) => ({ bytes: new TextEncoder().encode(value), isText: true })
    const places: (EntryPlace | 'services' | undefined)[] = [
      undefined,
      'services',
      { service: null, id: text('log_1') },
      { service: text('s1'), id: text('log_1') },
    ]
    for (const place of places) {
      const built = evidence.db.orm.all(besideQuery(ONE, place, 1, 500))
      const { sql, params } = built.getQuery()
      const explained = { toSQL: () => ({ sql: `EXPLAIN QUERY PLAN ${sql}`, params }) }
      const [plan] = await evidence.db.write([explained])
      const steps = plan?.rows.map(({ detail }) => String(detail)).join('; ') ?? ''
      assert.match(steps, /^SEARCH e USING COVERING INDEX log_of_service/)
      assert.doesNotMatch(steps, /TEMP B-TREE|SCAN [a-z]/)
      if (typeof place === 'object' && place.service !== null)
        assert.match(steps, /\(service,id\)>\(\?,\?\)/)
    }
  })
})

describe('an entry put in where nobody would look', () => {
  let evidence: Evidence
  beforeEach(async () => {
    evidence = await openEvidence(3)
    await evidence.sign()
  })
  afterEach(() => evidence.end())
  const link = (seq: number, entry: string, more = `'p', 'h'`) =>
    `INSERT INTO log_seal (tenant, seq, entry, sealed_at, caught_up_at, digest, prev, hash) VALUES ('one', ${seq}, ${entry}, 0, 0, 'd', ${more})`

  it('is found behind a link before the first', async () => {
    await evidence.tamper(put(`'log_x'`, `'s1'`), link(-5, `'log_x'`))
    const { findings } = await evidence.verdict()
    assert.ok(findings.some(({ entry }) => entry === 'log_x'))
  })
  for (const seq of ['9007199254740993', `'x'`, `x'00'`])
    it(`is found behind a link of number ${seq}`, async () => {
      await evidence.tamper(
        put(`'log_x'`, `'s1'`),
        link(0, `'log_x'`).replace(`('one', 0`, `('one', ${seq}`),
      )
      assert.deepEqual(await evidence.findings(), ['link_unreadable', 'entry_beside'])
    })

  describe('behind a cut', () => {
    beforeEach(async () => {
      evidence.house.clock.time += 10 * 86_400_000
      const later = evidence.house.clock.time
      await evidence.write()
      await evidence.sign()
      await cutBefore(evidence.house.deps, ONE, later)
    })
    it('is found though every trigger stands', async () => {
      await evidence.tamper(put(`'log_x'`, `'s1'`))
      await evidence.db.write([{ sql: link(1, `'log_x'`) }])
      assert.ok((await evidence.findings()).includes('checkpoint_differs 3'))
    })
    for (const seq of [-2, 2, 3])
      it(`is found at number ${seq}`, async () => {
        await evidence.tamper(put(`'log_x'`, `'s1'`), link(seq, `'log_x'`))
        assert.ok((await evidence.findings()).includes('checkpoint_differs 3'))
      })
  })
})
