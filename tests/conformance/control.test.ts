import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assumptions } from '../../bff/demo/whm/assumptions.ts'
import { functions } from '../../bff/demo/whm/catalogue.ts'
import { DEFAULT_SETTINGS } from '../../bff/demo/whm/world.ts'
import { fields, list, ROOT, STRONG, server } from './asking.ts'

describe('the journal', () => {
  const whm = server()
  const last = async () => fields(list((await whm.control('GET /journal')).json).at(-1))

  it('has a call with its caller, its parameters and what came of it', async () => {
    await whm.call('suspendacct', { user: 'gone' })
    const { at: _at, duration_ms: _duration, ...entry } = await last()
    assert.deepEqual(entry, {
      function: 'suspendacct',
      version: 1,
      method: 'POST',
      user: 'root',
      params: { 'api.version': '1', user: 'gone' },
      outcome: 'refused',
      status: 200,
      reason: '_suspendacct called for a user that does not exist. (gone)',
      fault: null,
    })
  })

  it('has no password', async () => {
    await whm.call('passwd', { user: 'olive', password: STRONG })
    assert.deepEqual(fields((await last()).params).password, '***')
  })

  it('has no password of a batch', async () => {
    const command = `passwd?user=olive&password=${encodeURIComponent(STRONG)}`
    await whm.call('batch', { command: [command] })
    assert.ok(!JSON.stringify(await last()).includes(STRONG))
  })

  it('names the fault that was played', async () => {
    await whm.control('PUT /faults', [{ kind: 'status', times: 1 }])
    await whm.call('version')
    const { fault, outcome } = await last()
    assert.deepEqual([fault, outcome], ['status', 'not_run'])
  })

  it('has nobody for a call that was not let in', async () => {
    await whm.call('version', {}, 'whm root:WRONG')
    const { user, outcome, status } = await last()
    assert.deepEqual([user, outcome, status], [null, 'access_denied', 403])
  })

  it('is emptied', async () => {
    await whm.control('DELETE /journal')
    assert.deepEqual((await whm.control('GET /journal')).json, [])
  })
})

describe('the control address', () => {
  const whm = server()

  it('refuses pages', async () => {
    const { status } = await whm.control('GET /world', undefined, { origin: 'http://localhost' })
    assert.equal(status, 403)
  })

  it('refuses other names of this machine', async () => {
    const { status } = await whm.control('GET /world', undefined, { host: 'evil.example' })
    assert.equal(status, 403)
  })

  it('is no part of the API', async () => {
    assert.equal((await whm.send('/journal', { headers: { authorization: ROOT } })).status, 404)
  })

  it('knows nothing else', async () => {
    assert.equal((await whm.control('GET /else')).status, 404)
  })

  it('shows the settings', async () => {
    assert.deepEqual((await whm.control('GET /settings')).json, DEFAULT_SETTINGS)
  })

  for (const bad of [
    { denial: 'maybe' },
    { colour: 1 },
    { password_strength: { create: 101 } },
    [],
  ]) {
    it(`refuses settings that are none: ${JSON.stringify(bad)}`, async () => {
      assert.equal((await whm.control('PATCH /settings', bad)).status, 400)
    })
  }

  it('takes the strength that passwords need', async () => {
    await whm.control('PATCH /settings', { password_strength: { create: 10, passwd: 90 } })
    const { createacct, passwd } = await whm.data('getminimumpasswordstrengths')
    assert.deepEqual([createacct, passwd], [10, 90])
  })

  it('takes another world', async () => {
    const world = fields((await whm.control('GET /world')).json)
    await whm.control('PUT /world', { ...world, hostname: 'other.test' })
    assert.equal((await whm.data('gethostname')).hostname, 'other.test')
  })

  it('refuses what is no world', async () => {
    assert.equal((await whm.control('PUT /world', { hostname: 'x' })).status, 400)
  })

  it('starts over', async () => {
    await whm.call('removeacct', { username: 'olive' })
    await whm.control('POST /world/reset')
    assert.equal(await whm.works('accountsummary', { user: 'olive' }), true)
  })

  it('lists what nobody knows for certain', async () => {
    const { json } = await whm.control('GET /assumptions')
    assert.ok(list(json).length > 20)
  })
})

describe('the assumptions', () => {
  const all = assumptions(DEFAULT_SETTINGS)

  it('have each setting in one of them', () => {
    const named = all.flatMap((each) => Object.keys(each.settings ?? {})).sort()
    assert.deepEqual(named, Object.keys(DEFAULT_SETTINGS).sort())
  })

  it('have an id each', () => {
    assert.equal(new Set(all.map((each) => each.id)).size, all.length)
  })

  it('concern functions that exist', () => {
    const known = new Set(functions.map((each) => each.name))
    assert.deepEqual(
      all.flatMap((each) => each.functions).filter((name) => !known.has(name)),
      [],
    )
  })
})
