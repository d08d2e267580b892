import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cutBefore, cutWhatIsDue, keepFor } from '../../../bff/log/chain/retain.ts'
import { prefixRemoved } from '../../../db/log-retention.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const DAY = 86_400_000

let evidence: Evidence
/** When the last three of six entries were written. */
let later: number
beforeEach(async () => {
  evidence = await openEvidence(3)
  await evidence.sign()
  evidence.house.clock.time += 10 * DAY
  later = evidence.house.clock.time
  for (let i = 0; i < 3; i++) await evidence.write()
  await evidence.sign()
})
afterEach(() => evidence.end())

const ids = async () =>
  (await evidence.rows(`SELECT seq FROM log_seal ORDER BY seq`)).map(({ seq }) => seq)

describe('a log whose beginning was cut', () => {
  beforeEach(async () => {
    await cutBefore(evidence.house.deps, tenantId('one'), later)
  })

  it('has lost that and no more', async () => assert.deepEqual(await ids(), [4, 5, 6]))
  it('has lost the entries too', async () => {
    const [row] = await evidence.rows('SELECT count(*) AS n FROM log_entry')
    assert.equal(row?.n, 3)
  })
  it('is whole', async () => assert.deepEqual(await evidence.findings(), []))
  it('says what was cut', async () => {
    const { cut } = await evidence.verdict()
    assert.deepEqual([cut?.seq, cut?.before], [3, later])
  })
  it('goes on', async () => {
    await evidence.write()
    await evidence.sign()
    assert.deepEqual([await evidence.findings(), (await evidence.verdict()).seq], [[], 7])
  })
  it('can be cut again', async () => {
    await cutBefore(evidence.house.deps, tenantId('one'), later + DAY)
    assert.deepEqual([await ids(), await evidence.findings()], [[], []])
  })
  it('goes on after all of it was cut', async () => {
    await cutBefore(evidence.house.deps, tenantId('one'), later + DAY)
    await evidence.write()
    await evidence.sign()
    assert.deepEqual([await ids(), await evidence.findings()], [[7], []])
  })
  it('is found when more than the checkpoint says was taken', async () => {
    await evidence.tamper(
      `DELETE FROM log_entry WHERE id = (SELECT entry FROM log_seal WHERE seq = 4)`,
      'DELETE FROM log_seal WHERE seq = 4',
    )
    assert.deepEqual(await evidence.findings(), ['link_missing 5', 'link_displaced 5'])
  })
  it('is found when the checkpoint was moved', async () => {
    await evidence.tamper(`UPDATE log_checkpoint SET seq = 4`)
    assert.ok((await evidence.findings()).includes('checkpoint_unproven 4'))
  })
  it('is found when the checkpoint was taken away', async () => {
    await evidence.tamper('DELETE FROM log_checkpoint')
    assert.deepEqual(await evidence.findings(), ['link_missing 4', 'link_displaced 4'])
  })
})

describe('a cut that died', () => {
  it('behind its checkpoint leaves a whole log, and the next one finishes it', async () => {
    const dying = {
      ...evidence.house.deps,
      db: {
        ...evidence.db,
        write: (statements: Parameters<typeof evidence.db.write>[0]) =>
          statements.length === prefixRemoved(tenantId(''), 0, 0).length
            ? Promise.reject(new Error('killed'))
            : evidence.db.write(statements),
      },
    }
    await assert.rejects(cutBefore(dying, tenantId('one'), later))
    const findings = await evidence.findings()
    await cutBefore(evidence.house.deps, tenantId('one'), later)
    assert.deepEqual([findings, await ids(), await evidence.findings()], [[], [4, 5, 6], []])
  })
})

describe('a cut before anything', () => {
  it('removes nothing', async () =>
    assert.deepEqual(await cutBefore(evidence.house.deps, tenantId('one'), 1), {
      seq: null,
      removed: 0,
    }))
})

describe('a tenant that keeps its log for five days', () => {
  it('loses what is older', async () => {
    await keepFor(evidence.house.deps, tenantId('one'), 5)
    await cutWhatIsDue(evidence.house.deps, assert.fail)
    assert.deepEqual(await ids(), [4, 5, 6])
  })
  it('loses nothing once it keeps it for ever', async () => {
    await keepFor(evidence.house.deps, tenantId('one'), 5)
    await keepFor(evidence.house.deps, tenantId('one'), null)
    await cutWhatIsDue(evidence.house.deps, assert.fail)
    assert.equal((await ids()).length, 6)
  })
  it('may say so before anything was logged', async () => {
    await keepFor(evidence.house.deps, tenantId('two'), 5)
    await evidence.write({ tenant: tenantId('two') })
    await evidence.sign(tenantId('two'))
    assert.deepEqual((await evidence.verdict({}, tenantId('two'))).findings, [])
  })
})
