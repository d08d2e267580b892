import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import { listActions } from '../../../bff/operations/list-actions.ts'
import { presentOperation } from '../../../bff/operations/present.ts'
import type { WayEvent } from '../../../bff/providers/breaker.ts'
import { bound, type Scene, START, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
let scene: Scene

beforeEach(async () => {
  scene = await setScene()
  for (const name of ['bob', 'eve']) await bound(scene, name)
})
afterEach(async () => {
  await scene.end()
  assert.deepEqual(scene.reports, [])
})

const line = () => scene.deps.lines.of('srv_1')
const told = (event: WayEvent, always = true) =>
  line().pass(
    async () => event,
    (outcome) => outcome,
    always,
  )
/** Other calls to the server have failed: it is left alone until ten seconds from now. */
async function leftAlone(): Promise<void> {
  for (let i = 0; i < 5; i++) await told('failed')
}
const repack = (service = 'bob') => scene.take('repack', { package: 'large' }, { service })
const stateOf = async (id: string) => (await scene.operation(id)).state

describe('an operation whose server does not answer', () => {
  let id: string
  beforeEach(async () => {
    id = await repack()
    scene.panel.reachable = false
    await scene.pass(0)
  })
  it('waits in the queue, with nothing sent', async () =>
    assert.deepEqual([await stateOf(id), scene.panel.calls.length], ['queued', 0]))
  it('says when it is tried again', async () =>
    assert.deepEqual(JSON.parse((await scene.operation(id)).waiting ?? ''), {
      code: 'waiting.server_unreachable',
      params: { until: START + 10 * SECOND },
    }))
  it('is carried out when the server is back', async () => {
    scene.panel.reachable = true
    await scene.pass(10 * SECOND)
    assert.deepEqual([await stateOf(id), scene.panel.calls.length], ['succeeded', 1])
  })
  it('can be cancelled', async () => {
    await cancel(scene.deps, scene.caller(), id)
    assert.equal(await stateOf(id), 'cancelled')
  })
  it('still waits after 29 minutes', async () => {
    for (let minute = 0; minute < 29; minute++) await scene.pass(MINUTE)
    assert.equal(await stateOf(id), 'queued')
  })
  it('fails after half an hour, says so, and has sent nothing', async () => {
    for (let minute = 0; minute < 31; minute++) await scene.pass(MINUTE)
    const { state, error } = await scene.operation(id)
    assert.deepEqual(
      [state, error, scene.panel.calls.length],
      ['failed', '{"code":"error.server_unreachable"}', 0],
    )
  })
})

describe('an operation whose server cannot be asked for a reason that stays', () => {
  it('fails at once, and says which', async () => {
    const id = await repack()
    scene.panel.account = async () => ({
      ok: false,
      fault: { code: 'certificate', transport: true, lasting: true },
    })
    await scene.pass(0)
    const { state, error } = await scene.operation(id)
    assert.deepEqual([state, error], ['failed', '{"code":"error.certificate"}'])
  })
})

describe('a step whose server goes silent between its guard and its call', () => {
  let id: string
  beforeEach(async () => {
    id = await repack()
    const account = scene.panel.account.bind(scene.panel)
    scene.panel.account = async (username) => {
      await leftAlone()
      return account(username)
    }
    await scene.pass(0)
    scene.panel.account = account
  })
  it('is not sent, nor written down as sent', async () =>
    assert.deepEqual([await scene.steps(id), scene.panel.calls.length], [['pending'], 0]))
  it('is sent once when the server is back', async () => {
    await scene.pass(10 * SECOND)
    await told('answered')
    await scene.pass(10 * SECOND)
    assert.deepEqual([await stateOf(id), scene.panel.calls.length], ['succeeded', 1])
  })
})

describe('what is queued for a server that is left alone', () => {
  let ids: string[]
  let asked: string[]
  beforeEach(async () => {
    ids = [await repack('bob'), await repack('eve')]
    asked = []
    const account = scene.panel.account.bind(scene.panel)
    scene.panel.account = async (username) => {
      asked.push(username)
      return account(username)
    }
    await leftAlone()
    await scene.pass(0)
  })
  const states = () => Promise.all(ids.map(stateOf))

  it('is not even tried', async () =>
    assert.deepEqual([await states(), asked], [['queued', 'queued'], []]))
  it('is tried by one operation when the pause is over', async () => {
    await scene.pass(10 * SECOND)
    assert.deepEqual((await states()).sort(), ['queued', 'succeeded'])
  })
  it('is carried out at once when a person’s test gets through', async () => {
    await told('answered')
    await scene.pass(0)
    assert.deepEqual(await states(), ['succeeded', 'succeeded'])
  })
  it('fails after half an hour of silence, although nobody tried it', async () => {
    scene.panel.reachable = false
    for (let minute = 0; minute < 31; minute++) {
      scene.now += MINUTE
      await told('failed', false)
    }
    await scene.pass(0)
    assert.deepEqual([await states(), scene.panel.calls.length], [['failed', 'failed'], 0])
  })
  it('is carried out all the same where it asks no server', async () => {
    await bound(scene, 'joe')
    const id = await scene.take('forget', {}, { service: 'joe' })
    await scene.pass(0)
    assert.deepEqual([await stateOf(id), await states()], ['succeeded', ['queued', 'queued']])
  })
  it('says to a reader when it is tried again', async () => {
    const operation = await scene.operation(ids[0] ?? '')
    const shown = presentOperation(
      operation,
      [],
      scene.deps.provider,
      ({ code, params = {} }) => ({ code, params, text: code }),
      scene.now,
      scene.caller(),
      scene.deps.lines.until(operation.server),
    )
    assert.deepEqual(
      [shown.state, shown.waiting?.code, shown.waiting?.until],
      ['queued', 'waiting.server_unreachable', new Date(START + 10 * SECOND).toISOString()],
    )
  })
})

describe('an uncertain step of a server that is left alone', () => {
  let id: string
  beforeEach(async () => {
    scene.panel.fates = ['cut_after']
    id = await repack()
    await scene.pass(0)
    scene.panel.reachable = false
    await leftAlone()
  })
  it('stays unknown: a read that was not made proves nothing', async () => {
    for (let i = 0; i < 4; i++) await scene.pass(5 * SECOND)
    assert.deepEqual([await stateOf(id), await scene.steps(id)], ['checking', ['uncertain']])
  })
  it('is a person’s to look at when its quarantine is over, as if it had been asked', async () => {
    for (let minute = 0; minute < 16; minute++) await scene.pass(MINUTE)
    assert.equal(await stateOf(id), 'attention')
  })
})

describe('the actions of a service whose server is left alone', () => {
  const actions = async () => {
    const list = await listActions(scene.deps, scene.caller(), 'bob', undefined)
    return new Map(list?.actions.map(({ action, availability }) => [action.name, availability]))
  }
  beforeEach(leftAlone)

  it('are blocked, and say until when', async () =>
    assert.deepEqual((await actions()).get('repack'), {
      kind: 'blocked',
      reasons: [
        {
          code: 'reason.server_unreachable',
          remedy: 'remedy.server_unreachable',
          until: START + 10 * SECOND,
        },
      ],
    }))
  it('are there where they touch no server', async () =>
    assert.equal((await actions()).get('forget')?.kind, 'available'))
  it('are refused when they are asked for all the same', async () => {
    const refused = await scene.submit('repack', { package: 'large' })
    assert.deepEqual(
      [refused.kind, refused.kind === 'problem' && refused.message?.code],
      ['problem', 'reason.server_unreachable'],
    )
  })
  it('leave no operation behind when they are refused', async () => {
    await scene.submit('repack', { package: 'large' })
    assert.equal(await scene.count('SELECT count(*) FROM operation'), 0)
  })
  it('are there again when that time has come', async () => {
    scene.now += 10 * SECOND
    assert.equal((await actions()).get('repack')?.kind, 'available')
  })
  it('are there although the last reading was refused because of it', async () => {
    scene.now += 10 * SECOND
    const lately = { code: 'server_unreachable', until: START + 10 * SECOND }
    const list = await listActions(scene.deps, scene.caller(), 'bob', lately)
    assert.equal(list?.unreachable, undefined)
  })
})
