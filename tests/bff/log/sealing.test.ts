import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { TenantId } from '../../../bff/contract/ids.ts'
import { logged } from '../../../bff/log/append.ts'
import type { Head } from '../../../bff/log/chain/head.ts'
import { knownKeys, renewSigningKey } from '../../../bff/log/chain/keys.ts'
import { sealNow, sealTenant } from '../../../bff/log/chain/seal.ts'
import { Sealer } from '../../../bff/log/chain/sealer.ts'
import { signedBy } from '../../../bff/log/chain/signed.ts'
import { verifyTenant } from '../../../bff/log/chain/verify.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'
import { createVault } from '../../../bff/vault/vault.ts'
import type { Database } from '../../../db/connect.ts'
import { KINDS, type TestDatabase } from '../../db/databases.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const vault = createVault(parseKeyRing(`k:${randomBytes(32).toString('base64')}`))

for (const [where, open] of KINDS)
  describe(`three replicas on ${where}`, () => {
    let test: TestDatabase
    const clock = { time: Date.UTC(2026, 10, 23), now: () => clock.time }
    const heads: Head[] = []
    const reports: unknown[] = []
    const sealerOn = (db: Database) =>
      new Sealer(
        {
          db,
          clock,
          vault,
          timings: PRODUCTION_TIMINGS,
          report: (error) => reports.push(error),
          signed: (head) => heads.push(head),
        },
        { automatic: false },
      )
    const write = async (tenant: TenantId, count: number) => {
      for (let i = 0; i < count; i++)
        await test.db.write(
          logged({
            tenant,
            service: 's1',
            now: clock.time,
            level: 'info',
            actor: { role: 'staff', label: 'Ann' },
            action: 'suspend',
            message: { code: 'log.action.succeeded' },
          }),
        )
    }
    before(async () => {
      test = await open()
      const replicas = [sealerOn(test.db), sealerOn(test.db), sealerOn(test.db)]
      await write(tenantId('one'), 30)
      await write(tenantId('two'), 30)
      await Promise.all([
        ...replicas.map((one) => one.tick()),
        write(tenantId('one'), 20),
        ...replicas.map((one) => one.tick()),
      ])
      // The lease of whoever sealed last is over.
      clock.time += PRODUCTION_TIMINGS.seal_lease + 1
      await Promise.all(replicas.map((one) => one.tick()))
    })
    after(() => test.end())

    it('seal every entry once', async () => {
      const [result] = await test.db.write([
        {
          sql: `SELECT tenant, count(*) AS n, count(DISTINCT entry) AS entries, max(seq) AS last
                FROM log_seal GROUP BY tenant`,
        },
      ])
      assert.deepEqual(
        result?.rows.map((row) => [row.tenant, row.n, row.entries, row.last]),
        [
          ['one', 50, 50, 50],
          ['two', 30, 30, 30],
        ],
      )
    })
    it('leave nothing waiting', async () => {
      const [result] = await test.db.write([{ sql: 'SELECT count(*) AS n FROM log_unsealed' }])
      assert.equal(result?.rows[0]?.n, 0)
    })
    it('make one whole chain', async () => {
      const { findings } = await verifyTenant({ db: test.db, clock }, tenantId('one'))
      assert.deepEqual(findings, [])
    })
    it('sign with one key', async () => assert.equal((await knownKeys(test.db)).length, 1))
    it('report nothing', () => assert.deepEqual(reports, []))
    it('tell of the heads they signed', async () => {
      const keys = (await knownKeys(test.db)).map(({ key }) => key)
      const told = await Promise.all(heads.map(({ jws }) => signedBy(keys, jws)))
      assert.deepEqual(
        [told.length > 0, told.every((one) => one?.statement.kind === 'head')],
        [true, true],
      )
    })
  })

describe('sealing', () => {
  let evidence: Evidence
  beforeEach(async () => {
    evidence = await openEvidence()
  })
  afterEach(() => evidence.end())
  const seal = (owner: string, db = evidence.db) =>
    sealTenant({ db, clock: evidence.house.clock }, tenantId('one'), {
      owner,
      lease: 10_000,
      urgent: false,
      empty_at: 0,
    })
  const count = async (table: string) =>
    (await evidence.rows(`SELECT count(*) AS n FROM ${table}`))[0]?.n

  it('is left to who has the lease', async () => {
    await evidence.write()
    await seal('one process')
    await evidence.write()
    assert.equal(await seal('another'), 0)
  })
  it('goes over to another when the lease is over', async () => {
    await evidence.write()
    await seal('one process')
    await evidence.write()
    evidence.house.clock.time += 10_001
    assert.equal(await seal('another'), 1)
  })
  it('is done although another has the lease, where somebody waits for it', async () => {
    await evidence.write()
    await seal('one process')
    await evidence.write()
    await sealNow(evidence.house.deps, tenantId('one'))
    assert.equal(await count('log_seal'), 2)
  })
  it('takes more than one batch in one go', async () => {
    for (let i = 0; i < 450; i++) await evidence.write()
    assert.deepEqual([await seal('one process'), await evidence.findings()], [450, []])
  })
  it('takes an entry in that was committed late, behind those sealed before it', async () => {
    const { clock } = evidence.house
    clock.time += 5000
    await evidence.write()
    await seal('one process')
    clock.time -= 4000
    await evidence.write({ action: 'late' })
    clock.time += 4000
    await seal('one process')
    const rows = await evidence.rows(
      'SELECT e.action FROM log_seal s JOIN log_entry e ON e.id = s.entry ORDER BY s.seq',
    )
    assert.deepEqual(
      [rows.map(({ action }) => action), await evidence.findings()],
      [['suspend', 'late'], []],
    )
  })
  it('that dies before its write leaves everything as it was', async () => {
    await evidence.write()
    const dying: Database = { ...evidence.db, write: () => Promise.reject(new Error('killed')) }
    await assert.rejects(seal('one process', dying))
    assert.deepEqual([await count('log_seal'), await count('log_unsealed')], [0, 1])
  })
  it('that dies after its write has done all of it', async () => {
    await evidence.write()
    const dying: Database = {
      ...evidence.db,
      async write(statements) {
        await evidence.db.write(statements)
        throw new Error('killed')
      },
    }
    await assert.rejects(seal('one process', dying))
    assert.deepEqual(
      [await count('log_seal'), await count('log_unsealed'), await evidence.findings()],
      [1, 0, []],
    )
  })
  it('goes on behind a chain whose key was renewed', async () => {
    await evidence.write()
    await evidence.sign()
    await renewSigningKey(evidence.house.deps)
    await evidence.write()
    await evidence.sign()
    const { ok, heads } = await evidence.verdict()
    assert.deepEqual([ok, heads, (await knownKeys(evidence.db)).length], [true, 2, 2])
  })
  it('keeps no secret half of a retired key', async () => {
    await evidence.write()
    await evidence.sign()
    await renewSigningKey(evidence.house.deps)
    const rows = await evidence.rows(
      'SELECT secret IS NULL AS gone FROM audit_key ORDER BY created_at',
    )
    assert.equal(rows.filter(({ gone }) => gone === 1).length, 1)
  })
  it('keeps the secret half sealed', async () => {
    await evidence.write()
    await evidence.sign()
    const rows = await evidence.rows('SELECT secret FROM audit_key')
    assert.match(String(rows[0]?.secret), /"ciphertext"/)
  })
  it('of a process that runs goes on by itself, within a second', async () => {
    await evidence.write()
    const { house } = evidence
    let told: (head: Head) => void = () => {}
    const signed = new Promise<Head>((resolve) => {
      told = resolve
    })
    const sealer = new Sealer(
      {
        ...house.deps,
        timings: { ...PRODUCTION_TIMINGS, seal_every: 1 },
        report: (error) => house.reports.push(String(error)),
        signed: told,
      },
      { automatic: true },
    )
    // The sealer's own timer keeps no process alive.
    const alive = setInterval(() => {}, 1000)
    const { seq } = await signed
    clearInterval(alive)
    await sealer.stop()
    assert.deepEqual([seq, PRODUCTION_TIMINGS.seal_every <= 1000], [1, true])
  })
  it('of a process that ends takes what still waits with it', async () => {
    const { house } = evidence
    const sealer = new Sealer(
      {
        ...house.deps,
        timings: { ...PRODUCTION_TIMINGS, seal_every: 3_600_000 },
        report: (error) => house.reports.push(String(error)),
        signed: () => {},
      },
      { automatic: true },
    )
    await evidence.write()
    await sealer.stop()
    assert.equal(await count('log_unsealed'), 0)
  })
})
