import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Operation, operationSchema } from '../../../bff/contract/operation.ts'
import { logged } from '../../../bff/log/append.ts'
import { tenantId } from '../../tenant-id.ts'
import { bound } from '../operations/scene.ts'
import { type Front, openFront } from './front.ts'

let front: Front
let id: string
before(async () => {
  front = await openFront()
  await bound(front.scene, 'bob')
  const token = await front.token({ name: 'Dana Reyes', act: { sub: 'boss', name: 'The boss' } })
  const body = { input: { password: 'a-password-1' } }
  const headers = { 'idempotency-key': 'one-gesture-0001' }
  const response = await front.ask('POST', '/services/bob/actions/whisper', {
    token,
    body,
    headers,
  })
  id = operationSchema.parse(await response.json()).id
})
after(() => front.end())

async function seen(claims: Record<string, unknown>): Promise<Operation> {
  const token = await front.token(claims)
  const answer = await front.ask('GET', `/operations/${id}`, { token })
  return operationSchema.parse(await answer.json())
}
const as = (role: string, scope: string) => seen({ role, scope, service: 'bob' })

describe('an operation that staff began, as its client reads it', () => {
  it('was begun by staff, whoever that was', async () => {
    assert.deepEqual((await as('client', 'services:read')).by, { role: 'staff', label: '' })
  })
  it('offers nothing the token may not do', async () => {
    assert.deepEqual((await as('client', 'services:read')).can, [])
  })
  it('offers to stop it to who may do the action', async () => {
    assert.deepEqual((await as('client', 'services:read actions:whisper')).can, ['cancel'])
  })
})

describe('the same operation, as staff read it', () => {
  it('names who began it', async () => {
    const { by } = await as('staff', 'services:read')
    assert.deepEqual(by, { role: 'staff', label: 'Dana Reyes', act: 'The boss' })
  })
  it('offers nothing without the scope', async () => {
    assert.deepEqual((await as('staff', 'services:read')).can, [])
  })
  it('offers to stop it to who manages operations', async () => {
    assert.deepEqual((await as('staff', 'services:read operations:manage')).can, ['cancel'])
  })
})

describe('a detail in the log that looks like the name of a text', () => {
  it('is shown as it is', async () => {
    const { db, now } = front.scene
    await db.write(
      logged({
        tenant: tenantId('ten_1'),
        service: 'bob',
        now,
        level: 'info',
        actor: { role: 'system', label: '' },
        action: 'observation',
        message: { code: 'log.service.linked' },
        detail: [{ code: 'detail.domain', value: 'acme.example' }],
      }),
    )
    const page = JSON.stringify(await (await front.ask('GET', '/services/bob/logs')).json())
    assert.match(page, /"value":"acme\.example"/)
  })
})

describe('the log of an action with words of its own', () => {
  it('says them', async () => {
    await front.ask('POST', '/services/bob/actions/peek', { body: { input: {} } })
    const page = JSON.stringify(await (await front.ask('GET', '/services/bob/logs')).json())
    assert.match(page, /"message":\{"code":"log\.action\.[a-z]+","params":\{"action":"peek"/)
  })
})
