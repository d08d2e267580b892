import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { erasePerson } from '../../../bff/log/chain/erase.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const ONE = { id: tenantId('one'), issuer: 'https://one.example' }
const BY = { role: 'system', label: 'operator' } as const

let evidence: Evidence
let entries: number
beforeEach(async () => {
  evidence = await openEvidence(2)
  await evidence.write({ actor: { role: 'staff', label: 'Rosa Canary' } })
  await evidence.write({ actor: { role: 'client', label: 'Bob', act: 'Rosa Canary' } })
  await evidence.write({
    actor: { role: 'client', label: 'Bob' },
    detail: [{ code: 'detail.error', value: 'told by Rosa Canary' }],
  })
  await evidence.sign()
  ;({ entries } = await erasePerson(evidence.house.deps, ONE, 'rosa-7', ['Rosa Canary'], BY))
})
afterEach(() => evidence.end())

describe('a person who was erased', () => {
  it('was in so many entries', () => assert.equal(entries, 3))
  it('stands in no table', async () => {
    const tables = await evidence.rows(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    const found: unknown[] = []
    for (const { name } of tables)
      if (JSON.stringify(await evidence.rows(`SELECT * FROM "${String(name)}"`)).includes('Canary'))
        found.push(name)
    assert.deepEqual(found, [])
  })
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
    const again = await erasePerson(evidence.house.deps, ONE, 'rosa-7', ['Rosa Canary'], BY)
    assert.equal(again.entries, 0)
  })
})

describe('somebody with the database file, after an erasing', () => {
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
  const operation = (id: string, state: string) => ({
    sql: `INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor, subject,
            idempotency_key, fingerprint, input, verdict)
          VALUES (?, 'one', ?, 'suspend', 'cfg', 'srv', ?, 0, '{"role":"staff","label":"Nora Canary"}',
            'https://one.example nora', ?, '', '{"reason":"other","staff_note":"by Nora Canary"}',
            '{"verdict":"done","why":"I looked","by":{"role":"staff","label":"Nora Canary"}}')`,
    args: [id, id, state, id],
  })
  const holding = () =>
    evidence.rows(
      `SELECT id FROM operation WHERE actor || input || verdict || subject LIKE '%nora%'`,
    )
  const erase = () => erasePerson(evidence.house.deps, ONE, 'nora', [], BY)

  it('name them no more once they have ended', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase()
    assert.deepEqual(await holding(), [])
  })
  it('keep what was asked and what was found', async () => {
    await evidence.db.write([operation('op_1', 'resolved')])
    await erase()
    const rows = await evidence.rows('SELECT input, verdict FROM operation')
    assert.deepEqual(rows, [{ input: '{"reason":"other"}', verdict: '{"verdict":"done"}' }])
  })
  it('are left alone while they are under way, and that is said', async () => {
    await evidence.db.write([operation('op_1', 'checking')])
    assert.deepEqual([(await erase()).unfinished, (await holding()).length], [1, 1])
  })
  it('tell what they were called in the log', async () => {
    await evidence.write({ actor: { role: 'staff', label: 'Nora Canary' } })
    await evidence.db.write([operation('op_1', 'resolved')])
    assert.equal((await erase()).entries, 1)
  })
})
