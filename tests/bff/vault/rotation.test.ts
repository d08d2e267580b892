import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import { retry } from '../../../bff/operations/retry.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { submit } from '../../../bff/operations/submit.ts'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'
import { createVault } from '../../../bff/vault/vault.ts'
import { bound, ordered, type Scene, setScene, VAULT_KEYS } from '../operations/scene.ts'
import { keyNamed } from './sealed-rows.ts'

let scene: Scene
/** The engine of a process that was started with a new key in front. */
let rotated: EngineDeps
/** The same once the key before is gone. */
let forgetful: EngineDeps
beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
  const withKeys = (keys: string): EngineDeps => {
    const { seal, open, hmac, matches } = createVault(parseKeyRing(keys))
    return { ...scene.deps, seal, open, hmac, matches }
  }
  rotated = withKeys(`${keyNamed('new')},${VAULT_KEYS}`)
  forgetful = withKeys(keyNamed('new'))
})
afterEach(() => scene.end())

const submission = (more: Partial<Parameters<typeof submit>[2]> = {}) => ({
  service: 'bob',
  action: 'repack',
  input: { package: 'large' },
  confirmation: undefined,
  key: 'gesture-number-1',
  ...more,
})
const send = (deps: EngineDeps, more: Parameters<typeof submission>[0] = {}) =>
  submit(deps, scene.caller(), submission(more))
const codeOf = (done: Awaited<ReturnType<typeof submit>>) =>
  done.kind === 'accepted' ? done.operation.id : done.code

describe('the key of the vault changes between a request and its repetition', () => {
  it('and the repetition is the same operation', async () => {
    const first = await send(scene.deps)
    assert.equal(first.kind, 'accepted')
    assert.equal(codeOf(await send(rotated)), codeOf(first))
  })
  it('and other input under the same key is refused as ever', async () => {
    await send(scene.deps)
    assert.equal(codeOf(await send(rotated, { input: { package: 'other' } })), 'key_reused')
  })
  it('and another password under the same key is refused as ever', async () => {
    const whisper = (deps: EngineDeps, password: string) =>
      send(deps, { action: 'whisper', input: { password }, key: 'gesture-number-2' })
    const first = await whisper(scene.deps, 'correct horse 1')
    assert.deepEqual(
      [
        codeOf(await whisper(rotated, 'correct horse 1')),
        codeOf(await whisper(rotated, 'correct horse 2')),
      ],
      [codeOf(first), 'key_reused'],
    )
  })
  it('and a key that was dropped too early is refused, never done twice', async () => {
    await send(scene.deps)
    assert.equal(codeOf(await send(forgetful)), 'key_reused')
  })
})

describe('the key of the vault changes while a preview is open', () => {
  const input = { reason: 'unpaid' }
  async function confirmedThenRun(deps: EngineDeps, shown = input) {
    const confirmation = await scene.confirmed('freeze', shown, 'bob')
    const done = await send(deps, { action: 'freeze', input, confirmation })
    assert.equal(done.kind, 'accepted')
    await startRunner(deps, { automatic: false }).tick()
    return scene.operation(codeOf(done))
  }
  it('and what was confirmed is carried out', async () =>
    assert.equal((await confirmedThenRun(rotated)).state, 'succeeded'))
  it('and what was not confirmed is refused as ever', async () => {
    const { error } = await confirmedThenRun(rotated, { reason: 'another' })
    assert.match(error ?? '', /preview_outdated/)
  })
  it('and a preview signed with a key that is gone is refused, with nothing sent', async () => {
    const { error } = await confirmedThenRun(forgetful)
    assert.deepEqual([/preview_outdated/.test(error ?? ''), scene.panel.calls], [true, []])
  })
})

describe('the key of the vault changes between a retry and its repetition', () => {
  it('and the repetition is the same operation, other input none', async () => {
    await ordered(scene, 'fresh')
    scene.panel.fates = ['done', 'refused']
    const id = await scene.take('found', { username: 'fresh' }, { service: 'fresh' })
    await scene.runner.tick()
    const again = (deps: EngineDeps, password = 'typed-again') =>
      retry(deps, scene.caller(), id, { password }, undefined, 'gesture-number-3')
    const first = await again(scene.deps)
    assert.equal(first.kind, 'accepted')
    assert.deepEqual(
      [codeOf(await again(rotated)), codeOf(await again(rotated, 'another'))],
      [codeOf(first), 'key_reused'],
    )
  })
})

describe('the key of the vault changes while a password waits for its call', () => {
  it('and the call is made with it', async () => {
    await send(scene.deps, {
      action: 'whisper',
      input: { password: 'correct horse 1' },
      key: 'gesture-number-4',
    })
    await startRunner(rotated, { automatic: false }).tick()
    assert.deepEqual(
      scene.panel.calls.map(({ secrets }) => secrets),
      [['correct horse 1']],
    )
  })
})

describe('a password that waits for its call and cannot be opened', () => {
  async function broken() {
    const done = await send(scene.deps, {
      action: 'whisper',
      input: { password: 'correct horse 1' },
      key: 'gesture-number-5',
    })
    const id = codeOf(done)
    // What stood at another place, which is what somebody who can write to the database has.
    const elsewhere = await scene.deps.seal(
      { tenant: 'ten_1', table: 'operation', row: 'op_elsewhere', column: 'secrets' },
      JSON.stringify({ password: 'chosen by somebody else' }),
    )
    await scene.db.write([
      { sql: 'UPDATE operation SET secrets = ? WHERE id = ?', args: [elsewhere, id] },
    ])
    await scene.runner.tick()
    return scene.operation(id)
  }
  it('ends the operation with the reason', async () => {
    const { state, error } = await broken()
    assert.deepEqual([state, /secrets_unreadable/.test(error ?? '')], ['failed', true])
  })
  it('sends nothing', async () => {
    await broken()
    assert.deepEqual(scene.panel.calls, [])
  })
  it('is reported without a word of it', async () => {
    await broken()
    assert.deepEqual(
      [scene.reports.length, /cannot be opened/.test(scene.reports.join())],
      [1, true],
    )
    assert.doesNotMatch(scene.reports.join(), /correct horse|chosen by/)
  })
  it('leaves no secret behind', async () => assert.equal((await broken()).secrets, null))
})
