import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { actionsSchema } from '../../../bff/contract/action.ts'
import { bound, START } from '../operations/scene.ts'
import { type Front, openFront } from './front.ts'

let front: Front
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
  for (let i = 0; i < 5; i++)
    await front.scene.deps.lines.of('srv_1').pass(
      async () => undefined,
      () => 'failed',
    )
})
after(() => front.end())

async function actions(role = 'staff') {
  const token = await front.token({ role, service: 'bob' })
  return actionsSchema.parse(
    await (await front.ask('GET', '/services/bob/actions', { token })).json(),
  )
}

describe('a server that is left alone', () => {
  it('is the reason an action is blocked, with the time it is tried again', async () => {
    const reason = (await actions()).actions.find(({ name }) => name === 'repack')?.reasons[0]
    assert.deepEqual(
      [reason?.code, reason?.until],
      ['reason.server_unreachable', new Date(START + 10_000).toISOString()],
    )
  })
  it('is told beside the state of the service', async () =>
    assert.deepEqual(
      (await actions()).service.notes.map(({ code }) => code),
      ['note.server_unreachable'],
    ))
  it('refuses an action with the same reason, and starts nothing', async () => {
    const answer = await front.ask('POST', '/services/bob/actions/repack', {
      body: { input: { package: 'large' } },
      headers: { 'idempotency-key': 'gesture-number-1' },
    })
    const { code } = (await answer.json()) as { code: string }
    assert.deepEqual(
      [answer.status, code, await front.scene.count('SELECT count(*) FROM operation')],
      [409, 'action_blocked', 0],
    )
  })
})
