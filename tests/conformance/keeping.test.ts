import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { Agent, request } from 'undici'
import { startWhm } from '../../bff/demo/whm/server.ts'
import { Asked, server } from './asking.ts'

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'whm-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Runs something against a server on a directory and stops the server. */
async function on<T>(dataDir: string, work: (whm: Asked) => Promise<T>, hostNames?: string[]) {
  const whm = new Asked(
    await startWhm({ dataDir, ...(hostNames === undefined ? {} : { hostNames }) }),
  )
  try {
    return await work(whm)
  } finally {
    await whm.close()
  }
}

describe('a server with a directory', () => {
  const dataDir = directory()

  it('knows after a restart what it knew before', async () => {
    await on(dataDir, (whm) => whm.call('suspendacct', { user: 'olive', reason: 'kept' }))
    const reason = await on(
      dataDir,
      async (whm) => whm.whm.world().accounts.olive?.suspended?.reason,
    )
    assert.equal(reason, 'kept')
  })

  it('keeps its settings', async () => {
    await on(dataDir, (whm) => whm.control('PATCH /settings', { rate_limit: 900 }))
    assert.equal(await on(dataDir, async (whm) => whm.whm.world().settings.rate_limit), 900)
  })

  it('keeps its certificate', async () => {
    const first = await on(dataDir, async (whm) => whm.whm.fingerprint)
    assert.equal(await on(dataDir, async (whm) => whm.whm.fingerprint), first)
  })

  it('makes another certificate for another name', async () => {
    const first = await on(dataDir, async (whm) => whm.whm.fingerprint)
    assert.notEqual(await on(dataDir, async (whm) => whm.whm.fingerprint, ['new.demo.test']), first)
  })

  it('writes files for its owner only', () => {
    const modes = ['whm-state.json', 'whm-certificate.json'].map(
      (name) => statSync(join(dataDir, name)).mode & 0o777,
    )
    assert.deepEqual(modes, [0o600, 0o600])
  })

  it('has the change on disk before it answers', async () => {
    const kept = await on(dataDir, async (whm) => {
      await whm.call('suspendacct', { user: 'lakeside', reason: 'on disk' })
      return readFileSync(join(dataDir, 'whm-state.json'), 'utf8')
    })
    assert.ok(kept.includes('on disk'))
  })
})

describe('a directory that holds something else', () => {
  const dataDir = directory()

  it('stops the start with a sentence', async () => {
    writeFileSync(join(dataDir, 'whm-state.json'), '{}')
    await assert.rejects(startWhm({ dataDir }), /holds no state of this server/)
  })
})

describe('the certificate', () => {
  const whm = server()

  it('is good for localhost, 127.0.0.1 and a name with dots', () => {
    const certificate = new X509Certificate(whm.whm.ca)
    const good = [
      certificate.checkHost('localhost'),
      certificate.checkIP('127.0.0.1'),
      certificate.checkHost('whm.demo.test'),
    ]
    assert.deepEqual(good, ['localhost', '127.0.0.1', 'whm.demo.test'])
  })

  it('has the fingerprint that is told', () => {
    const { fingerprint256 } = new X509Certificate(whm.whm.ca)
    assert.equal(whm.whm.fingerprint, fingerprint256.replaceAll(':', '').toLowerCase())
  })

  it('is refused by whom nobody told of it', async () => {
    const strict = new Agent()
    await assert.rejects(request(whm.whm.url, { dispatcher: strict }), /self.signed/i)
    await strict.destroy()
  })
})
