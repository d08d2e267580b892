import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { fieldsSchema } from '../../../bff/contract/resources.ts'
import { bound } from '../operations/scene.ts'
import { ALL_SCOPES, type Front, openFront } from './front.ts'

let front: Front

before(async () => {
  front = await openFront()
  await bound(front.scene, 'eve')
})
after(() => front.end())

async function domainField(scope: string) {
  const token = await front.token({ scope })
  const answer = await front.ask('GET', '/services/eve/fields', { token })
  const { fields } = fieldsSchema.parse(await answer.json())
  return fields.find(({ name }) => name === 'domain')
}

describe('a field the server’s account decides', () => {
  it('names the action that changes it', async () => {
    const field = await domainField(`${ALL_SCOPES} actions:change-domain`)
    assert.equal(field?.changed_by, 'change-domain')
  })

  it('says what that is called to who may do it', async () => {
    const field = await domainField(`${ALL_SCOPES} actions:change-domain`)
    assert.equal(field?.changed_by_label, 'action.change-domain.label')
  })

  it('says nothing of it to who may not', async () => {
    const field = await domainField(ALL_SCOPES)
    assert.equal(field?.changed_by_label, undefined)
  })
})
