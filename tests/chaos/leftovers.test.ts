import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Statement } from '../../db/connect.ts'
import { fileDatabase } from '../db/databases.ts'
import { type Leftovers, readLeftovers } from './leftovers.ts'
import { CANARY } from './plans.ts'

const TOKEN = 'TOKEN-of-a-server'

function told(ref: string): Statement {
  return {
    sql: `INSERT INTO feed (tenant, service, event, ref, version, at) VALUES ('t', 's', 'log', ?, 1, 1)`,
    args: [ref],
  }
}

function operation(id: string, state: string, secrets: string | null): Statement {
  return {
    sql: `INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor, subject,
            idempotency_key, fingerprint, input, secrets)
          VALUES (?, 't', ?, 'create', 'c', 'srv', ?, 1, '{}', 'ann', ?, '', '{}', ?)`,
    args: [id, id, state, id, secrets],
  }
}

const lock = (username: string, of: string): Statement => ({
  sql: `INSERT INTO account_lock (server, username, operation, taken_at) VALUES ('srv', ?, ?, 1)`,
  args: [username, of],
})

async function leftBy(statements: readonly Statement[]): Promise<Leftovers> {
  const test = await fileDatabase()
  await test.db.write(statements)
  await test.db.close()
  return readLeftovers(test.url, [TOKEN])
}

describe('what is left in a database', () => {
  it('is nothing where nothing was left', async () => {
    const { locks, secrets } = await leftBy([operation('op_1', 'succeeded', null)])
    assert.deepEqual([locks, secrets], [[], []])
  })
  it('is a lock whose operation has ended, and not one whose operation waits', async () => {
    const { locks } = await leftBy([
      operation('op_1', 'failed', null),
      operation('op_2', 'attention', null),
      lock('bob', 'op_1'),
      lock('eve', 'op_2'),
    ])
    assert.deepEqual([locks.length, locks[0]?.includes('bob')], [1, true])
  })
  it('is a secret kept by an operation that waits for a person', async () => {
    const { secrets } = await leftBy([operation('op_1', 'attention', 'sealed')])
    assert.deepEqual([secrets.length, secrets[0]?.includes('op_1')], [1, true])
  })
  it('is a password in clear, in the last of thousands of rows', async () => {
    const rows = Array.from({ length: 4500 }, () => told('nothing'))
    const { secrets } = await leftBy([...rows, told(`x ${CANARY}abc`)])
    assert.deepEqual(secrets, ['secret 0 stands in feed'])
  })
  it('is a server’s token in clear', async () => {
    const { secrets } = await leftBy([told(TOKEN)])
    assert.deepEqual(secrets, ['secret 1 stands in feed'])
  })
})
