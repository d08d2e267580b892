import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Bff, composeBff } from '../../../bff/compose.ts'
import { inventoryOf } from '../../../bff/vault/inventory.ts'
import { ServerInMemory } from '../panel-in-memory.ts'
import { until } from '../replicas/three-replicas.ts'
import { keyNamed, vaultWith } from './sealed-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'vault-life-'))
after(() => rmSync(folder, { recursive: true }))
const ROWS = 120

/** One life of a process on the same database, with these keys. */
function lifeWith(...keys: string[]): Promise<Bff> {
  return composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: `file:${join(folder, 'provision.db')}` },
      vaultKeys: keys.map(keyNamed).join('\n'),
      allowedHosts: [],
      socket: undefined,
      logLevel: 'silent',
    },
    {
      provider: new ServerInMemory().provider,
      report: (error, about) => assert.fail(`${about}: ${String(error)}`),
    },
  )
}

const sealedWith = async ({ rooms }: Bff, key: string) =>
  (await inventoryOf(rooms.db, rooms.vault)).reduce(
    (sum, { keys }) => sum + (keys.get(key) ?? 0),
    0,
  )

describe('a process that is started with a new key in front', () => {
  before(async () => {
    const bff = await lifeWith('old')
    const vault = vaultWith('old')
    await bff.rooms.db.write([
      {
        sql: `INSERT INTO tenant (id, label, issuer, algorithms, origins, created_at)
              VALUES ('one', 'One', 'https://one.example', '[]', '[]', 0)`,
      },
      {
        sql: `INSERT INTO server (id, provider, host, port, created_at) VALUES ('srv', 'x', 'whm.example', 2087, 0)`,
      },
    ])
    for (let row = 0; row < ROWS; row++) {
      const id = `cfg_${String(row).padStart(4, '0')}`
      const place = { tenant: 'one', table: 'configuration', row: id, column: 'token' }
      await bff.rooms.db.write([
        {
          sql: `INSERT INTO configuration (id, tenant, server, label, api_user, token, created_at)
                VALUES (?, 'one', 'srv', 'x', 'root', ?, 0)`,
          args: [id, await vault.seal(place, `token ${row}`)],
        },
      ])
    }
    await bff.close()
  })

  it('seals everything anew by itself, while it does its work', async () => {
    const bff = await lifeWith('new', 'old')
    await until('everything is sealed with the new key', async () => {
      assert.equal((await bff.fetch(new Request('http://localhost/readyz'))).status, 200)
      return (await sealedWith(bff, 'old')) === 0
    })
    const sealed = await sealedWith(bff, 'new')
    await bff.close()
    assert.ok(sealed >= ROWS)
  })
  it('starts without the key before then', async () => {
    const bff = await lifeWith('new')
    await bff.close()
  })
  it('does not start without the new one any more', async () => {
    await assert.rejects(lifeWith('old'), { code: 'vault_keys_missing' })
  })
})
