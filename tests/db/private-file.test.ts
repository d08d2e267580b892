import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { after, before, describe, it } from 'node:test'
import { openDatabase } from '../../db/connect.ts'
import { migrate } from '../../db/migrate.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'))
})
after(() => rmSync(folder, { recursive: true }))

/** A folder everybody may enter, as a careless `mkdir` makes one. */
function careless(name: string): string {
  const path = mkdtempSync(join(folder, name))
  chmodSync(path, 0o755)
  return path
}

describe('a database file that is made, by a process that gives everybody every right', () => {
  let inside: string
  let rights: Map<string, string>
  before(async () => {
    inside = careless('new-')
    const mask = process.umask(0)
    try {
      const db = await openDatabase({ url: `file:${join(inside, 'provision.db')}` })
      await migrate(db)
      rights = new Map(
        readdirSync(inside).map((name) => [
          name,
          (statSync(join(inside, name)).mode & 0o777).toString(8),
        ]),
      )
      await db.close()
    } finally {
      process.umask(mask)
    }
  })

  for (const name of ['provision.db', 'provision.db-wal', 'provision.db-shm', 'provision.db.owner'])
    it(`is for our own user alone: ${name}`, () => assert.equal(rights.get(name), '600'))
})

describe('a database file everybody on the machine may open', () => {
  let path: string
  before(() => {
    path = join(careless('open-'), 'provision.db')
    writeFileSync(path, '')
  })

  for (const mode of [0o644, 0o604, 0o602, 0o666])
    it(`is refused with the rights ${mode.toString(8)}, and the sentence says what to do`, async () => {
      chmodSync(path, mode)
      await assert.rejects(openDatabase({ url: `file:${path}` }), /chmod o-rwx/)
    })
  it('is taken for a group the operator chose', async () => {
    chmodSync(path, 0o640)
    await (await openDatabase({ url: `file:${path}` })).close()
  })
  it('is taken where nobody else can come to it', async () => {
    const folder = careless('shut-')
    chmodSync(folder, 0o700)
    const inside = join(folder, 'provision.db')
    writeFileSync(inside, '')
    chmodSync(inside, 0o644)
    await (await openDatabase({ url: `file:${inside}` })).close()
  })
})
