import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { DataFolder, freshlyKept } from '../../../bff/demo/data-folder.ts'
import { freeInARow, isFree, mustBeFree } from '../../../bff/demo/free-ports.ts'

const ports = { bff: 1, admin: 2, client: 3, whm: 4, control: 5, dead: 6 }
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'demo-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a demo’s folder', () => {
  it('gives back what was kept', async () => {
    const kept = await freshlyKept(ports)
    new DataFolder(join(root, 'd')).write(kept)
    assert.deepEqual(new DataFolder(join(root, 'd')).read(), kept)
  })
  it('keeps its keys from other users', async () => {
    const folder = new DataFolder(join(root, 'd'))
    folder.write(await freshlyKept(ports))
    assert.equal(statSync(folder.file('demo.json')).mode & 0o777, 0o600)
  })
  it('is erased when asked', async () => {
    new DataFolder(join(root, 'd')).write(await freshlyKept(ports))
    DataFolder.erase(join(root, 'd'))
    assert.equal(existsSync(join(root, 'd')), false)
  })
})

describe('a folder with something else in it', () => {
  it('is not erased', () => {
    writeFileSync(join(root, 'thesis.txt'), 'years of work')
    assert.throws(() => DataFolder.erase(root), { name: 'NotADemoFolder' })
  })
})

describe('a port another program listens on', () => {
  it('is not free', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      }),
    )
    const free = await isFree(port)
    const refusal = await mustBeFree(port, '--port').catch((error: unknown) => error)
    const next = await freeInARow(port, 1)
    server.close()
    assert.deepEqual(
      [free, refusal instanceof Error && refusal.message.includes('--port'), next > port],
      [false, true, true],
    )
  })
})
