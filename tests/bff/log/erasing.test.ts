import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { SQL } from 'drizzle-orm'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'
import { logged } from '../../../bff/log/append.ts'
import { sealNow } from '../../../bff/log/chain/seal.ts'
import {
  type ErasedPerson,
  type EraseOptions,
  erasePerson,
  type Sought,
} from '../../../bff/log/erase/erase-person.ts'
import type { Database } from '../../../db/connect.ts'
import { jobClaimed } from '../../../db/job-leases.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const ONE = { id: tenantId('one'), issuer: 'https://one.example' }
const BY = { role: 'system', label: 'operator' } as const

let evidence: Evidence
afterEach(() => evidence.end())

async function erase(sought: Sought, options: EraseOptions = {}): Promise<ErasedPerson> {
  const done = await erasePerson(evidence.house.deps, ONE, sought, BY, options)
  if (done.kind !== 'erased') throw new Error('somebody else erases')
  return done
}

/** Names of the tables some row of which holds a text. */
async function tablesWith(text: string): Promise<unknown[]> {
  const tables = await evidence.rows(`SELECT name FROM sqlite_master WHERE type = 'table'`)
  const found: unknown[] = []
  for (const { name } of tables)
    if (JSON.stringify(await evidence.rows(`SELECT * FROM "${String(name)}"`)).includes(text))
      found.push(name)
  return found
}

/** So many entries of Ann Smith in one write. */
async function writeMany(count: number): Promise<void> {
  const entry = {
    tenant: ONE.id,
    service: 's1',
    now: evidence.house.clock.now(),
    level: 'info',
    actor: { role: 'staff', label: 'Ann Smith' },
    action: 'suspend',
    message: { code: 'log.action.succeeded', params: { action: 'suspend' } },
  } as const
  await evidence.db.write(Array.from({ length: count }, () => logged(entry)).flat())
  await sealNow(evidence.house.deps, ONE.id)
}

/** A database that tells the text of everything it is asked. */
function heard(db: Database, tell: (text: string) => void): Database {
  const dialect = new SQLiteAsyncDialect()
  const all = db.orm.all.bind(db.orm)
  const orm: Database['orm'] = Object.create(db.orm, {
    all: {
      value: (query: SQL) => {
        tell(dialect.sqlToQuery(query).sql)
        return all(query)
      },
    },
  })
  return { ...db, orm }
}

const actors = async () =>
  (
    await evidence.rows(`SELECT actor FROM log_entry WHERE code <> 'log.person.erased' ORDER BY id`)
  ).map(({ actor }) => JSON.parse(String(actor)).label)

describe('a person who was erased', () => {
  let done: ErasedPerson
  beforeEach(async () => {
    evidence = await openEvidence(2)
    await evidence.write({ actor: { role: 'staff', label: 'Rosa Canary' } })
    await evidence.write({ actor: { role: 'client', label: 'Bob', act: 'Rosa Canary' } })
    await evidence.write({
      actor: { role: 'client', label: 'Bob' },
      detail: [{ code: 'detail.error', value: 'told by Rosa Canary' }],
    })
    await evidence.sign()
    done = await erase({ subject: 'rosa-7', names: ['Rosa Canary'] })
  })

  it('was in so many entries', () => assert.equal(done.tables.log_entry, 3))
  it('stands in no table', async () => assert.deepEqual(await tablesWith('Canary'), []))
  it('leaves a whole log', async () => assert.deepEqual(await evidence.findings(), []))
  it('is said to have been erased', async () => assert.equal((await evidence.verdict()).erased, 3))
  it('leaves the entries of others as they were', async () => {
    const rows = await evidence.rows(
      `SELECT count(*) AS n FROM log_entry WHERE actor LIKE '%Ann Smith%'`,
    )
    assert.equal(rows[0]?.n, 2)
  })
  it('leaves the name of who acted where only the words named them', async () => {
    const rows = await evidence.rows(
      `SELECT actor FROM log_entry WHERE detail IS NULL AND actor LIKE '%Bob%'`,
    )
    assert.equal(rows.length, 1)
  })
  it('leaves no salt their name could be guessed with', async () => {
    const rows = await evidence.rows('SELECT count(*) AS n FROM log_seal WHERE who_salt IS NULL')
    assert.equal(rows[0]?.n, 2)
  })
  it('can be erased again, and nothing is left to do', async () => {
    const again = await erase({ subject: 'rosa-7', names: ['Rosa Canary'] })
    assert.equal(again.tables.log_entry, 0)
  })
  it('leaves no second word in the log when there was nothing left to do', async () => {
    const told = `SELECT count(*) AS n FROM log_entry WHERE code = 'log.person.erased'`
    const [before] = await evidence.rows(told)
    await erase({ subject: 'rosa-7', names: ['Rosa Canary'] })
    assert.deepEqual((await evidence.rows(told))[0], before)
  })
})

describe('two people of one name', () => {
  beforeEach(async () => {
    evidence = await openEvidence()
    await evidence.write({ actor: { role: 'staff', label: 'Ann Smith', subject: 'ann-1' } })
    await evidence.write({ actor: { role: 'staff', label: 'Ann Smith', subject: 'ann-2' } })
    await evidence.write({
      actor: {
        role: 'client',
        label: 'Bob',
        subject: 'bob',
        act: 'Ann Smith',
        act_subject: 'ann-1',
      },
    })
  })

  it('are told apart by whose token it was', async () => {
    await erase({ subject: 'ann-1', names: ['Ann Smith'] })
    assert.deepEqual(await actors(), ['', 'Ann Smith', ''])
  })
  it('leave the subject of the one who is erased nowhere', async () => {
    await erase({ subject: 'ann-1' })
    assert.deepEqual(await tablesWith('ann-1'), [])
  })
  it('are still told apart in a log that is whole', async () => {
    await erase({ subject: 'ann-1' })
    assert.deepEqual(await evidence.findings(), [])
  })
  it('are both erased where nothing but their name is given', async () => {
    const { entries_by } = await erase({ names: ['Ann Smith'] })
    assert.deepEqual([entries_by.name, await actors()], [3, ['', '', '']])
  })
  it('cannot be told apart in what was written before subjects were kept, and that is said', async () => {
    await evidence.write({ actor: { role: 'staff', label: 'Ann Smith' } })
    const { entries_by } = await erase({ subject: 'ann-1', names: ['Ann Smith'] })
    assert.deepEqual(entries_by, { subject: 2, name: 1, words: 0 })
  })
  it('are told what they were called', async () => {
    assert.deepEqual((await erase({ subject: 'ann-2' })).called, ['Ann Smith'])
  })
  it('keep their entries where a subject is part of another', async () => {
    await evidence.write({ actor: { role: 'staff', label: 'Other', subject: 'ann-11' } })
    await erase({ subject: 'ann-1' })
    assert.deepEqual(await actors(), ['', 'Ann Smith', '', 'Other'])
  })
})

describe('a subject of one figure', () => {
  it('empties no entry for having that figure in its words', async () => {
    evidence = await openEvidence()
    await evidence.write({ detail: [{ code: 'detail.error', value: '7 of 7' }] })
    assert.equal((await erase({ subject: '7' })).tables.log_entry, 0)
  })
  it('is found where it was revoked', async () => {
    evidence = await openEvidence()
    await evidence.write({ detail: [{ code: 'detail.subject', value: '7' }] })
    assert.equal((await erase({ subject: '7' })).tables.log_entry, 1)
  })
})

describe('a name in words', () => {
  for (const [what, written] of [
    ['as it was given', 'asked by Zoë O"Neil'],
    ['in capitals', 'asked by ZOË O"NEIL'],
    ['with its accent apart', 'asked by Zoe\u0308 O"Neil'],
    ['over two lines', 'asked by Zoë\n O"Neil'],
  ] as const)
    it(`is found ${what}`, async () => {
      evidence = await openEvidence()
      await evidence.write({ detail: [{ code: 'detail.error', value: written }] })
      assert.equal((await erase({ names: ['Zoë O"Neil'] })).tables.log_entry, 1)
    })
  it('is found in a reason', async () => {
    evidence = await openEvidence()
    await evidence.db.write([
      {
        sql: `INSERT INTO log_entry (id, tenant, service, at, level, actor, role, action, reason, code, params, client_visible)
              VALUES ('log_r', 'one', 's1', ?, 'info', '{"role":"staff","label":"Bob"}', 'staff', 'suspend', 'Rosa Canary said so', 'log.action.succeeded', '{}', 1)`,
        args: [evidence.house.clock.now()],
      },
    ])
    await erase({ names: ['Rosa Canary'] })
    assert.deepEqual(await tablesWith('Canary'), [])
  })
})

describe('an erasing that is only tried', () => {
  beforeEach(async () => {
    evidence = await openEvidence(3)
  })

  it('says what it would do', async () => {
    const { tables } = await erase({ names: ['Ann Smith'] }, { dry_run: true })
    assert.equal(tables.log_entry, 3)
  })
  it('changes nothing', async () => {
    await erase({ names: ['Ann Smith'] }, { dry_run: true })
    assert.deepEqual(await actors(), ['Ann Smith', 'Ann Smith', 'Ann Smith'])
  })
  it('leaves no word in the log', async () => {
    await erase({ names: ['Ann Smith'] }, { dry_run: true })
    const [row] = await evidence.rows('SELECT count(*) AS n FROM log_entry')
    assert.equal(row?.n, 3)
  })
})

describe('an erasing that is cut short', () => {
  /** More than one write erases. */
  const MANY = 250
  beforeEach(async () => {
    evidence = await openEvidence()
    await writeMany(MANY)
    const { db } = evidence
    let writes = 0
    const dying = {
      ...evidence.house.deps,
      db: {
        ...db,
        write: async (...args: Parameters<typeof db.write>) => {
          writes += 1
          // The claim of the job, a first hundred, and no more.
          if (writes > 2) throw new Error('died')
          return db.write(...args)
        },
      },
    }
    await assert.rejects(erasePerson(dying, ONE, { names: ['Ann Smith'] }, BY), /died/)
  })

  it('has erased a part', async () => {
    assert.equal((await actors()).filter((name) => name === '').length, 100)
  })
  it('leaves a whole log', async () => assert.deepEqual(await evidence.findings(), []))
  it('is finished by the next', async () => {
    evidence.house.clock.time += 121_000
    await erase({ names: ['Ann Smith'] })
    assert.deepEqual(await tablesWith('Ann Smith'), [])
  })
  it('leaves a whole log when it was finished', async () => {
    evidence.house.clock.time += 121_000
    await erase({ names: ['Ann Smith'] })
    assert.deepEqual(await evidence.findings(), [])
  })
})

describe('an entry that cannot be read', () => {
  it('is counted, for nobody knows whom it names', async () => {
    evidence = await openEvidence(3)
    await evidence.tamper(`UPDATE log_entry SET reason = CAST(x'c328' AS TEXT) WHERE rowid = 2`)
    const { tables, unreadable } = await erase({ names: ['Ann Smith'] })
    assert.deepEqual([tables.log_entry, unreadable], [2, 1])
  })
})

describe('an erasing while another is at it', () => {
  it('waits for its turn', async () => {
    evidence = await openEvidence(1)
    const { db, clock } = evidence.house.deps
    await jobClaimed(db, 'erase one', 'another', clock.now(), 60_000)
    const done = await erasePerson(evidence.house.deps, ONE, { names: ['Ann Smith'] }, BY)
    assert.equal(done.kind, 'elsewhere')
  })
})

describe('a log of many pages', () => {
  it('is read once from end to end, however many entries are erased', async () => {
    evidence = await openEvidence()
    await writeMany(1200)
    const read: string[] = []
    const listening = { ...evidence.house.deps, db: heard(evidence.db, (text) => read.push(text)) }
    await erasePerson(listening, ONE, { names: ['Ann Smith'] }, BY)
    assert.equal(read.filter((text) => /FROM log_seal s LEFT JOIN log_entry/.test(text)).length, 12)
  })
})

describe('somebody with the database file, after an erasing', () => {
  beforeEach(async () => {
    evidence = await openEvidence(2)
    await evidence.write({ actor: { role: 'staff', label: 'Rosa Canary' } })
    await evidence.write({ actor: { role: 'client', label: 'Bob', act: 'Rosa Canary' } })
    await evidence.write({ actor: { role: 'client', label: 'Bob' } })
    await erase({ names: ['Rosa Canary'] })
  })

  it('cannot empty another entry and call it part of that', async () => {
    await evidence.tamper(
      `INSERT INTO log_erased SELECT entry, 'who', 'one', (SELECT erasure FROM log_erased LIMIT 1), 'x' FROM log_seal WHERE seq = 1`,
      'UPDATE log_seal SET who_salt = NULL WHERE seq = 1',
      `UPDATE log_entry SET actor = json_object('role', role, 'label', ''), reason = NULL WHERE id = (SELECT entry FROM log_seal WHERE seq = 1)`,
    )
    assert.deepEqual(await evidence.findings(), ['entry_changed 1', 'erasure_changed 6'])
  })
  it('cannot put another name in the place', async () => {
    await evidence.tamper(
      `UPDATE log_entry SET actor = '{"role":"staff","label":"Eve"}' WHERE id = (SELECT entry FROM log_seal WHERE seq = 3)`,
    )
    assert.deepEqual(await evidence.findings(), ['entry_changed 3'])
  })
})

describe('the operations of a person who is erased', () => {
  const operation = (id: string, state: string, subject = 'https://one.example nora') => ({
    sql: `INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor, subject,
            idempotency_key, fingerprint, input, verdict)
          VALUES (?, 'one', ?, 'suspend', 'cfg', 'srv', ?, 0, '{"role":"staff","label":"Nora Canary"}',
            ?, ?, 'f', '{"reason":"other","staff_note":"by Nora Canary"}',
            '{"verdict":"done","why":"I looked","by":{"role":"staff","label":"Nora Canary"}}')`,
    args: [id, id, state, subject, id],
  })
  const holding = () =>
    evidence.rows(
      `SELECT id FROM operation WHERE actor || input || verdict || subject LIKE '%nora%'`,
    )
  beforeEach(async () => {
    evidence = await openEvidence()
  })

  it('name them no more once they have ended', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase({ subject: 'nora' })
    assert.deepEqual(await holding(), [])
  })
  it('keep what was asked and what was found', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase({ subject: 'nora' })
    const rows = await evidence.rows('SELECT input, verdict FROM operation')
    assert.deepEqual(rows, [{ input: '{"reason":"other"}', verdict: '{"verdict":"done"}' }])
  })
  it('keep no key and no fingerprint of theirs', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase({ subject: 'nora' })
    const rows = await evidence.rows('SELECT idempotency_key, fingerprint FROM operation')
    assert.deepEqual(rows, [{ idempotency_key: 'erased', fingerprint: '' }])
  })
  it('are a new version to whoever looks at them', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase({ subject: 'nora' })
    assert.deepEqual(await evidence.rows('SELECT version FROM operation'), [{ version: 2 }])
  })
  it('are left alone while they are under way, and that is said', async () => {
    await evidence.db.write([operation('op_1', 'checking')])
    assert.deepEqual(
      [(await erase({ subject: 'nora' })).unfinished, (await holding()).length],
      [['op_1'], 1],
    )
  })
  it('tell what they were called in the log', async () => {
    await evidence.write({ actor: { role: 'staff', label: 'Nora Canary' } })
    await evidence.db.write([operation('op_1', 'resolved')])
    assert.equal((await erase({ subject: 'nora' })).tables.log_entry, 1)
  })
  it('are theirs too where they acted for a client', async () => {
    await evidence.db.write([operation('op_1', 'resolved', 'https://one.example nora for bob')])
    assert.equal((await erase({ subject: 'nora' })).tables.operation, 1)
  })
  it('are theirs too where staff acted for them', async () => {
    await evidence.db.write([operation('op_1', 'resolved', 'https://one.example ann for nora')])
    assert.equal((await erase({ subject: 'nora' })).tables.operation, 1)
  })
  it('are another’s where the subject only begins like theirs', async () => {
    await evidence.db.write([operation('op_1', 'resolved', 'https://one.example nora-2')])
    assert.equal((await erase({ subject: 'nora' })).tables.operation, 0)
  })
  it('are told of in the log although no entry was touched', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase({ subject: 'nora' })
    const rows = await evidence.rows(
      `SELECT detail FROM log_entry WHERE code = 'log.person.erased'`,
    )
    assert.deepEqual(rows, [{ detail: '[{"code":"detail.erased_operation","value":"1"}]' }])
  })
  it('leave a whole log when no entry was touched', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase({ subject: 'nora' })
    assert.deepEqual(await evidence.findings(), [])
  })
})
