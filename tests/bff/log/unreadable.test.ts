import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { headNow, signHead } from '../../../bff/log/chain/head.ts'
import { knownKeys } from '../../../bff/log/chain/keys.ts'
import { cutBefore, cutWhatIsDue, keepFor } from '../../../bff/log/chain/retain.ts'
import { sealNow } from '../../../bff/log/chain/seal.ts'
import { Sealer } from '../../../bff/log/chain/sealer.ts'
import { verifyLogs } from '../../../bff/log/chain/verify.ts'
import { exportLog } from '../../../bff/log/export/export.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import { sayFor } from '../../../bff/texts/speech.ts'
import { isEvidenceBroken } from '../../../db/evidence-rows.ts'
import { keepDaysOf } from '../../../db/log-retention.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const ONE = tenantId('one')

let evidence: Evidence
beforeEach(async () => {
  evidence = await openEvidence(5)
  await evidence.sign()
})
afterEach(() => evidence.end())

/** Cuts all there is. */
const cut = () => cutBefore(evidence.house.deps, ONE, evidence.house.clock.now() + 1)

/** What no column of the log can hold, and what would take the driver or a parser with it. */
const STRANGE: readonly [what: string, sql: string][] = [
  ['bytes', `x'00ff'`],
  ['a text that is not UTF-8', `CAST(x'c328' AS TEXT)`],
  ['a number past every JavaScript number', '9223372036854775807'],
  ['a number without end', '9e999'],
]

describe('a row that holds what none can', () => {
  const places: readonly [table: string, column: string, where: string, found: string][] = [
    ['log_entry', 'at', `rowid = 3`, 'entry_unreadable 3'],
    ['log_entry', 'duration_ms', `rowid = 3`, 'entry_unreadable 3'],
    ['log_entry', 'client_visible', `rowid = 3`, 'entry_unreadable 3'],
    ['log_seal', 'sealed_at', `seq = 3`, 'link_unreadable 3'],
    ['log_seal', 'caught_up_at', `seq = 3`, 'link_unreadable 3'],
    ['log_head', 'at', `seq = 5`, 'head_unreadable 5'],
    ['log_chain', 'seq', `1`, 'chain_unreadable'],
    ['log_chain', 'sealed_at', `1`, 'chain_unreadable'],
    ['log_chain', 'keep_days', `1`, 'chain_unreadable'],
    ['audit_key', 'created_at', `1`, 'key_unreadable'],
  ]
  for (const [table, column, where, found] of places)
    for (const [what, value] of STRANGE)
      it(`is named: ${what} for ${table}.${column}`, async () => {
        await evidence.tamper(
          'PRAGMA ignore_check_constraints = 1',
          `UPDATE ${table} SET ${column} = ${value} WHERE ${where}`,
        )
        assert.ok((await evidence.findings()).includes(found), String(await evidence.findings()))
      })
  for (const column of ['level', 'actor', 'params', 'detail', 'code', 'reason', 'service'])
    for (const [what, value] of STRANGE.slice(0, 2))
      it(`is named: ${what} for log_entry.${column}`, async () => {
        await evidence.tamper(
          'PRAGMA ignore_check_constraints = 1',
          `UPDATE log_entry SET ${column} = ${value} WHERE rowid = 3`,
        )
        assert.deepEqual(await evidence.findings(), ['entry_unreadable 3'])
      })
  for (const column of ['who_salt', 'digest', 'prev', 'hash'])
    for (const [what, value] of STRANGE.slice(0, 2))
      it(`is named: ${what} for log_seal.${column}`, async () => {
        await evidence.tamper(`UPDATE log_seal SET ${column} = ${value} WHERE seq = 3`)
        assert.deepEqual(await evidence.findings(), ['link_unreadable 3'])
      })
  for (const [what, value] of STRANGE) {
    it(`is named: ${what} for the number of a link`, async () => {
      await evidence.tamper(`UPDATE log_seal SET seq = ${value} WHERE seq = 3`)
      assert.ok((await evidence.findings()).includes('link_unreadable'))
    })
    it(`is named: ${what} for the number of a signed end`, async () => {
      await evidence.tamper(`UPDATE log_head SET seq = ${value}`)
      assert.ok((await evidence.findings()).includes('head_unreadable'))
    })
    it(`is named: ${what} for the time of a checkpoint`, async () => {
      await cut()
      await evidence.tamper(`UPDATE log_checkpoint SET at = ${value}`)
      assert.ok((await evidence.findings()).includes('checkpoint_unreadable'))
    })
  }
  for (const [what, value] of STRANGE.slice(0, 2)) {
    it(`is named: ${what} for the id of an entry`, async () => {
      await evidence.tamper(`UPDATE log_entry SET id = ${value} WHERE rowid = 3`)
      assert.deepEqual(await evidence.findings(), ['entry_missing 3', 'entry_beside'])
    })
    it(`is named: ${what} for the id of an entry and of its link`, async () => {
      await evidence.tamper(
        `UPDATE log_entry SET id = ${value} WHERE rowid = 3`,
        `UPDATE log_seal SET entry = ${value} WHERE seq = 3`,
      )
      assert.deepEqual(await evidence.findings(), ['link_unreadable 3'])
    })
    it(`is named: ${what} for whose a signed end is`, async () => {
      await evidence.tamper(`UPDATE log_head SET tenant = ${value}`)
      const found = (await verifyLogs(evidence.house.deps, undefined)).flatMap((log) =>
        log.findings.map((finding) => finding.what),
      )
      assert.deepEqual(found, ['tenant_unreadable'])
    })
    it(`is named: ${what} for what waits to be sealed`, async () => {
      await evidence.write()
      await evidence.tamper(
        'PRAGMA ignore_check_constraints = 1',
        `UPDATE log_entry SET params = ${value} WHERE rowid = 6`,
      )
      assert.deepEqual(await evidence.findings(), ['entry_unreadable'])
    })
    it(`is named: ${what} for the id of what waits to be sealed`, async () => {
      await evidence.write()
      await evidence.tamper(
        `UPDATE log_entry SET id = ${value} WHERE rowid = 6`,
        `UPDATE log_unsealed SET entry = ${value}`,
      )
      assert.deepEqual(await evidence.findings(), ['entry_unreadable'])
    })
    it(`is named: ${what} for the digest of what was erased`, async () => {
      await evidence.tamper(
        `INSERT INTO log_erased SELECT entry, 'who', 'one', 'log_none', ${value} FROM log_seal WHERE seq = 3`,
        `UPDATE log_seal SET who_salt = NULL WHERE seq = 3`,
      )
      assert.deepEqual(await evidence.findings(), ['entry_changed 3', 'erasure_unreadable 3'])
    })
  }
  it('is named with the id of its entry', async () => {
    const [third] = await evidence.rows('SELECT id FROM log_entry WHERE rowid = 3')
    await evidence.tamper(`UPDATE log_entry SET params = x'00' WHERE rowid = 3`)
    assert.deepEqual((await evidence.verdict()).findings, [
      { what: 'entry_unreadable', seq: 3, entry: String(third?.id) },
    ])
  })
  it('is named where a public key is no key', async () => {
    await evidence.tamper(`UPDATE audit_key SET public = '{"kty":'`)
    assert.ok((await evidence.findings()).includes('key_unreadable'))
  })
  it('leaves all the others looked at', async () => {
    await evidence.tamper(
      `UPDATE log_entry SET params = x'00' WHERE rowid = 2`,
      `UPDATE log_entry SET code = 'x' WHERE rowid = 4`,
    )
    assert.deepEqual(await evidence.findings(), ['entry_unreadable 2', 'entry_changed 4'])
  })
})

describe('whoever needs a row that cannot be read', () => {
  const broken = (error: unknown) => isEvidenceBroken(error) && error.code === 'evidence_broken'
  const read = async (service: string | null) => {
    const { say } = sayFor('en')
    const query = { tenant: ONE, service }
    const text = await exportLog(evidence.house.deps, query, 'jsonl', say)
    for await (const _ of text ?? []) void _
  }
  for (const service of [null, 's1'])
    it(`is told so: an export of ${service ?? 'all'}`, async () => {
      await evidence.tamper(`UPDATE log_entry SET params = x'00' WHERE rowid = 3`)
      await assert.rejects(read(service), broken)
    })
  for (const service of [null, 's1'])
    it(`is told so: an export of ${service ?? 'all'} with a link that is none`, async () => {
      await evidence.tamper(`UPDATE log_seal SET digest = x'00' WHERE seq = 3`)
      await assert.rejects(read(service), broken)
    })
  it('is told so: the signing of the end', async () => {
    await evidence.tamper(`UPDATE log_chain SET hash = x'00'`)
    await assert.rejects(signHead(evidence.house.deps, ONE), broken)
  })
  it('is told so: the reading of a signed end', async () => {
    await evidence.tamper(`UPDATE log_head SET jws = x'00'`)
    await assert.rejects(headNow(evidence.house.deps, ONE), broken)
  })
  it('is told so: the list of keys', async () => {
    await evidence.tamper(`UPDATE audit_key SET public = 'x'`)
    await assert.rejects(knownKeys(evidence.db), broken)
  })
  it('is told so: a cut', async () => {
    await evidence.tamper(`UPDATE log_seal SET sealed_at = x'00'`)
    await assert.rejects(cutBefore(evidence.house.deps, ONE, 1e15), broken)
  })
  it('is told so: how long entries are kept', async () => {
    await evidence.tamper(`UPDATE log_chain SET keep_days = 'x'`)
    await assert.rejects(keepDaysOf(evidence.db, ONE), broken)
  })
  it('is told which row, and nothing that stands in it', async () => {
    await evidence.tamper(`UPDATE log_chain SET hash = x'736563726574'`)
    await assert.rejects(signHead(evidence.house.deps, ONE), (error: unknown) => {
      assert.ok(isEvidenceBroken(error))
      assert.match(error.message, /log_chain.*one/)
      return true
    })
  })
})

describe('a tenant whose chain cannot be read, beside another', () => {
  const reports: string[] = []
  let sealer: Sealer
  beforeEach(async () => {
    reports.length = 0
    await evidence.write()
    await evidence.write({ tenant: tenantId('two') })
    await evidence.tamper(`UPDATE log_chain SET hash = x'00', keep_days = 1 WHERE tenant = 'one'`)
    sealer = new Sealer(
      {
        ...evidence.house.deps,
        timings: PRODUCTION_TIMINGS,
        report: (error, about) => reports.push(`${about}: ${isEvidenceBroken(error)}`),
        signed: () => {},
      },
      { automatic: false },
    )
    await sealer.tick()
  })
  it('leaves the other sealed', async () => {
    const rows = await evidence.rows(`SELECT tenant FROM log_unsealed`)
    assert.deepEqual(
      rows.map(({ tenant }) => tenant),
      ['one'],
    )
  })
  it('leaves the other signed', async () => {
    assert.equal((await evidence.verdict({}, tenantId('two'))).heads, 1)
  })
  it('leaves the other cut', async () => {
    const two = tenantId('two')
    await keepFor(evidence.house.deps, two, 1)
    evidence.house.clock.time += 10 * 86_400_000
    await cutWhatIsDue(evidence.house.deps, () => {})
    assert.notEqual((await evidence.verdict({}, two)).cut, null)
  })
  it('is reported once, however often it is looked at', async () => {
    await sealer.tick()
    assert.deepEqual(reports, ['the log of tenant one: true'])
  })
})

describe('an entry that cannot be read, waiting to be sealed', () => {
  it('does not keep the others from being sealed', async () => {
    await evidence.write()
    await evidence.write()
    await evidence.tamper(`UPDATE log_entry SET params = x'00' WHERE rowid = 6`)
    await sealNow(evidence.house.deps, ONE)
    const rows = await evidence.rows(
      'SELECT rowid FROM log_entry WHERE id IN (SELECT entry FROM log_unsealed)',
    )
    assert.deepEqual(
      rows.map(({ rowid }) => rowid),
      [6],
    )
  })
})
