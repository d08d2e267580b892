import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { actionsSchema } from '../../../bff/contract/action.ts'
import { bound } from '../operations/scene.ts'
import { type Front, openFront } from './front.ts'

let front: Front
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
})
after(() => front.end())

/** The words a role reads in the list of actions. */
async function label(role: string): Promise<string> {
  const token = await front.token({ role, service: 'bob' })
  const answer = await front.ask('GET', '/services/bob/actions', { token })
  return actionsSchema.parse(await answer.json()).service.state_label
}

describe('whose words are said', () => {
  it('are the calm ones to a client', async () => assert.match(await label('client'), /^calm /))
  it('are the exact ones to staff', async () => assert.doesNotMatch(await label('staff'), /^calm /))
})
