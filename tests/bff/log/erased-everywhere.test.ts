import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sealNow } from '../../../bff/log/chain/seal.ts'
import {
  type ErasedPerson,
  type EraseOptions,
  erasePerson,
} from '../../../bff/log/erase/erase-person.ts'
import { personalColumns } from '../../house/personal.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const ONE = { id: tenantId('one'), issuer: 'https://one.example' }
const BY = { role: 'system', label: 'operator' } as const
const ROSA = { subject: 'rosa-canary', names: ['Rosa Canary', 'rosa@canary.example'] }

const actor = '{"role":"client","label":"Rosa Canary","subject":"rosa-canary"}'
const message = '{"code":"error.disk_full","params":{"text":"Rosa Canary is over quota"}}'

/** Something of a person in every column that can be erased; salts are there of themselves. */
const PLANTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  log_entry: {
    actor,
    reason: 'Rosa Canary has not paid',
    params: '{"action":"suspend","text":"rosa@canary.example"}',
    detail: '[{"code":"detail.warning","value":"mail of rosa@canary.example"}]',
  },
  operation: {
    actor,
    subject: 'https://one.example rosa-canary',
    idempotency_key: 'key of rosa-canary',
    fingerprint: 'print of rosa-canary',
    input: '{"reason":"other","email":"rosa@canary.example","client_text":"canary: back soon"}',
    confirmation: '{"digest":"d","domain":"rosa@canary.example"}',
    planned: '[{"username":"bob","owner":"Rosa Canary"}]',
    warnings: `[${message}]`,
    waiting: message,
    error: message,
    result:
      '{"show":[{"key":"r","label":"result.suspend_reason","format":"text","value":"Other: Canary: back soon"}],"changed":[]}',
    verdict: `{"verdict":"done","why":"canary told me","by":${actor}}`,
  },
  step: {
    params: '{"reason":"Other: canary: back soon","lock":false}',
    before: '{"email":"rosa@canary.example"}',
    last_proof: '{"evidence":"Rosa Canary","verdict":"done","at":1}',
    error: message,
  },
  service: {
    label: 'Hosting of Rosa Canary',
    username: 'rosa canary',
    domain: 'rosa@canary.example',
    package: 'rosa canary',
    owner: 'rosa canary',
    snapshot: '{"username":"bob","email":"rosa@canary.example"}',
    last_suspend: '{"accounts":["bob"],"client_text":"for Rosa Canary","reason":null}',
  },
  field: { value: '"rosa@canary.example"' },
}

/** What else those rows must have. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  log_entry: {
    id: 'log_1',
    tenant: 'one',
    service: 's1',
    at: 0,
    level: 'info',
    role: 'client',
    action: 'suspend',
    code: 'log.action.succeeded',
    client_visible: 1,
  },
  operation: {
    id: 'op_1',
    tenant: 'one',
    service: 's1',
    action: 'suspend',
    configuration: 'cfg',
    server: 'srv',
    state: 'failed',
    created_at: 0,
  },
  step: { operation: 'op_1', seq: 0, name: 'suspend', account: 'bob', state: 'failed' },
  service: { id: 's1', tenant: 'one', state: 'deleted', since: 0, created_at: 0 },
  field: { tenant: 'one', service: 's1', name: 'email', source: 'server', as_of: 0 },
}

let evidence: Evidence
let salts: string[]
beforeEach(async () => {
  evidence = await openEvidence(1)
  const at = evidence.house.clock.now()
  await evidence.db.write(
    Object.entries(PLANTED).map(([table, planted]) => {
      const row = { ...BESIDE[table], ...planted, ...(table === 'log_entry' ? { at } : {}) }
      return {
        sql: `INSERT INTO ${table} (${Object.keys(row).join(', ')})
              VALUES (${Object.keys(row)
                .map(() => '?')
                .join(', ')})`,
        args: Object.values(row),
      }
    }),
  )
  await sealNow(evidence.house.deps, ONE.id)
  const rows = await evidence.rows(`SELECT who_salt, what_salt FROM log_seal WHERE entry = 'log_1'`)
  salts = rows.flatMap(({ who_salt, what_salt }) => [String(who_salt), String(what_salt)])
})
afterEach(() => evidence.end())

async function erase(options: EraseOptions = {}): Promise<ErasedPerson> {
  const done = await erasePerson(evidence.house.deps, ONE, ROSA, BY, options)
  if (done.kind !== 'erased') throw new Error('somebody else erases')
  return done
}

/** Columns that hold a text, as `table.column`. */
async function columnsWith(pattern: RegExp): Promise<string[]> {
  const tables = await evidence.rows(`SELECT name FROM sqlite_master WHERE type = 'table'`)
  const found = new Set<string>()
  for (const { name } of tables)
    for (const row of await evidence.rows(`SELECT * FROM "${String(name)}"`))
      for (const [column, value] of Object.entries(row))
        if (typeof value === 'string' && pattern.test(value)) found.add(`${String(name)}.${column}`)
  return [...found].sort()
}

/** Files of the database whose bytes hold a text. Another process reads them: this one would let go of its locks. */
function filesWith(text: string): string[] {
  const path = fileURLToPath(evidence.house.test.url)
  return ['', '-wal', '-shm', '-journal'].filter((suffix) => {
    if (!existsSync(`${path}${suffix}`)) return false
    return spawnSync('grep', ['-a', '-q', '-i', '-F', '--', text, `${path}${suffix}`]).status === 0
  })
}

describe('a person who is planted everywhere', () => {
  it('stands in every column that is said to be erased', async () => {
    const readme = readFileSync(new URL('../../../bff/log/README.md', import.meta.url), 'utf8')
    const erased = personalColumns(readme).flatMap(({ column, fate }) =>
      fate === 'erased' && !column.startsWith('log_seal.') ? [column] : [],
    )
    assert.deepEqual(await columnsWith(/canary/i), erased.sort())
  })
  it('stands in none when they were erased', async () => {
    await erase()
    assert.deepEqual(await columnsWith(/canary/i), [])
  })
  it('is counted by table', async () => {
    assert.deepEqual((await erase()).tables, {
      log_entry: 1,
      operation: 1,
      step: 1,
      service: 1,
      field: 1,
    })
  })
  it('leaves what was done to the account', async () => {
    await erase()
    const rows = await evidence.rows(
      `SELECT o.state, o.action, o.input, o.error, s.params, s.account FROM operation o JOIN step s ON s.operation = o.id`,
    )
    assert.deepEqual(rows, [
      {
        state: 'failed',
        action: 'suspend',
        input: '{"reason":"other"}',
        error: '{"code":"error.disk_full","params":{"text":""}}',
        params: '{"reason":"","lock":false}',
        account: 'bob',
      },
    ])
  })
  it('leaves a whole log', async () => {
    await erase()
    assert.deepEqual(await evidence.findings(), [])
  })
  it('can be erased again, and nothing is left to do', async () => {
    await erase()
    assert.deepEqual((await erase()).tables, {
      log_entry: 0,
      operation: 0,
      step: 0,
      service: 0,
      field: 0,
    })
  })
  it('leaves another tenant as it is', async () => {
    await evidence.db.write([
      {
        sql: `INSERT INTO service (id, tenant, state, since, created_at, label) VALUES ('s1', 'two', 'deleted', 0, 0, 'Rosa Canary')`,
      },
    ])
    await erase()
    assert.deepEqual(await columnsWith(/canary/i), ['service.label'])
  })
})

describe('the bytes of a database file', () => {
  it('hold a person who was erased, where they are left', async () => {
    await erase({ keep_bytes: true })
    assert.notDeepEqual(filesWith('canary'), [])
  })
  it('hold nothing of a person who was erased', async () => {
    await erase()
    assert.deepEqual(filesWith('canary'), [])
  })
  it('hold no salt that a digest of them could be guessed with', async () => {
    await erase()
    assert.deepEqual(
      salts.flatMap((salt) => filesWith(salt)),
      [],
    )
  })
  it('hold nothing of what was changed long before', async () => {
    await evidence.db.write([
      { sql: `UPDATE service SET label = 'Canary of old, ' || hex(zeroblob(9000))` },
    ])
    await evidence.db.write([{ sql: `UPDATE service SET label = NULL` }])
    await erase()
    assert.deepEqual(filesWith('canary'), [])
  })
  it('are cleaned by the next erasing, where one was cut short before it came to that', async () => {
    await erase({ keep_bytes: true })
    await erase()
    assert.deepEqual(filesWith('canary'), [])
  })
})
