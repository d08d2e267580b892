import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { logRows } from './log-rows.ts'
import { bound, ordered, type Scene, START, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
let scene: Scene

beforeEach(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

describe('a change the server confirms', () => {
  let id: string
  beforeEach(async () => {
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
  })
  it('succeeds', async () => assert.equal((await scene.operation(id)).state, 'succeeded'))
  it('is sent once', () => assert.equal(scene.panel.calls.length, 1))
  it('is in the service', async () => assert.equal((await scene.service())?.package, 'large'))
  it('is in the fields', async () =>
    assert.equal(
      await scene.count(
        `SELECT count(*) FROM field WHERE name='package' AND value='"large"' AND source='server'`,
      ),
      1,
    ))
  it('is in the log', async () =>
    assert.equal(
      await scene.count(
        `SELECT count(*) FROM log_entry WHERE code='log.action.succeeded' AND action='repack'`,
      ),
      1,
    ))
  it('tells open elements', async () =>
    assert.equal(await scene.count(`SELECT count(*) > 0 FROM feed WHERE event='service'`), 1))
  it('lets go of the account', async () =>
    assert.equal(await scene.count('SELECT count(*) FROM account_lock'), 0))
})

describe('a change the server warns about', () => {
  it('succeeds and keeps the warning', async () => {
    scene.panel.fates = ['warned']
    const id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    assert.match((await scene.operation(id)).warnings, /warning\.from_server/)
  })
})

describe('a change the server refuses', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['refused']
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
  })
  it('fails', async () => assert.equal((await scene.operation(id)).state, 'failed'))
  it('says why', async () =>
    assert.match((await scene.operation(id)).error ?? '', /error\.package_not_found/))
  it('leaves the service as it was', async () =>
    assert.equal((await scene.service())?.package, 'small'))
  it('is never sent again', async () => {
    await scene.pass(60 * MINUTE)
    assert.equal(scene.panel.calls.length, 1)
  })
})

describe('an answer that was lost after the change was made', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_after']
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
  })
  it('is being checked', async () => assert.equal((await scene.operation(id)).state, 'checking'))
  it('says until when', async () =>
    assert.match(
      (await scene.operation(id)).waiting ?? '',
      new RegExp(String(START + 15 * MINUTE)),
    ))
  it('leaves the service as it was known', async () =>
    assert.equal((await scene.service())?.package, 'small'))
  it('is not believed on one read', async () => {
    await scene.pass(5 * SECOND)
    assert.equal((await scene.operation(id)).state, 'checking')
  })
  it('is believed on two equal reads ten seconds apart', async () => {
    await scene.pass(5 * SECOND)
    await scene.pass(10 * SECOND)
    assert.equal((await scene.operation(id)).state, 'succeeded')
  })
  it('is never sent twice', async () => {
    for (let i = 0; i < 40; i++) await scene.pass(30 * SECOND)
    assert.equal(scene.panel.calls.length, 1)
  })
})

describe('a call that was lost before anything changed', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_before']
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
  })
  it('is not sent again within quarantine', async () => {
    for (let i = 0; i < 28; i++) await scene.pass(30 * SECOND)
    assert.equal(scene.panel.calls.length, 1)
  })
  it('is sent once more after quarantine, and succeeds', async () => {
    for (let i = 0; i < 32; i++) await scene.pass(30 * SECOND)
    assert.deepEqual(
      [scene.panel.calls.length, (await scene.operation(id)).state],
      [2, 'succeeded'],
    )
  })
  it('is not sent again when somebody cancelled meanwhile', async () => {
    const { cancel } = await import('../../../bff/operations/cancel.ts')
    await cancel(scene.deps, scene.caller(), id)
    for (let i = 0; i < 32; i++) await scene.pass(30 * SECOND)
    assert.deepEqual(
      [scene.panel.calls.length, (await scene.operation(id)).state],
      [1, 'cancelled'],
    )
  })
})

describe('a change that takes effect minutes after the cut', () => {
  it('is found, and never made twice', async () => {
    scene.panel.fates = ['cut_late']
    const id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    await scene.pass(5 * MINUTE)
    for (const apply of scene.panel.late) apply()
    await scene.pass(MINUTE)
    await scene.pass(MINUTE)
    assert.deepEqual(
      [(await scene.operation(id)).state, scene.panel.calls.length],
      ['succeeded', 1],
    )
  })
})

describe('a call whose outcome is unknown twice', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_before', 'cut_before']
    id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    for (let i = 0; i < 70; i++) await scene.pass(30 * SECOND)
  })
  it('goes to a person', async () => assert.equal((await scene.operation(id)).state, 'attention'))
  it('was sent twice at most', () => assert.equal(scene.panel.calls.length, 2))
  it('ends as resolved when a person gives a verdict', async () => {
    const { resolve } = await import('../../../bff/operations/resolve.ts')
    await resolve(scene.deps, scene.caller(), id, { verdict: 'abandoned', why: 'looked it up' })
    assert.equal((await scene.operation(id)).state, 'resolved')
  })
  it('is retried in one write: the old one resolved, a new one queued', async () => {
    const { retry } = await import('../../../bff/operations/retry.ts')
    const done = await retry(scene.deps, scene.caller(), id, {}, undefined, 'retry-key-1')
    assert.deepEqual([done.kind, (await scene.operation(id)).state], ['accepted', 'resolved'])
  })
  it('is told in the log to have been tried again, by whom', async () => {
    const { retry } = await import('../../../bff/operations/retry.ts')
    const caller = { ...scene.caller(), actor: { role: 'staff' as const, label: 'Somebody else' } }
    await retry(scene.deps, caller, id, {}, undefined, 'retry-key-1')
    const [last] = await logRows(scene.db, id)
    assert.deepEqual(
      [last?.code, last?.actor],
      ['log.operation.retried', JSON.stringify(caller.actor)],
    )
  })
})

describe('a password whose change was not answered', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_after']
    id = await scene.take('whisper', { password: 'hunter-two' })
    await scene.pass(0)
  })
  it('goes to a person at once', async () =>
    assert.equal((await scene.operation(id)).state, 'attention'))
  it('is forgotten', async () => assert.equal((await scene.operation(id)).secrets, null))
  it('cannot be typed again within five minutes', async () => {
    const again = await scene.submit('whisper', { password: 'hunter-two' })
    assert.equal(again.kind === 'problem' && again.code, 'operation_running')
  })
  it('can be typed again after five minutes, and the old one is resolved', async () => {
    await scene.pass(5 * MINUTE)
    await scene.take('whisper', { password: 'hunter-three' })
    assert.equal((await scene.operation(id)).state, 'resolved')
  })
})

describe('a password that was changed', () => {
  it('reaches the server and stays nowhere', async () => {
    const id = await scene.take('whisper', { password: 'hunter-two' })
    const waiting = (await scene.operation(id)).secrets ?? ''
    await scene.pass(0)
    assert.deepEqual(
      [
        scene.panel.calls[0]?.secrets,
        waiting.includes('hunter-two'),
        (await scene.operation(id)).secrets,
        (await scene.operation(id)).input,
      ],
      [['hunter-two'], false, null, '{}'],
    )
  })
})

describe('an account of another identity under the name', () => {
  it('is not touched', async () => {
    scene.panel.accounts.delete('bob')
    scene.panel.add('bob')
    await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    assert.equal(scene.panel.calls.length, 0)
  })
  it('that appears while an outcome is unknown goes to a person', async () => {
    scene.panel.fates = ['cut_before']
    const id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    scene.panel.accounts.delete('bob')
    scene.panel.add('bob')
    await scene.pass(5 * SECOND)
    await scene.pass(10 * SECOND)
    assert.equal((await scene.operation(id)).state, 'attention')
  })
})

describe('an account that is gone again before it is read for the last time', () => {
  it('is no success with nothing bound', async () => {
    await ordered(scene, 'new')
    // Whoever reads it after the last step finds nothing.
    scene.panel.account = async () => ({ ok: true, value: null })
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    const { state, error } = await scene.operation(id)
    assert.deepEqual(
      [state, error, (await scene.service('new'))?.bound_at],
      ['failed', '{"code":"error.account_not_found"}', null],
    )
  })
})

describe('an operation of several steps', () => {
  beforeEach(() => ordered(scene, 'new'))

  it('binds the account it made', async () => {
    await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    const service = await scene.service('new')
    assert.deepEqual(
      [service?.state, service?.username, service?.package],
      ['active', 'derived', 'large'],
    )
  })
  it('gives the server a password nobody typed', async () => {
    await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    assert.deepEqual(scene.panel.calls[0]?.secrets, ['made-up-by-us'])
  })
  it('that stops half-way says so, and the account is bound', async () => {
    scene.panel.fates = ['done', 'refused']
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    assert.deepEqual(
      [
        (await scene.operation(id)).state,
        JSON.parse((await scene.operation(id)).error ?? '{}').code,
        (await scene.service('new'))?.username,
      ],
      ['failed', 'error.partial', 'derived'],
    )
  })
  it('goes on after a lost answer where it was', async () => {
    scene.panel.fates = ['cut_after']
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    await scene.pass(5 * SECOND)
    await scene.pass(10 * SECOND)
    assert.deepEqual(await scene.steps(id), ['succeeded', 'succeeded'])
  })
})

describe('an action that touches no server', () => {
  it('changes our record only', async () => {
    await scene.take('forget')
    scene.panel.reachable = false
    await scene.pass(0)
    assert.deepEqual(
      [(await scene.service())?.state, scene.panel.calls.length],
      ['unprovisioned', 0],
    )
  })
})
