import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import { preview } from '../../../bff/operations/preview.ts'
import { retry } from '../../../bff/operations/retry.ts'
import { submit } from '../../../bff/operations/submit.ts'
import { tenantId } from '../../tenant-id.ts'
import { logRows } from './log-rows.ts'
import { bound, ordered, type Scene, setScene } from './scene.ts'

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

const codeOf = (done: Awaited<ReturnType<typeof submit>>) =>
  done.kind === 'problem' ? done.code : done.kind

describe('submitting twice', () => {
  it('at the same moment gives one operation', async () => {
    const done = await Promise.all([
      scene.submit('repack', { package: 'large' }),
      scene.submit('repack', { package: 'large' }),
    ])
    assert.deepEqual(done.map(codeOf).sort(), ['accepted', 'operation_running'])
  })
  it('with one key at the same moment gives the same operation', async () => {
    const done = await Promise.all([
      scene.submit('repack', { package: 'large' }, { key: 'one-gesture' }),
      scene.submit('repack', { package: 'large' }, { key: 'one-gesture' }),
    ])
    assert.equal(new Set(done.map((one) => one.kind === 'accepted' && one.operation.id)).size, 1)
  })
  it('by two people gives the second the first’s operation', async () => {
    const id = await scene.take('repack', { package: 'large' })
    const second = await submit(
      scene.deps,
      scene.caller({ subject: 'https://brand.example ben' }),
      {
        service: 'bob',
        action: 'repack',
        input: { package: 'huge' },
        key: 'of-ben',
        confirmation: undefined,
      },
    )
    assert.equal(second.kind === 'problem' && second.operation?.id, id)
  })
  it('after it succeeded says that it is so already', async () => {
    await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    assert.equal(codeOf(await scene.submit('repack', { package: 'large' })), 'already_so')
  })
})

describe('a goal somebody reached outside between submit and run', () => {
  it('fails as already so, with nothing sent', async () => {
    const id = await scene.take('repack', { package: 'large' })
    scene.panel.change('bob', { package: 'large' })
    await scene.pass(0)
    assert.deepEqual(
      [JSON.parse((await scene.operation(id)).error ?? '{}').code, scene.panel.calls.length],
      ['error.already_so', 0],
    )
  })
})

describe('what was confirmed', () => {
  it('is good for ten minutes', async () => {
    const shown = await preview(scene.deps, scene.caller(), 'bob', 'freeze', {})
    assert.ok(shown.kind === 'previewed')
    scene.now += 10 * MINUTE
    const done = await submit(scene.deps, scene.caller(), {
      service: 'bob',
      action: 'freeze',
      input: {},
      key: 'too-late-now',
      confirmation: { digest: shown.digest, domain: 'bob.example' },
    })
    assert.equal(codeOf(done), 'preview_outdated')
  })
  it('must still be true when it runs', async () => {
    const id = await scene.take('freeze')
    scene.panel.change('bob', { owner: 'somebody' })
    await scene.pass(0)
    assert.deepEqual(
      [JSON.parse((await scene.operation(id)).error ?? '{}').code, scene.panel.calls.length],
      ['error.preview_outdated', 0],
    )
  })
  it('is bound to the input it was shown for', async () => {
    const shown = await preview(scene.deps, scene.caller(), 'bob', 'freeze', { reason: 'unpaid' })
    assert.ok(shown.kind === 'previewed')
    const done = await submit(scene.deps, scene.caller(), {
      service: 'bob',
      action: 'freeze',
      input: { reason: 'abuse' },
      key: 'another-reason',
      confirmation: { digest: shown.digest, domain: 'bob.example', accounts: ['bob'] },
    })
    assert.ok(done.kind === 'accepted')
    await scene.pass(0)
    assert.equal(scene.panel.calls.length, 0)
  })
})

describe('a cascade', () => {
  beforeEach(async () => {
    scene.panel.add('kid', { owner: 'bob' })
    await bound(scene, 'kid')
  })
  it('needs a scope of its own', async () => {
    const caller = scene.caller({ denied: ['accounts:cascade'] })
    const shown = await preview(scene.deps, caller, 'bob', 'freeze', { all: true })
    assert.equal(shown.kind === 'problem' && shown.code, 'insufficient_scope')
  })
  it('reaches the accounts that were listed', async () => {
    await scene.take('freeze', { all: true })
    await scene.pass(0)
    assert.deepEqual(
      scene.panel.calls.map(({ account }) => account),
      ['kid', 'bob'],
    )
  })
  it('tells the services of those accounts', async () => {
    await scene.take('freeze', { all: true })
    await scene.pass(0)
    assert.equal((await scene.service('kid'))?.state, 'suspended')
  })
  it('writes into their logs', async () => {
    await scene.take('freeze', { all: true })
    await scene.pass(0)
    assert.equal(
      await scene.count(
        `SELECT count(*) FROM log_entry WHERE service='kid' AND code='log.action.cascaded'`,
      ),
      1,
    )
  })
  it('is stopped by an account nobody listed', async () => {
    await scene.take('freeze', { all: true })
    scene.panel.add('late', { owner: 'bob' })
    await scene.pass(0)
    assert.equal(scene.panel.calls.length, 0)
  })
  it('is stopped when not all accounts were ticked', async () => {
    await scene.take('freeze', { all: true }, { accounts: ['bob'] })
    await scene.pass(0)
    assert.equal(scene.panel.calls.length, 0)
  })
  it('cannot be confirmed with an account of another brand, whose it is is not said', async () => {
    scene.panel.add('theirs', { owner: 'bob' })
    await bound(scene, 'theirs', tenantId('ten_2'))
    const shown = await preview(scene.deps, scene.caller(), 'bob', 'freeze', { all: true })
    assert.deepEqual(shown, {
      kind: 'problem',
      code: 'not_possible_now',
      message: { code: 'error.account_bound', params: { username: 'theirs' } },
    })
  })
  it('does not touch an account another brand has bound since', async () => {
    scene.panel.add('theirs', { owner: 'bob' })
    const id = await scene.take('freeze', { all: true })
    await bound(scene, 'theirs', tenantId('ten_2'))
    await scene.pass(0)
    assert.deepEqual(
      [JSON.parse((await scene.operation(id)).error ?? '{}').code, scene.panel.calls.length],
      ['error.account_bound', 0],
    )
  })
  it('cannot be confirmed while there is work on a listed account', async () => {
    await scene.take('repack', { package: 'large' }, { service: 'kid' })
    const shown = await preview(scene.deps, scene.caller(), 'bob', 'freeze', { all: true })
    assert.equal(shown.kind === 'problem' && shown.message?.code, 'reason.account_busy')
  })
  it('waits for work on a listed account, and gives up after half an hour', async () => {
    const confirmation = await scene.confirmed('freeze', { all: true }, 'bob')
    assert.ok(confirmation)
    scene.panel.fates = ['cut_before', 'cut_before']
    await scene.take('repack', { package: 'large' }, { service: 'kid' })
    await scene.pass(0)
    const id = await scene.take('freeze', { all: true }, { confirmation })
    await scene.pass(0)
    const waiting = (await scene.operation(id)).state
    for (let i = 0; i < 31; i++) await scene.pass(MINUTE)
    assert.deepEqual(
      [waiting, JSON.parse((await scene.operation(id)).error ?? '{}').code],
      ['queued', 'error.account_busy'],
    )
  })
})

describe('a runner that dies', () => {
  const hold = (sql: string) => scene.db.write([{ sql }])

  it('before anything was sent leaves the operation to others', async () => {
    const id = await scene.take('repack', { package: 'large' })
    await hold(
      `UPDATE operation SET state='leased', owner='dead', fence=1, lease_until=${scene.now + 60_000}`,
    )
    await scene.pass(30 * SECOND)
    const kept = (await scene.operation(id)).state
    await scene.pass(31 * SECOND)
    assert.deepEqual([kept, (await scene.operation(id)).state], ['leased', 'succeeded'])
  })
  it('after it sent leaves a call that is read back and never repeated', async () => {
    scene.panel.fates = ['cut_after']
    const id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    await hold(
      `UPDATE operation SET state='running', owner='dead', lease_until=${scene.now + 60_000}`,
    )
    await hold(`UPDATE step SET state='sent'`)
    await scene.pass(61 * SECOND)
    await scene.pass(61 * SECOND)
    assert.deepEqual(
      [(await scene.operation(id)).state, scene.panel.calls.length],
      ['succeeded', 1],
    )
  })
  it('and comes back cannot write any more', async () => {
    const { advance } = await import('../../../bff/operations/advance.ts')
    const id = await scene.take('repack', { package: 'large' })
    await hold(
      `UPDATE operation SET state='leased', owner='old', fence=7, lease_until=${scene.now - 1}`,
    )
    await scene.pass(0)
    await advance(scene.deps, { tenant: tenantId('ten_1'), id, owner: 'old', fence: 7 })
    assert.equal(scene.panel.calls.length, 1)
  })
})

describe('two processes on one database', () => {
  it('carry an operation out once', async () => {
    const other = scene.another()
    for (let i = 0; i < 10; i++) {
      await scene.take('repack', { package: `p${i}` })
      await Promise.all([scene.runner.tick(), other.tick()])
    }
    assert.equal(scene.panel.calls.length, 10)
    await other.stop()
  })
})

describe('the bound of writes per server', () => {
  it('counts calls whose outcome is not known', async () => {
    scene.panel.fates = ['cut_late', 'cut_late', 'cut_late', 'cut_late']
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await bound(scene, name)
      await scene.take('repack', { package: 'large' }, { service: name })
    }
    await scene.pass(0)
    assert.equal(scene.panel.calls.length, 4)
  })
  it('is free again when they are settled', async () => {
    scene.panel.fates = ['cut_after', 'cut_after', 'cut_after', 'cut_after']
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await bound(scene, name)
      await scene.take('repack', { package: 'large' }, { service: name })
    }
    await scene.pass(0)
    for (let i = 0; i < 4; i++) await scene.pass(10 * SECOND)
    assert.equal(scene.panel.calls.length, 5)
  })
})

describe('cancelling', () => {
  it('ends what was not sent', async () => {
    const id = await scene.take('repack', { package: 'large' })
    await cancel(scene.deps, scene.caller(), id)
    await scene.pass(0)
    assert.deepEqual(
      [(await scene.operation(id)).state, scene.panel.calls.length],
      ['cancelled', 0],
    )
  })
  it('is told in the log to be the deed of who cancelled', async () => {
    const id = await scene.take('repack', { package: 'large' })
    const caller = { ...scene.caller(), actor: { role: 'staff' as const, label: 'Somebody else' } }
    await cancel(scene.deps, caller, id)
    const [last] = await logRows(scene.db, id)
    assert.deepEqual(
      [last?.code, last?.actor],
      ['log.operation.cancelled', JSON.stringify(caller.actor)],
    )
  })
  it('is refused when it is over', async () => {
    const id = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    const done = await cancel(scene.deps, scene.caller(), id)
    assert.equal(done.kind === 'problem' && done.code, 'not_possible_now')
  })
})

describe('retrying what was half done', () => {
  it('skips the steps that were done', async () => {
    await ordered(scene, 'new')
    scene.panel.fates = ['cut_after', 'cut_before', 'cut_before']
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    for (let i = 0; i < 90; i++) await scene.pass(30 * SECOND)
    assert.equal((await scene.operation(id)).state, 'attention')
    const done = await retry(scene.deps, scene.caller(), id, {}, undefined, 'a-retry-key')
    assert.ok(done.kind === 'accepted', JSON.stringify(done))
    await scene.pass(0)
    assert.deepEqual(await scene.steps(done.operation.id), ['skipped', 'succeeded'])
  })
  it('goes on after a partial success that has bound the account', async () => {
    await ordered(scene, 'new')
    scene.panel.fates = ['done', 'refused']
    const id = await scene.take('found', {}, { service: 'new' })
    await scene.pass(0)
    const done = await retry(scene.deps, scene.caller(), id, {}, undefined, 'a-retry-key')
    assert.ok(done.kind === 'accepted', JSON.stringify(done))
    await scene.pass(0)
    assert.deepEqual(
      [await scene.steps(done.operation.id), (await scene.service('new'))?.package],
      [['skipped', 'succeeded'], 'large'],
    )
  })
})
