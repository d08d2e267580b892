import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { listActions } from '../../../bff/operations/list-actions.ts'
import { bound, type Scene, setScene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await setScene()
  await bound(scene, 'bob')
})
after(() => scene.end())

/** Reason and remedy of an action while its server cannot be asked. */
async function reasonFor(role: 'staff' | 'client') {
  const unreachable = { code: 'connection_refused' }
  const list = await listActions(scene.deps, scene.caller({ role }), 'bob', unreachable)
  const found = list?.actions.find(({ action }) => action.name === 'repack')
  return found?.availability.kind === 'blocked' ? found.availability.reasons[0] : undefined
}

describe('an action whose server cannot be asked', () => {
  it('tells staff what to do about it', async () => {
    assert.deepEqual(await reasonFor('staff'), {
      code: 'reason.server_unreachable',
      remedy: 'remedy.server_unreachable',
    })
  })
  it('tells a client no more than that it is so', async () => {
    assert.deepEqual(await reasonFor('client'), { code: 'reason.server_unreachable' })
  })
})
