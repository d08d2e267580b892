import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { z } from 'zod'
import { type Actions, actionsSchema } from '../../../bff/contract/action.ts'
import { operationSchema } from '../../../bff/contract/operation.ts'
import { DAY, DUE, plan, planned } from '../operations/dates.ts'
import { erasingProvider } from '../operations/erasing.ts'
import { bound } from '../operations/scene.ts'
import { bare, type Front, openFront } from './front.ts'

const listSchema = z.object({ operations: z.array(operationSchema) })
let front: Front
let id: string

async function open(): Promise<void> {
  front = await openFront(erasingProvider)
  await bound(front.scene, 'bob')
  await bound(front.scene, 'eve')
  id = await plan(front.scene)
}

async function close(): Promise<void> {
  await front.end()
  assert.deepEqual(front.scene.reports, [])
}

const clientToken = () =>
  front.token({
    role: 'client',
    service: 'bob',
    scope: 'services:read logs:read actions:peek actions:whisper',
  })

async function actions(token?: string): Promise<Actions> {
  const answer = await front.ask(
    'GET',
    '/services/bob/actions',
    token === undefined ? {} : { token },
  )
  return actionsSchema.parse(await answer.json())
}

describe('what is planned for a service, as staff read it', () => {
  before(open)
  after(close)

  it('stands beside the actions, with its day', async () => {
    const { scheduled } = await actions()
    assert.deepEqual(
      [scheduled?.id, scheduled?.state, scheduled?.action, scheduled?.due_at],
      [id, 'scheduled', 'erase', '2026-12-03T00:00:00.000Z'],
    )
  })
  it('says how many days are left', async () => {
    const { scheduled } = await actions()
    assert.deepEqual(
      [scheduled?.waiting?.code, scheduled?.waiting?.params],
      ['waiting.scheduled', { due: DUE, days: 10 }],
    )
  })
  it('can be cancelled', async () => assert.deepEqual((await actions()).scheduled?.can, ['cancel']))
  it('can be cancelled only by who may do it, or manages operations', async () =>
    assert.deepEqual(
      (await actions(await front.token({ scope: 'services:read' }))).scheduled?.can,
      [],
    ))
  it('keeps no operation from beginning', async () =>
    assert.equal((await actions()).operation, undefined))
  it('is among the operations, with what prepared it', async () => {
    const answer = await front.ask('GET', '/services/bob/operations')
    const { operations } = listSchema.parse(await answer.json())
    assert.deepEqual(operations.map(({ state, label }) => [state, label]).sort(), [
      ['scheduled', 'action.erase.label'],
      ['succeeded', 'operation.leaves_for_date'],
    ])
  })
  it('is an operation of its own', async () =>
    assert.equal((await front.ask('GET', `/operations/${id}`)).status, 200))
})

describe('what is planned for a service, as its client reads it', () => {
  before(open)
  after(close)

  it('is not there', async () =>
    assert.equal((await actions(await clientToken())).scheduled, undefined))
  it('is not among the operations: there the account was suspended', async () => {
    const answer = await front.ask('GET', '/services/bob/operations', {
      token: await clientToken(),
    })
    const { operations } = listSchema.parse(await answer.json())
    assert.deepEqual(
      operations.map(({ state, action, label, result }) => [state, action, label, result?.show]),
      [['succeeded', 'freeze', 'calm action.freeze.label', []]],
    )
  })
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['POST', '/cancel', {}],
    ['POST', '/resolve', { verdict: 'done', why: 'so' }],
  ] as const)
    it(`does not exist for ${method} /operations/{id}${path}`, async () => {
      const ask = async (operation: string) =>
        bare(
          await front.ask(method, `/operations/${operation}${path}`, {
            token: await clientToken(),
            ...(body === undefined ? {} : { body }),
          }),
        )
      assert.equal(await ask(id), await ask(`op_${'0'.repeat(26)}`))
    })
  it('is in none of the answers', async () => {
    const token = await clientToken()
    const texts = await Promise.all(
      ['/services/bob/actions', '/services/bob/operations', '/services/bob/logs'].map(
        async (path) => (await front.ask('GET', path, { token })).text(),
      ),
    )
    assert.doesNotMatch(texts.join(), new RegExp(`erase|2026-12-03|${DUE}|${id}`))
  })
  it('is not announced', async () =>
    assert.equal(
      await front.scene.count(
        `SELECT count(*) FROM feed WHERE ref = '${id}' AND client_visible = 1`,
      ),
      0,
    ))
})

describe('a plan that could not begin on its day', () => {
  before(async () => {
    await open()
    front.scene.panel.change('bob', { suspended_at: 5 })
    front.scene.now = DUE + DAY / 2
    await front.scene.pass(0)
  })
  after(close)

  it('waits for staff', async () => {
    const { operation } = await actions()
    assert.deepEqual(
      [operation?.state, operation?.label, operation?.can],
      ['attention', 'operation.as_planned', ['retry', 'resolve']],
    )
  })
  it('is not there for its client', async () =>
    assert.equal((await actions(await clientToken())).operation, undefined))
  it('keeps the client’s changes out without saying for what', async () => {
    const answer = await front.ask('POST', '/services/bob/actions/whisper', {
      token: await clientToken(),
      body: { input: { password: 'a-password-1' } },
      headers: { 'idempotency-key': 'one-gesture-0001' },
    })
    const problem = JSON.stringify(await answer.json())
    assert.deepEqual(
      [answer.status, /operation_running/.test(problem), /erase|due_at/.test(problem)],
      [409, true, false],
    )
  })
})

describe('a planned erasing that is carried out', () => {
  before(async () => {
    await open()
    front.scene.panel.fates = ['cut_after']
    front.scene.now = DUE
    await front.scene.pass(0)
  })
  after(close)

  it('is seen by the client once it has begun', async () => {
    const { operation } = await actions(await clientToken())
    assert.deepEqual([operation?.id, operation?.due_at], [id, undefined])
  })
})

describe('POST /operations/{id}/cancel of what is planned', () => {
  beforeEach(open)
  afterEach(close)
  const cancel = async (token?: string | null) =>
    front.ask('POST', `/operations/${id}/cancel`, {
      body: {},
      ...(token === undefined ? {} : { token }),
    })
  const isPlanned = async () => (await planned(front.scene)) !== undefined

  it('works', async () => {
    const { state } = operationSchema.parse(await (await cancel()).json())
    assert.deepEqual([state, await isPlanned()], ['cancelled', false])
  })
  it('wants a token', async () =>
    assert.deepEqual([(await cancel(null)).status, await isPlanned()], [401, true]))
  it('wants a scope for it', async () => {
    const { status } = await cancel(await front.token({ scope: 'services:read' }))
    assert.deepEqual([status, await isPlanned()], [403, true])
  })
  it('does not find somebody else’s', async () => {
    const { status } = await cancel(await front.token({ service: 'eve' }))
    assert.deepEqual([status, await isPlanned()], [404, true])
  })
  it('is the same the second time', async () => {
    await cancel()
    const { state } = operationSchema.parse(await (await cancel()).json())
    assert.equal(state, 'cancelled')
  })
  it('is refused once it is done', async () => {
    front.scene.now = DUE
    await front.scene.pass(0)
    assert.equal((await cancel()).status, 409)
  })
})

describe('a date that cannot be', () => {
  before(open)
  after(close)
  it('is 422 with its pointer, and nothing is changed', async () => {
    const answer = await front.ask('POST', '/services/eve/actions/erase/preview', {
      body: { input: { when: 'on_date', date: '2026-11-01' } },
    })
    const { errors } = z
      .object({ errors: z.array(z.object({ pointer: z.string(), code: z.string() })) })
      .parse(await answer.json())
    assert.deepEqual(
      [answer.status, errors.map(({ pointer, code }) => [pointer, code])],
      [422, [['/input/date', 'earliest']]],
    )
  })
})
