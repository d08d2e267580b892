import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { cancel } from '../../../bff/operations/cancel.ts'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import { listActions } from '../../../bff/operations/list-actions.ts'
import { submit } from '../../../bff/operations/submit.ts'
import type { Provider } from '../../../bff/providers/provider.ts'
import { openDatabase } from '../../../db/connect.ts'
import { startSqld } from '../../sqld.ts'
import { inventedProvider } from './invented-provider.ts'
import { bound, ordered, type Scene, setScene } from './scene.ts'

/** Founding counts as creating here, and freezing, which reaches many accounts, as deleting. */
const provider: Provider = {
  ...inventedProvider,
  actions: inventedProvider.actions.map((action) => {
    if (action.kind !== 'change') return action
    if (action.name === 'found') return { ...action, counts: 'creates' }
    return action.name === 'freeze' ? { ...action, counts: 'deletes' } : action
  }),
}

const HOUR = 3_600_000
const MIDNIGHT = Date.UTC(2026, 10, 24)

async function limited(scene: Scene, limits: object): Promise<void> {
  await scene.db.write([
    { sql: 'UPDATE tenant SET limits = ? WHERE id = ?', args: [JSON.stringify(limits), 'ten_1'] },
  ])
}

function found(scene: Scene, service: string, key = `found-${service}`) {
  return scene.submit('found', {}, { service, key })
}

const used = (scene: Scene, counted: string) =>
  scene.count(`SELECT coalesce(sum(used), 0) FROM daily_use WHERE counted = '${counted}'`)

describe('a tenant that may create two accounts a day', () => {
  let scene: Scene
  before(async () => {
    scene = await setScene(provider)
    for (const id of ['one', 'two', 'three', 'four']) await ordered(scene, id)
    await limited(scene, { creates: 2 })
  })
  after(() => scene.end())

  it('creates two', async () => {
    assert.equal((await found(scene, 'one')).kind, 'accepted')
    assert.equal((await found(scene, 'two')).kind, 'accepted')
  })
  it('is refused the third until the day ends in UTC', async () => {
    const refused = await found(scene, 'three')
    assert.ok(refused.kind === 'problem')
    assert.deepEqual([refused.code, refused.retry_at], ['daily_cap', MIDNIGHT])
  })
  it('has nothing of the third', async () =>
    assert.equal(await scene.count(`SELECT count(*) FROM operation WHERE service = 'three'`), 0))
  it('is given the first again for the same gesture', async () =>
    assert.equal((await found(scene, 'one')).kind, 'accepted'))
  it('has used no more for that', async () => assert.equal(await used(scene, 'creates'), 2))
  it('shows staff why it is not to be had, and until when', async () => {
    const list = await listActions(scene.deps, scene.caller(), 'three', undefined)
    const availability = list?.actions.find(({ action }) => action.name === 'found')?.availability
    assert.ok(availability?.kind === 'blocked')
    assert.deepEqual(
      availability.reasons.map(({ code, until }) => [code, until]),
      [['reason.daily_cap', MIDNIGHT]],
    )
  })
  it('shows clients no word of it', async () => {
    const list = await listActions(scene.deps, scene.caller({ role: 'client' }), 'three', undefined)
    assert.doesNotMatch(JSON.stringify(list?.actions.map((one) => one.availability)), /daily/)
  })
  it('gets back what is cancelled before anything was sent', async () => {
    const id = await found(scene, 'two')
    assert.ok(id.kind === 'accepted')
    assert.equal((await cancel(scene.deps, scene.caller(), id.operation.id)).kind, 'accepted')
    assert.equal(await used(scene, 'creates'), 1)
  })
  it('may create another one instead', async () =>
    assert.equal((await found(scene, 'three')).kind, 'accepted'))
  it('does not get back what was sent', async () => {
    await scene.pass(1000)
    await scene.pass(1000)
    assert.equal(await used(scene, 'creates'), 2)
  })
  it('begins anew with the day', async () => {
    scene.now = MIDNIGHT - 1
    assert.equal((await found(scene, 'four', 'four-late')).kind, 'problem')
    scene.now = MIDNIGHT
    assert.equal((await found(scene, 'four', 'four-early')).kind, 'accepted')
  })
  it('leaves other brands their own day', async () =>
    assert.equal(await scene.count(`SELECT count(*) FROM daily_use WHERE tenant <> 'ten_1'`), 0))
})

describe('an action that reaches several accounts', () => {
  let scene: Scene
  beforeEach(async () => {
    await scene?.end()
    scene = await setScene(provider)
    await bound(scene, 'bob')
    for (const name of ['kim', 'lou']) scene.panel.add(name, { owner: 'bob' })
    scene.now += HOUR
  })
  after(() => scene.end())

  it('counts each of them', async () => {
    await scene.take('freeze', { all: true })
    assert.equal(await used(scene, 'deletes'), 3)
  })
  it('is refused where not all of them are left', async () => {
    await limited(scene, { deletes: 2 })
    const refused = await scene.submit('freeze', { all: true })
    assert.ok(refused.kind === 'problem')
    assert.deepEqual(
      [refused.code, refused.message?.code, refused.message?.params?.left],
      ['daily_cap', 'reason.daily_cap_left', 2],
    )
  })
  it('counts one where it reaches one, whatever was ticked', async () => {
    await scene.take('freeze', {}, { accounts: ['bob', 'kim', 'lou'] })
    assert.equal(await used(scene, 'deletes'), 1)
  })
  it('is not refused where there is no cap', async () => {
    await limited(scene, { deletes: null })
    assert.equal((await scene.submit('freeze', { all: true })).kind, 'accepted')
  })
  it('is refused to all where the cap is nothing', async () => {
    await limited(scene, { deletes: 0 })
    const confirmation = { digest: 'made-up', domain: 'bob.example' }
    const refused = await scene.submit('freeze', {}, { confirmation })
    assert.equal(refused.kind === 'problem' && refused.code, 'daily_cap')
  })
})

describe('three replicas on one server, and five left of the day', () => {
  it('take five of eighteen, however they come', async () => {
    const server = await startSqld()
    const others = await Promise.all([1, 2].map(() => openDatabase({ url: server.url })))
    const scene = await setScene(provider, await openDatabase({ url: server.url }))
    try {
      const services = Array.from({ length: 18 }, (_, at) => `s${at}`)
      for (const id of services) await ordered(scene, id)
      await limited(scene, { creates: 5 })
      const replicas: EngineDeps[] = [scene.deps, ...others.map((db) => ({ ...scene.deps, db }))]
      const done = await Promise.all(
        services.map((service, at) =>
          submit(replicas[at % 3] ?? scene.deps, scene.caller(), {
            service,
            action: 'found',
            input: {},
            key: `key-of-${service}`,
            confirmation: undefined,
          }),
        ),
      )
      const codes = done.map((one) => (one.kind === 'accepted' ? 'accepted' : one.code))
      assert.deepEqual(codes.sort(), [...Array(5).fill('accepted'), ...Array(13).fill('daily_cap')])
      assert.equal(await used(scene, 'creates'), 5)
    } finally {
      for (const db of others) await db.close()
      await scene.end()
      await server.stop()
    }
  })
})
