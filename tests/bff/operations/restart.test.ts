import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { type Bff, composeBff } from '../../../bff/compose.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { operationById } from '../../../db/operations.ts'
import { tenantId } from '../../tenant-id.ts'
import { inventedProvider } from './invented-provider.ts'
import { mortal } from './mortal.ts'
import { bound, type Scene, setScene, VAULT_KEYS } from './scene.ts'

const SECOND = 1000
let scene: Scene
let id: string
let bff: Bff | undefined

/** The next process on the same file, with the same clock and server. */
async function nextProcess(): Promise<Bff> {
  await scene.db.close()
  return composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: `file:${join(scene.folder, 'test.db')}` },
      vaultKeys: VAULT_KEYS,
      allowedHosts: [],
      socket: undefined,
      logLevel: 'silent',
    },
    {
      provider: { ...inventedProvider, connect: () => scene.panel },
      report: (error, about) => assert.fail(`${about}: ${String(error)}`),
      clock: { now: () => scene.now },
      automatic: false,
    },
  )
}

/** The process dies at that write of the turn, and another is started ten seconds later. */
async function diesAndStarts(write: number, when: 'before' | 'after'): Promise<void> {
  const { deps, dead } = mortal(scene.deps, write, when)
  void startRunner(deps, { automatic: false }).tick()
  await dead
  scene.now += 10 * SECOND
  bff = await nextProcess()
  await bff.runner.tick()
}

async function state(): Promise<string | undefined> {
  return bff === undefined
    ? undefined
    : (await operationById(bff.rooms.db, tenantId('ten_1'), id))?.state
}

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
  id = await scene.take('repack', { package: 'large' })
})
afterEach(async () => {
  await bff?.close()
  bff = undefined
  await rm(scene.folder, { recursive: true })
})

describe('a process with a database file that dies before it has sent anything', () => {
  it('is followed by one that carries the operation out at once, not when its lease is over', async () => {
    await diesAndStarts(1, 'after')
    assert.equal(await state(), 'succeeded')
  })
})

describe('a process with a database file that dies with a call under way', () => {
  it('is followed by one that reads back at once', async () => {
    await diesAndStarts(3, 'before')
    assert.equal(await state(), 'checking')
  })
  it('is believed by two equal reads, and the call is never made again', async () => {
    await diesAndStarts(3, 'before')
    scene.now += 10 * SECOND
    await bff?.runner.tick()
    scene.now += 15 * SECOND
    await bff?.runner.tick()
    assert.deepEqual([await state(), scene.panel.calls.length], ['succeeded', 1])
  })
})

describe('a process with a database file that dies in the middle of a read-back', () => {
  it('is followed by one that goes on reading at once', async () => {
    scene.panel.fates = ['cut_after']
    await scene.pass(0)
    scene.now += 6 * SECOND
    await diesAndStarts(1, 'before')
    scene.now += 15 * SECOND
    await bff?.runner.tick()
    assert.equal(await state(), 'succeeded')
  })
})
