import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { headNow } from '../../../bff/log/chain/head.ts'
import { verifyLogs } from '../../../bff/log/chain/verify.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

let evidence: Evidence
beforeEach(async () => {
  evidence = await openEvidence(5)
  await evidence.sign()
})
afterEach(() => evidence.end())

const entryNo = (seq: number) =>
  `(SELECT entry FROM log_seal WHERE tenant = 'one' AND seq = ${seq})`

describe('a log nobody touched', () => {
  it('is whole', async () => assert.deepEqual(await evidence.findings(), []))
  it('was looked at from end to end', async () => {
    const { links, seq, heads, waiting } = await evidence.verdict()
    assert.deepEqual({ links, seq, heads, waiting }, { links: 5, seq: 5, heads: 1, waiting: 0 })
  })
})

describe('somebody with the database file', () => {
  const deeds: [what: string, statements: string[], found: string[]][] = [
    [
      'changes an entry',
      [`UPDATE log_entry SET level = 'error' WHERE id = ${entryNo(3)}`],
      ['entry_changed 3'],
    ],
    [
      'puts another name to an entry',
      [`UPDATE log_entry SET actor = '{"role":"staff","label":"Bob"}' WHERE id = ${entryNo(3)}`],
      ['entry_changed 3'],
    ],
    [
      'dates an entry anew',
      [`UPDATE log_entry SET at = at - 86400000 WHERE id = ${entryNo(2)}`],
      ['entry_changed 2'],
    ],
    ['removes an entry', [`DELETE FROM log_entry WHERE id = ${entryNo(4)}`], ['entry_missing 4']],
    [
      'removes an entry with its link',
      [
        `DELETE FROM log_entry WHERE id = ${entryNo(2)}`,
        `DELETE FROM log_seal WHERE tenant = 'one' AND seq = 2`,
      ],
      ['link_missing 3', 'link_displaced 3'],
    ],
    [
      'removes an entry and closes the gap',
      [
        `DELETE FROM log_entry WHERE id = ${entryNo(4)}`,
        `DELETE FROM log_seal WHERE tenant = 'one' AND seq = 4`,
        `UPDATE log_seal SET seq = 4 WHERE tenant = 'one' AND seq = 5`,
      ],
      ['link_changed 4', 'link_displaced 4', 'chain_end 5', 'truncated 5'],
    ],
    [
      'puts an entry in beside the queue',
      [
        `INSERT INTO log_entry SELECT 'log_x', tenant, service, at, level, actor, role, action, operation, reason, duration_ms, code, params, detail, client_visible FROM log_entry WHERE id = ${entryNo(1)}`,
      ],
      ['entry_beside'],
    ],
    [
      'has two entries change places',
      [
        `UPDATE log_seal SET entry = 'x' WHERE seq = 2`,
        `UPDATE log_seal SET entry = ${entryNo(3)} || '' WHERE seq = 99`,
        `UPDATE log_seal SET seq = 102 WHERE seq = 2`,
        `UPDATE log_seal SET seq = 2 WHERE seq = 3`,
        `UPDATE log_seal SET seq = 3 WHERE seq = 102`,
      ],
      [
        'link_changed 2',
        'link_displaced 2',
        'link_changed 3',
        'link_displaced 3',
        'entry_missing 3',
        'link_displaced 4',
        'entry_beside',
      ],
    ],
    [
      'gives an entry to another tenant',
      [`UPDATE log_entry SET tenant = 'two' WHERE id = ${entryNo(3)}`],
      ['entry_moved 3'],
    ],
    [
      'cuts entries off the end',
      [
        `DELETE FROM log_entry WHERE id IN (${entryNo(4)}, ${entryNo(5)})`,
        `DELETE FROM log_seal WHERE tenant = 'one' AND seq > 3`,
        `UPDATE log_chain SET seq = 3, hash = (SELECT hash FROM log_seal WHERE tenant = 'one' AND seq = 3)`,
      ],
      ['truncated 5'],
    ],
    [
      'blanks a name as an erasing would',
      [
        `INSERT INTO log_erased (entry, part, tenant, erasure, digest) VALUES (${entryNo(3)}, 'who', 'one', 'log_none', 'x')`,
        `UPDATE log_seal SET who_salt = NULL WHERE seq = 3`,
        `UPDATE log_entry SET actor = '{"role":"staff","label":""}', reason = NULL WHERE id = ${entryNo(3)}`,
      ],
      ['entry_changed 3', 'erased_alone 3'],
    ],
    [
      'takes a signed head for another',
      [`UPDATE log_head SET hash = (SELECT hash FROM log_seal WHERE seq = 4)`],
      ['head_unproven 5'],
    ],
    [
      'signs with a key of their own',
      [
        `UPDATE audit_key SET public = '{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"' || kid || '"}'`,
      ],
      ['head_unproven 5'],
    ],
    [
      'removes what waits to be sealed',
      [`INSERT INTO log_unsealed (tenant, entry) VALUES ('one', 'log_gone')`],
      ['entry_lost'],
    ],
    ['forgets the end of the chain', [`DELETE FROM log_chain`], ['chain_end']],
  ]
  for (const [what, statements, found] of deeds)
    it(`${what}: it is found, and where`, async () => {
      await evidence.tamper(...statements)
      assert.deepEqual(await evidence.findings(), found)
    })

  it('is not found by the database alone who cuts off the end with every head of it', async () => {
    await evidence.tamper(
      `DELETE FROM log_entry WHERE id = ${entryNo(5)}`,
      `DELETE FROM log_seal WHERE tenant = 'one' AND seq = 5`,
      `UPDATE log_chain SET seq = 4, hash = (SELECT hash FROM log_seal WHERE tenant = 'one' AND seq = 4)`,
      'DELETE FROM log_head',
    )
    assert.deepEqual(await evidence.findings(), [])
  })
  it('is found by a head that was kept elsewhere', async () => {
    const head = await evidence.sign()
    await evidence.tamper(
      `DELETE FROM log_entry WHERE id = ${entryNo(5)}`,
      `DELETE FROM log_seal WHERE tenant = 'one' AND seq = 5`,
      `UPDATE log_chain SET seq = 4, hash = (SELECT hash FROM log_seal WHERE tenant = 'one' AND seq = 4)`,
      'DELETE FROM log_head',
    )
    assert.deepEqual(await evidence.findings({ heads: [head] }), ['truncated 5'])
  })
  it('is found by such a head when all was written anew', async () => {
    const head = await evidence.sign()
    await evidence.tamper(
      `DELETE FROM log_seal`,
      'DELETE FROM log_chain',
      'DELETE FROM log_head',
      `UPDATE log_entry SET level = 'error'`,
      `INSERT INTO log_unsealed SELECT tenant, id FROM log_entry`,
    )
    await headNow(evidence.house.deps, tenantId('one'))
    assert.deepEqual(await evidence.findings({ heads: [head] }), ['head_differs 5'])
  })
  it('is found when an entry of long ago is slipped in the proper way', async () => {
    const { clock } = evidence.house
    clock.time += 3_600_000
    await evidence.write()
    await evidence.sign()
    clock.time -= 3_600_000
    await evidence.write()
    clock.time += 3_600_000
    await evidence.sign()
    assert.deepEqual(await evidence.findings(), ['entry_back_dated 7'])
  })
})

describe('what the triggers let nobody do', () => {
  const refused: [what: string, statement: string][] = [
    ['change an entry', `UPDATE log_entry SET level = 'error'`],
    [
      'take a name out of an entry',
      `UPDATE log_entry SET actor = '{"role":"staff","label":""}', reason = NULL`,
    ],
    ['remove an entry', 'DELETE FROM log_entry'],
    [
      'replace an entry',
      `INSERT OR REPLACE INTO log_entry SELECT id, tenant, service, at, 'error', actor, role, action, operation, reason, duration_ms, code, params, detail, client_visible FROM log_entry LIMIT 1`,
    ],
    ['change a link', `UPDATE log_seal SET hash = 'x'`],
    ['take the salt from a link', 'UPDATE log_seal SET who_salt = NULL'],
    ['remove a link', 'DELETE FROM log_seal'],
    [
      'add a link that follows none',
      `INSERT INTO log_seal (tenant, seq, entry, sealed_at, caught_up_at, digest, prev, hash) VALUES ('one', 9, 'x', 0, 0, 'x', 'x', 'x')`,
    ],
    ['change a head', 'UPDATE log_head SET at = 0'],
    ['remove a head', 'DELETE FROM log_head'],
    [
      'set a checkpoint where no link is',
      `INSERT INTO log_checkpoint VALUES ('one', 3, 'x', 0, 'x')`,
    ],
    [
      'call a part erased with no word in the log',
      `INSERT INTO log_erased SELECT entry, 'who', 'one', 'log_none', 'x' FROM log_seal LIMIT 1`,
    ],
    ['change a public key', `UPDATE audit_key SET public = '{}'`],
    ['remove a key', 'DELETE FROM audit_key'],
  ]
  for (const [what, statement] of refused)
    it(what, async () => {
      await assert.rejects(evidence.db.write([{ sql: statement }]))
    })
  it('empty the queue without sealing', async () => {
    await evidence.write()
    await assert.rejects(evidence.db.write([{ sql: 'DELETE FROM log_unsealed' }]))
  })
})

describe('any one value of the log and its chain', () => {
  const columns: Readonly<Record<string, readonly string[]>> = {
    log_entry: [
      'id',
      'tenant',
      'service',
      'at',
      'level',
      'actor',
      'role',
      'action',
      'operation',
      'reason',
      'duration_ms',
      'code',
      'params',
      'detail',
      'client_visible',
    ],
    log_seal: [
      'tenant',
      'seq',
      'entry',
      'sealed_at',
      'caught_up_at',
      'who_salt',
      'what_salt',
      'digest',
      'prev',
      'hash',
    ],
    log_head: ['tenant', 'seq', 'hash', 'at', 'jws'],
    log_chain: ['tenant', 'seq', 'hash'],
  }
  const places = Object.entries(columns).flatMap(([table, names]) =>
    names.map((column) => [table, column] as const),
  )
  it('stands in this test', async () => {
    const lacking: string[] = []
    for (const [table, names] of Object.entries(columns)) {
      const rows = await evidence.rows(`SELECT name FROM pragma_table_info('${table}')`)
      // Who seals, until when, and how long entries are kept is no part of what was logged.
      const ours = ['owner', 'fence', 'lease_until', 'keep_days', 'sealed_at', 'caught_up_at']
      for (const { name } of rows)
        if (
          !names.includes(String(name)) &&
          !(table === 'log_chain' && ours.includes(String(name)))
        )
          lacking.push(`${table}.${String(name)}`)
    }
    assert.deepEqual(lacking, [])
  })
  it('is found when it is another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.nat(4),
        fc.oneof(fc.string({ maxLength: 5 }), fc.integer({ min: 0, max: 99 }), fc.constant(null)),
        async ([table, column], row, value) => {
          const [at] = await evidence.rows(
            `SELECT rowid AS id, "${column}" AS old FROM ${table} ORDER BY rowid LIMIT 1 OFFSET ${table === 'log_entry' || table === 'log_seal' ? row : 0}`,
          )
          const literal =
            value === null
              ? 'NULL'
              : typeof value === 'number'
                ? String(value)
                : `'${value.replaceAll("'", "''").replaceAll('\0', '')}'`
          const set = (what: string) =>
            evidence.tamper(
              'PRAGMA ignore_check_constraints = 1',
              `UPDATE ${table} SET "${column}" = ${what} WHERE rowid = ${String(at?.id)}`,
            )
          try {
            await set(literal)
          } catch {
            // A constraint of the table forbids the value itself.
            fc.pre(false)
          }
          const [now] = await evidence.rows(
            `SELECT "${column}" AS new FROM ${table} WHERE rowid = ${String(at?.id)}`,
          )
          fc.pre(now?.new !== at?.old)
          const logs = await verifyLogs(evidence.house.deps, undefined)
          const ok = logs.every((log) => log.ok)
          await set(
            at?.old === null
              ? 'NULL'
              : typeof at?.old === 'number'
                ? String(at.old)
                : `'${String(at?.old).replaceAll("'", "''")}'`,
          )
          assert.equal(ok, false, `${table}.${column} of row ${row} = ${literal}`)
        },
      ),
      { numRuns: 120 },
    )
  })
})
