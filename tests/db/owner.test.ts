import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../../db/connect.ts'

const connect = fileURLToPath(new URL('../../db/connect.ts', import.meta.url))

describe('another process has opened the database file', () => {
  let folder: string
  let url: string
  let other: ReturnType<typeof spawn>
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provision-owner-'))
    url = `file:${join(folder, 'data.db')}`
    const program = `const { openDatabase } = await import(${JSON.stringify(connect)})
      await openDatabase({ url: ${JSON.stringify(url)} })
      console.log('open')
      setInterval(() => globalThis.gc?.(), 20)`
    other = spawn(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', '--input-type=module', '-e', program],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    assert.ok(other.stdout)
    await once(other.stdout, 'data')
  })
  after(async () => {
    other.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  it('refuses a second owner with a sentence that says what to do', async () => {
    await assert.rejects(openDatabase({ url }), {
      code: 'database_owned',
      message: /in use by another process/,
    })
  })

  it('is free again as soon as that process is killed', async () => {
    other.kill('SIGKILL')
    await once(other, 'exit')
    const db = await openDatabase({ url })
    await db.close()
  })

  it('refuses a second opening in the same process, until the first is closed', async () => {
    const db = await openDatabase({ url })
    await assert.rejects(openDatabase({ url }), { code: 'database_owned' })
    await db.close()
    await (await openDatabase({ url })).close()
  })
})
