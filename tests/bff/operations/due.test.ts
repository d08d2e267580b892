import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import { resolve } from '../../../bff/operations/resolve.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import {
  calls,
  DAY,
  DUE,
  dayComes,
  HOUR,
  plan,
  planned,
  retryConfirmed,
  setDatedScene,
  standing,
} from './dates.ts'
import { logRows } from './log-rows.ts'
import { mortal } from './mortal.ts'
import type { Scene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
let scene: Scene

beforeEach(async () => {
  scene = await setDatedScene()
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

/** What was done to accounts after they were suspended. */
const erased = () => calls(scene).filter((call) => call.startsWith('erase'))

describe('a planned erasing', () => {
  let id: string
  beforeEach(async () => {
    id = await plan(scene)
  })

  it('does not begin a second before its day', async () => {
    scene.now = DUE - SECOND
    await scene.pass(0)
    assert.deepEqual([await standing(scene, id), erased()], ['scheduled', []])
  })
  it('is carried out on its day', async () => {
    await dayComes(scene)
    assert.deepEqual([await standing(scene, id), erased()], ['succeeded', ['erase bob']])
  })
  it('leaves the service deleted and without an account', async () => {
    await dayComes(scene)
    const service = await scene.service()
    assert.deepEqual([service?.state, service?.bound_at], ['deleted', null])
  })
  it('tells staff in the log that its day has come, and everybody that it was done', async () => {
    await dayComes(scene)
    assert.deepEqual(
      (await logRows(scene.db, id))
        .map(({ code, client_visible }) => [code, client_visible])
        .sort(),
      [
        ['log.action.succeeded', true],
        ['log.operation.due', false],
        ['log.operation.planned', false],
      ],
    )
  })
  it('is told as the doing of who asked for it', async () => {
    await dayComes(scene)
    const done = (await logRows(scene.db, id)).find(({ code }) => code === 'log.action.succeeded')
    assert.deepEqual(JSON.parse(done?.actor ?? '{}'), { role: 'staff', label: 'Ann' })
  })
  it('is carried out once, however many runners look', async () => {
    scene.now = DUE
    const others = [scene.another(), scene.another()]
    await Promise.all([scene.runner, ...others].map((runner) => runner.tick()))
    await scene.pass(MINUTE)
    assert.deepEqual(erased(), ['erase bob'])
  })
  it('is carried out by a process that was started in between', async () => {
    await scene.runner.stop()
    scene.now = DUE
    await scene.another().tick()
    assert.deepEqual([await standing(scene, id), erased()], ['succeeded', ['erase bob']])
  })
  it('is taken up again when the process dies right after it began', async () => {
    scene.now = DUE
    await scene.db.write([
      {
        sql: `UPDATE operation SET state = 'leased', owner = 'dead', fence = fence + 1, lease_until = ? WHERE id = ?`,
        args: [DUE + MINUTE, id],
      },
    ])
    await scene.pass(2 * MINUTE)
    assert.deepEqual([await standing(scene, id), erased()], ['succeeded', ['erase bob']])
  })
  it('is carried out up to a day late', async () => {
    await dayComes(scene, DAY)
    assert.deepEqual(erased(), ['erase bob'])
  })
  it('is no longer there once a person has cancelled it', async () => {
    await cancel(scene.deps, scene.caller(), id)
    await dayComes(scene)
    assert.deepEqual([await standing(scene, id), erased()], ['cancelled', []])
  })
})

describe('on the day, what is not as it was left goes to a person', () => {
  const own = (more: Parameters<Scene['panel']['change']>[1]) => scene.panel.change('bob', more)
  const twoOwned = () => {
    scene.panel.add('one', { owner: 'bob' })
    scene.panel.add('two', { owner: 'bob' })
  }
  const cases: [
    what: string,
    change: () => void | Promise<void>,
    code: string,
    first?: () => void,
  ][] = [
    [
      'the account is not suspended any more',
      () => own({ suspended: false, suspended_at: null }),
      'waiting.due_not_suspended',
    ],
    [
      'it was unsuspended and suspended again',
      () => own({ suspended_at: 1_796_000_000 }),
      'waiting.due_suspended_again',
    ],
    [
      'another account stands under its name',
      () => {
        scene.panel.add('bob', { suspended: true, suspended_at: 1_796_000_000 })
      },
      'waiting.due_identity_changed',
    ],
    [
      'another one, suspended at the same second',
      () => {
        const { suspended_at = null } = scene.panel.accounts.get('bob') ?? {}
        scene.panel.add('bob', { suspended: true, suspended_at })
      },
      'waiting.due_identity_changed',
    ],
    ['its domain is another', () => own({ domain: 'new.example' }), 'waiting.due_domain_changed'],
    ['its owner is another', () => own({ owner: 'eve' }), 'waiting.due_owner_changed'],
    [
      'it is gone',
      () => {
        scene.panel.accounts.delete('bob')
      },
      'waiting.due_account_gone',
    ],
    [
      'it owns an account that was not confirmed',
      () => {
        scene.panel.add('new', { owner: 'bob', suspended: true, suspended_at: 1 })
      },
      'waiting.due_more_accounts',
      twoOwned,
    ],
    [
      'an account it owns is not suspended any more',
      () => scene.panel.change('two', { suspended: false, suspended_at: null }),
      'waiting.due_not_suspended',
      twoOwned,
    ],
    [
      'an account it owned belongs to another owner',
      () => scene.panel.change('two', { owner: 'eve' }),
      'waiting.due_owner_changed',
      twoOwned,
    ],
    [
      'another account stands under the name of one it owns',
      () => {
        scene.panel.add('two', { owner: 'bob', suspended: true, suspended_at: 1 })
      },
      'waiting.due_identity_changed',
      twoOwned,
    ],
    [
      'our record is of another account by now',
      async () => {
        await scene.db.write([
          { sql: `UPDATE service SET username = 'other', started_at_s = 5 WHERE id = 'bob'` },
        ])
      },
      'waiting.due_account_gone',
    ],
    [
      'the connection to the server was switched off',
      () => {
        scene.closed = { code: 'configuration_disabled', transport: false }
      },
      'waiting.due_refused',
    ],
  ]
  for (const [what, change, code, first] of cases)
    describe(`when ${what}`, () => {
      let id: string
      beforeEach(async () => {
        first?.()
        id = await plan(scene)
        await change()
        await dayComes(scene)
      })
      it('and says what', async () => assert.equal(await standing(scene, id), `attention ${code}`))
      it('with nothing sent', () => assert.deepEqual(erased(), []))
    })

  describe('when the day is over', () => {
    let id: string
    beforeEach(async () => {
      id = await plan(scene)
      await dayComes(scene, DAY + SECOND)
    })
    it('and says so', async () =>
      assert.equal(await standing(scene, id), 'attention waiting.due_late'))
    it('with nothing sent', () => assert.deepEqual(erased(), []))
    it('and stands in the log for staff', async () =>
      assert.deepEqual(
        (await logRows(scene.db, id))
          .filter(({ code }) => code === 'log.operation.due_attention')
          .map(({ client_visible, detail }) => [client_visible, JSON.parse(detail ?? '[]')]),
        [[false, [{ code: 'detail.error', value: 'waiting.due_late' }]]],
      ))
    it('and can be retried with a fresh confirmation, as a new operation', async () => {
      const done = await retryConfirmed(scene, id, { when: 'now' })
      await scene.pass(0)
      assert.deepEqual(
        [done.kind, await standing(scene, id), erased()],
        ['accepted', 'resolved', ['erase bob']],
      )
    })
    it('but not without one', async () => {
      const { retry } = await import('../../../bff/operations/retry.ts')
      const done = await retry(scene.deps, scene.caller(), id, {}, undefined, 'another-key')
      assert.equal(done.kind === 'problem' && done.code, 'preview_required')
    })
    it('or closed by a person who says why', async () => {
      await resolve(scene.deps, scene.caller(), id, {
        verdict: 'abandoned',
        why: 'the client paid',
      })
      await scene.pass(DAY)
      assert.deepEqual([await standing(scene, id), erased()], ['resolved', []])
    })
  })
})

describe('a process that dies once everything was found as planned, before anything was sent', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.add('one', { owner: 'bob' })
    id = await plan(scene)
    scene.now = DUE
    const { deps, dead } = mortal(scene.deps, 1, 'after')
    await Promise.race([startRunner(deps, { automatic: false }).tick(), dead])
  })
  it('had prepared it', async () => assert.equal((await scene.operation(id)).prepared, true))
  it('is followed by one that carries it out', async () => {
    await scene.pass(2 * MINUTE)
    assert.deepEqual(
      [await standing(scene, id), erased()],
      ['succeeded', ['erase one', 'erase bob']],
    )
  })
  it('is followed by one that looks again: what has changed since goes to a person', async () => {
    scene.panel.change('one', { suspended: false, suspended_at: null })
    await scene.pass(2 * MINUTE)
    assert.deepEqual(
      [await standing(scene, id), erased()],
      ['attention waiting.due_not_suspended', []],
    )
  })
  it('has what clients do not see stay so', async () => {
    scene.panel.change('one', { suspended: false, suspended_at: null })
    await scene.pass(2 * MINUTE)
    assert.equal((await scene.operation(id)).prepared, false)
  })
  it('can be retried then', async () => {
    scene.panel.change('one', { suspended: false, suspended_at: null })
    await scene.pass(2 * MINUTE)
    await retryConfirmed(scene, id, { when: 'now' })
    await scene.pass(SECOND)
    assert.deepEqual(erased(), ['erase one', 'erase bob'])
  })
})

describe('a server that is left alone on the day', () => {
  let id: string
  beforeEach(async () => {
    id = await plan(scene)
    scene.now = DUE
    for (let i = 0; i < 5; i++)
      await scene.deps.lines.of('srv_1').pass(
        async () => undefined,
        () => 'failed',
      )
    await scene.pass(0)
  })
  it('has what is planned there go on waiting, and that can be called off', async () =>
    assert.equal(await standing(scene, id), 'scheduled'))
  it('has it begin when it is tried again', async () => {
    await scene.pass(20 * SECOND)
    assert.deepEqual(erased(), ['erase bob'])
  })
})

describe('fewer accounts than were confirmed', () => {
  it('are erased all the same', async () => {
    scene.panel.add('one', { owner: 'bob' })
    scene.panel.add('two', { owner: 'bob' })
    const id = await plan(scene)
    scene.panel.accounts.delete('one')
    await dayComes(scene)
    assert.deepEqual(
      [await standing(scene, id), erased()],
      ['succeeded', ['erase two', 'erase bob']],
    )
  })
})

describe('an account our record knows to be deleted elsewhere', () => {
  it('is done already, and nobody is asked', async () => {
    const id = await plan(scene)
    scene.panel.accounts.delete('bob')
    await scene.db.write([{ sql: `UPDATE service SET state = 'deleted' WHERE id = 'bob'` }])
    await dayComes(scene)
    const { state, error } = await scene.operation(id)
    assert.deepEqual([state, error], ['failed', '{"code":"error.already_so"}'])
  })
})

describe('another operation of the service that is under way on the day', () => {
  let id: string
  let other: string
  beforeEach(async () => {
    id = await plan(scene)
    scene.now = DUE - 2 * SECOND
    scene.panel.fates = ['cut_after']
    other = await scene.take('repack', { package: 'large' })
    await scene.pass(0)
    await scene.pass(3 * SECOND)
  })
  it('is waited for', async () => assert.equal(await standing(scene, id), 'scheduled'))
  it('is followed by the planned one', async () => {
    await scene.pass(5 * SECOND)
    await scene.pass(10 * SECOND)
    await scene.pass(10 * SECOND)
    assert.deepEqual(
      [await standing(scene, other), await standing(scene, id), erased()],
      ['succeeded', 'succeeded', ['erase bob']],
    )
  })
})

describe('one that waits does not keep those of other services from beginning', () => {
  it('however many they are', async () => {
    const { bound } = await import('./scene.ts')
    const waiting = Array.from({ length: 22 }, (_, i) => `a${i}`)
    for (const name of [...waiting, 'zoe']) {
      await bound(scene, name)
      await plan(scene, name)
    }
    await scene.db.write([
      {
        sql: `INSERT INTO operation (id, tenant, service, action, configuration, server, state, created_at, actor, subject,
                                     idempotency_key, fingerprint, input)
              SELECT 'op_of_' || service, tenant, service, 'repack', configuration, 'srv_1', 'attention', 1, actor, subject,
                     'key of ' || service, '', '{}' FROM operation WHERE state = 'scheduled' AND service <> 'zoe'`,
      },
    ])
    await dayComes(scene)
    assert.deepEqual(erased(), ['erase zoe'])
  })
})

describe('a server that cannot be asked on the day', () => {
  let id: string
  beforeEach(async () => {
    id = await plan(scene)
    scene.panel.reachable = false
    await dayComes(scene)
  })
  it('is asked again later', async () =>
    assert.equal(await standing(scene, id), 'scheduled waiting.due_put_off'))
  it('does not keep anybody from waking the account', async () => {
    await scene.take('wake')
    assert.equal(await standing(scene, id), 'cancelled')
  })
  it('is not asked all the time', async () => {
    const { fence } = await scene.operation(id)
    await scene.pass(MINUTE)
    assert.equal((await scene.operation(id)).fence, fence)
  })
  it('has it done when it can', async () => {
    scene.panel.reachable = true
    await scene.pass(5 * MINUTE)
    assert.deepEqual([await standing(scene, id), erased()], ['succeeded', ['erase bob']])
  })
  it('has it done a day late at most', async () => {
    for (let hour = 0; hour < 25; hour++) await scene.pass(HOUR)
    scene.panel.reachable = true
    await scene.pass(HOUR)
    assert.deepEqual([await standing(scene, id), erased()], ['attention waiting.due_late', []])
  })
})

describe('a connection that cannot be opened on the day', () => {
  it('is tried again later', async () => {
    const id = await plan(scene)
    scene.closed = { code: 'server_unreachable', transport: true }
    await dayComes(scene)
    assert.equal(await standing(scene, id), 'scheduled waiting.due_put_off')
  })
})

describe('an account another operation has locked on the day', () => {
  let id: string
  beforeEach(async () => {
    id = await plan(scene)
    await scene.db.write([
      {
        sql: `INSERT INTO account_lock (server, username, operation, taken_at) VALUES ('srv_1', 'bob', 'op_other', 1)`,
      },
    ])
    await dayComes(scene)
  })
  it('is waited for', async () =>
    assert.equal(await standing(scene, id), 'scheduled waiting.due_put_off'))
  it('is erased once it is free', async () => {
    await scene.db.write([{ sql: `DELETE FROM account_lock` }])
    await scene.pass(5 * MINUTE)
    assert.deepEqual(erased(), ['erase bob'])
  })
})

describe('an erasing whose answer is lost', () => {
  it('is proven, and made once', async () => {
    const id = await plan(scene)
    scene.panel.fates = ['cut_after']
    await dayComes(scene)
    await scene.pass(5 * SECOND)
    await scene.pass(10 * SECOND)
    assert.deepEqual([await standing(scene, id), erased()], ['succeeded', ['erase bob']])
  })
  it('is a failure when the server refuses it, and is not planned anew', async () => {
    scene.panel.add('one', { owner: 'bob' })
    const id = await plan(scene)
    scene.panel.fates = ['refused']
    await dayComes(scene)
    assert.deepEqual(
      [(await scene.operation(id)).state, erased(), await planned(scene)],
      ['failed', ['erase one'], undefined],
    )
  })
})
