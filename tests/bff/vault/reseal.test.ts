import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { inventoryOf, refuseMissingKeys } from '../../../bff/vault/inventory.ts'
import { needsResealing, reseal } from '../../../bff/vault/reseal.ts'
import { vaultStatus } from '../../../bff/vault/status.ts'
import type { Database } from '../../../db/connect.ts'
import { jobClaimed } from '../../../db/job-leases.ts'
import { KINDS, type TestDatabase } from '../../db/databases.ts'
import { type SealedRows, sealedRows, secretOf, vaultWith } from './sealed-rows.ts'

const before = vaultWith('old')
const rotating = vaultWith('new', 'old')
const afterwards = vaultWith('new')

let test: TestDatabase
let scene: SealedRows
afterEach(() => test.end())

const countsOf = async () =>
  Object.fromEntries(
    (await inventoryOf(scene.db, rotating)).map(({ table, keys }) => [
      table,
      Object.fromEntries(keys),
    ]),
  )
/** Configurations and operations are numbered through all tests. */
async function firstRow(): Promise<string> {
  const [result] = await scene.db.write([{ sql: 'SELECT min(id) AS id FROM configuration' }])
  return String(result?.rows[0]?.id)
}

for (const [kind, open] of KINDS)
  describe(`after a rotation, in ${kind}`, () => {
    beforeEach(async () => {
      test = await open()
      scene = await sealedRows(test)
      await scene.add(before, 60)
    })

    it('everything is sealed with the new key', async () => {
      await scene.resealer(rotating).tick()
      assert.deepEqual(await countsOf(), {
        configuration: { new: 60 },
        operation: { new: 60 },
        audit_key: { new: 60 },
      })
    })
    it('everything opens without the old key, and is what it was', async () => {
      const secrets = await scene.opened(before)
      await scene.resealer(rotating).tick()
      assert.deepEqual([secrets.length, await scene.opened(afterwards)], [180, secrets])
    })
    it('what is done is told', async () =>
      assert.deepEqual(await scene.resealer(rotating).tick(), {
        kind: 'done',
        resealed: 180,
        unreadable: 0,
      }))
    it('nothing is written once all is current', async () => {
      await scene.resealer(rotating).tick()
      await scene.db.write([{ sql: 'DELETE FROM job_lease' }])
      const again = await scene.resealer(rotating).tick()
      const [leases] = await scene.db.write([{ sql: 'SELECT count(*) AS n FROM job_lease' }])
      assert.deepEqual([again, Number(leases?.rows[0]?.n)], [{ kind: 'nothing_to_do' }, 0])
    })
    it('one of two processes does it', async () => {
      const done = await Promise.all([
        scene.resealer(rotating).tick(),
        scene.resealer(rotating).tick(),
      ])
      const kinds = done.map((outcome) => outcome.kind).sort()
      assert.ok(
        ['done,elsewhere', 'done,nothing_to_do', 'done,done'].includes(kinds.join()),
        kinds.join(),
      )
      const all = done.map((outcome) => (outcome.kind === 'done' ? outcome.resealed : 0))
      assert.equal(
        all.reduce((sum, count) => sum + count),
        180,
      )
    })
    it('nobody hears of it: it is no new version of anything', async () => {
      const [events] = await scene.db.write([{ sql: 'SELECT count(*) AS n FROM feed' }])
      await scene.resealer(rotating).tick()
      const [later] = await scene.db.write([{ sql: 'SELECT count(*) AS n FROM feed' }])
      assert.equal(later?.rows[0]?.n, events?.rows[0]?.n)
    })
  })

/** The database as one process sees it that dies before its write with this number: it asks for nothing any more. */
function dyingAt(db: Database, write: number): Database {
  let writes = 0
  return {
    ...db,
    write(statements, options) {
      writes += 1
      if (writes >= write) return Promise.reject(new Error('killed'))
      return db.write(statements, options)
    },
  }
}

describe('a process that seals anew and is killed', () => {
  beforeEach(async () => {
    test = await KINDS[0][1]()
    scene = await sealedRows(test)
    await scene.add(before, 110)
  })

  for (const write of [1, 2, 3, 5, 7, 9])
    it(`before its write ${write} has lost nothing, and the next one ends it`, async () => {
      const secrets = await scene.opened(before)
      const deps = scene.deps(rotating)
      await assert.rejects(reseal({ ...deps, db: dyingAt(scene.db, write) }), /killed/)
      const between = await scene.opened(rotating)
      scene.clock.time += 60_001
      await scene.resealer(rotating).tick()
      assert.deepEqual([between, await scene.opened(afterwards)], [secrets, secrets])
    })
  it('keeps the job until its lease is over, so that two do not do it', async () => {
    const deps = scene.deps(rotating)
    await assert.rejects(reseal({ ...deps, db: dyingAt(scene.db, 2) }), /killed/)
    assert.deepEqual(await reseal(deps), { kind: 'elsewhere' })
  })
  it('and comes to again after another has taken over, writes nothing more', async () => {
    const deps = scene.deps(rotating)
    let taken = false
    const slow: Database = {
      ...scene.db,
      async write(statements, options) {
        const first = !taken && statements.length > 5
        if (first) {
          taken = true
          scene.clock.time += 60_001
          await jobClaimed(scene.db, 'reseal', 'another', scene.clock.now(), 60_000)
        }
        return scene.db.write(statements, options)
      },
    }
    const outcome = await reseal({ ...deps, db: slow })
    assert.deepEqual(
      [outcome, await countsOf()],
      [
        { kind: 'stopped' },
        { configuration: { old: 110 }, operation: { old: 110 }, audit_key: { old: 110 } },
      ],
    )
  })
  it('when it is told to stop, ends after the batch under way', async () => {
    const stopping = new AbortController()
    const db: Database = {
      ...scene.db,
      write(statements, options) {
        if (statements.length > 5) stopping.abort()
        return scene.db.write(statements, options)
      },
    }
    const outcome = await reseal({ ...scene.deps(rotating), db }, { signal: stopping.signal })
    const { configuration } = await countsOf()
    assert.deepEqual([outcome, configuration], [{ kind: 'stopped' }, { new: 50, old: 60 }])
  })
})

describe('what changes while it is sealed anew', () => {
  beforeEach(async () => {
    test = await KINDS[0][1]()
    scene = await sealedRows(test)
    await scene.add(before, 3)
  })
  /** Does something in the moment between reading a batch and writing it. */
  const meanwhile = (change: () => Promise<unknown>): Database => ({
    ...scene.db,
    async write(statements, options) {
      if (statements.length > 3) await change()
      return scene.db.write(statements, options)
    },
  })

  it('stays as it was changed', async () => {
    const row = await firstRow()
    const place = { tenant: 'one', table: 'configuration', row, column: 'token' }
    const newer = await before.seal(place, 'typed this moment')
    const db = meanwhile(() => scene.put('configuration', row, newer))
    await reseal({ ...scene.deps(rotating), db })
    assert.equal(await scene.stored('configuration', row), newer)
  })
  it('stays erased', async () => {
    const row = await firstRow()
    const db = meanwhile(() =>
      scene.db.write([{ sql: 'UPDATE operation SET secrets = NULL WHERE id = ?', args: [row] }]),
    )
    await reseal({ ...scene.deps(rotating), db })
    assert.equal(await scene.stored('operation', row), 'null')
  })
  it('is sealed anew by the next look', async () => {
    const row = await firstRow()
    const place = { tenant: 'one', table: 'configuration', row, column: 'token' }
    const newer = await before.seal(place, 'typed this moment')
    await reseal({
      ...scene.deps(rotating),
      db: meanwhile(() => scene.put('configuration', row, newer)),
    })
    await scene.resealer(rotating).tick()
    assert.equal(
      await afterwards.open(place, await scene.stored('configuration', row)),
      'typed this moment',
    )
  })
})

describe('a value that does not open', () => {
  beforeEach(async () => {
    test = await KINDS[0][1]()
    scene = await sealedRows(test)
    await scene.add(before, 2)
    const row = await firstRow()
    await scene.put('configuration', row, await scene.stored('operation', row))
  })

  it('is left as it is, and the others are sealed anew', async () => {
    const outcome = await scene.resealer(rotating).tick()
    assert.deepEqual(outcome, { kind: 'done', resealed: 5, unreadable: 1 })
  })
  it('is reported once, without what it holds', async () => {
    const resealer = scene.resealer(rotating)
    await resealer.tick()
    await resealer.tick()
    assert.deepEqual(
      [scene.reports.length, /1 sealed values do not open/.test(scene.reports.join())],
      [1, true],
    )
    assert.ok(!scene.reports.join().includes(secretOf('operation', await firstRow())))
  })
  it('is counted by the status, and keeps its key from being dropped', async () => {
    await scene.resealer(rotating).tick()
    const status = await vaultStatus(scene.db, rotating)
    const old = status.keys.find(({ id }) => id === 'old')
    assert.deepEqual(
      [status.unreadable, old?.may_be_dropped],
      [{ 'configuration.token': 1, 'operation.secrets': 0, 'audit_key.secret': 0 }, false],
    )
  })
})

describe('the status of a vault', () => {
  beforeEach(async () => {
    test = await KINDS[0][1]()
    scene = await sealedRows(test)
    await scene.add(before, 2)
  })

  it('says which key has sealed what', async () => {
    await scene.add(rotating, 1)
    const { keys } = await vaultStatus(scene.db, rotating)
    assert.deepEqual(
      keys.map(({ id, use, sealed }) => [id, use, ...Object.values(sealed)]),
      [
        ['new', 'current', 1, 1, 1],
        ['old', 'previous', 2, 2, 2],
      ],
    )
  })
  it('lets a previous key be dropped once nothing needs it', async () => {
    const dropped = async () => (await vaultStatus(scene.db, rotating)).keys[1]?.may_be_dropped
    const early = await dropped()
    await scene.resealer(rotating).tick()
    assert.deepEqual([early, await dropped()], [false, true])
  })
  it('never lets the current one be dropped', async () => {
    const { keys } = await vaultStatus(scene.db, vaultWith('other', 'old'))
    assert.deepEqual(
      keys.map(({ id, may_be_dropped }) => [id, may_be_dropped]),
      [
        ['other', false],
        ['old', false],
      ],
    )
  })
  it('names a key that is missing', async () => {
    const { keys } = await vaultStatus(scene.db, afterwards)
    assert.deepEqual(
      keys.map(({ id, use }) => `${id} ${use}`),
      ['new current', 'old missing'],
    )
  })
})

describe('a process that is given the wrong keys', () => {
  beforeEach(async () => {
    test = await KINDS[0][1]()
    scene = await sealedRows(test)
    await scene.add(before, 2)
    await scene.add(vaultWith('older'), 1)
  })

  it('does not start, and is told which keys are missing and for how much', async () => {
    await assert.rejects(refuseMissingKeys(scene.db, rotating), {
      code: 'vault_keys_missing',
      message:
        /1 of configuration\.token with key older, 1 of operation\.secrets with key older, 1 of audit_key\.secret with key older/,
    })
  })
  it('starts with all of them', async () => {
    await refuseMissingKeys(scene.db, vaultWith('new', 'old', 'older'))
  })
  it('is not kept from starting by a value that was damaged', async () => {
    await scene.put('configuration', await firstRow(), 'scribbled over')
    await refuseMissingKeys(scene.db, vaultWith('new', 'old', 'older'))
  })
})

describe('a vault with one key', () => {
  it('never looks for work: there is none', async () => {
    test = await KINDS[0][1]()
    scene = await sealedRows(test)
    await scene.add(before, 1)
    const reading = {
      ...scene.db,
      get orm(): Database['orm'] {
        throw new Error('it looked')
      },
    }
    assert.equal(await needsResealing({ ...scene.deps(before), db: reading }), false)
  })
})
