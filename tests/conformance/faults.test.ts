import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fields, list, metadata, STRONG, server } from './asking.ts'

const SUSPEND = { user: 'olive', reason: 'test' }

function situation() {
  const whm = server()
  const suspended = () => whm.whm.world().accounts.olive?.suspended !== null
  const order = (fault: Record<string, unknown>) => whm.control('PUT /faults', [fault])
  return { whm, suspended, order }
}

/** Waits until something is so; fails when it never is. */
async function until(so: () => boolean): Promise<void> {
  const end = Date.now() + 5_000
  while (!so()) {
    if (Date.now() > end) throw new Error('It did not happen within 5 s.')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a delay', () => {
  const { whm, suspended, order } = situation()

  it('comes before the answer', async () => {
    await order({ kind: 'delay', ms: 150, function: 'suspendacct' })
    const started = performance.now()
    await whm.call('suspendacct', SUSPEND)
    assert.ok(performance.now() - started >= 145)
  })

  it('changes nothing else', () => {
    assert.equal(suspended(), true)
  })
})

describe('a call that hangs', () => {
  const { whm, suspended, order } = situation()

  it('is never answered and changes nothing', async () => {
    await order({ kind: 'hang' })
    const asked = whm.call('suspendacct', SUSPEND).then(
      () => 'answered',
      () => 'cut',
    )
    const journal = () => whm.control('GET /journal')
    while (list((await journal()).json).length === 0)
      await new Promise((done) => setImmediate(done))
    assert.equal(suspended(), false)
    await whm.agent.destroy()
    assert.equal(await asked, 'cut')
  })
})

describe('a connection that is cut', () => {
  const { whm, suspended, order } = situation()

  it('before the change leaves everything as it was', async () => {
    await order({ kind: 'cut_before', times: 1 })
    await assert.rejects(whm.call('suspendacct', SUSPEND))
    assert.equal(suspended(), false)
  })

  it('after the change has changed it', async () => {
    await order({ kind: 'cut_after', times: 1 })
    await assert.rejects(whm.call('suspendacct', SUSPEND))
    assert.equal(suspended(), true)
  })

  it('in the middle of the answer has changed it', async () => {
    await order({ kind: 'cut_half_body', times: 1 })
    await assert.rejects(whm.call('unsuspendacct', { user: 'olive' }))
    assert.equal(suspended(), false)
  })

  it('is cut no more often than asked for', async () => {
    assert.equal(await whm.works('version'), true)
  })
})

describe('a change that takes effect after the cut', () => {
  const { whm, suspended, order } = situation()

  it('has not happened when the connection is cut', async () => {
    await order({ kind: 'change_after_cut', times: 1 })
    await assert.rejects(whm.call('suspendacct', SUSPEND))
    assert.equal(suspended(), false)
  })

  it('happens on release', async () => {
    await whm.control('POST /release')
    assert.equal(suspended(), true)
  })

  it('happens only once', async () => {
    assert.deepEqual((await whm.control('POST /release')).json, { released: 0 })
  })

  it('happens by itself after its time', async () => {
    await order({ kind: 'change_after_cut', times: 1, ms: 60 })
    await assert.rejects(whm.call('unsuspendacct', { user: 'olive' }))
    await until(() => !suspended())
  })
})

describe('an answer that is none', () => {
  const { whm, suspended, order } = situation()

  it('has the status that was asked for, and HTML', async () => {
    await order({ kind: 'status', status: 524 })
    const { status, headers } = await whm.call('suspendacct', SUSPEND)
    assert.deepEqual([status, headers['content-type']], [524, 'text/html; charset="utf-8"'])
  })

  it('has changed nothing', () => {
    assert.equal(suspended(), false)
  })

  it('has changed it when asked to', async () => {
    await order({ kind: 'status', status: 504, applied: true })
    await whm.call('suspendacct', SUSPEND)
    assert.equal(suspended(), true)
  })

  it('is a page with status 200', async () => {
    await order({ kind: 'html_200' })
    const { status, json } = await whm.call('version')
    assert.deepEqual([status, json], [200, undefined])
  })

  it('is half a JSON', async () => {
    await order({ kind: 'invalid_json' })
    assert.equal((await whm.call('version')).json, undefined)
  })
})

describe('a refusal on request', () => {
  const { whm, suspended, order } = situation()

  it('is the 403', async () => {
    await order({ kind: 'denied' })
    assert.equal((await whm.call('version')).status, 403)
  })

  it('is a result', async () => {
    await order({ kind: 'denied', style: 'result_0' })
    assert.equal(metadata(await whm.call('version')).result, 0)
  })

  it('is a full disk, in the recorded words', async () => {
    await order({ kind: 'disk_full' })
    assert.match(
      await whm.reason('suspendacct', SUSPEND),
      /^API failure: \(XID \w{6}\) The system failed to write to the file “.+” because of an error: No space left on device$/,
    )
  })

  it('with a full disk may have changed it', async () => {
    await order({ kind: 'disk_full', applied: true })
    await whm.call('suspendacct', SUSPEND)
    assert.equal(suspended(), true)
  })
})

describe('an odd answer', () => {
  const { whm, order } = situation()

  it('has its result as a text', async () => {
    await order({ kind: 'string_result' })
    assert.equal(metadata(await whm.call('version')).result, '1')
  })

  it('has a script and the password in its log', async () => {
    await order({ kind: 'raw_script' })
    const answer = await whm.call('passwd', { user: 'olive', password: STRONG })
    const raw = String(fields(metadata(answer).output).raw)
    assert.ok(raw.startsWith('<script>') && raw.includes(STRONG))
  })

  it('has its keys in another order each time', async () => {
    await whm.control('DELETE /faults')
    await whm.control('PATCH /settings', { random_key_order: true })
    const texts = [await whm.call('listaccts'), await whm.call('listaccts')].map(({ text }) => text)
    assert.notEqual(texts[0], texts[1])
  })
})

describe('a fault', () => {
  const { whm, order } = situation()

  it('hits its function only', async () => {
    await order({ kind: 'status', function: 'version' })
    assert.equal((await whm.call('gethostname')).status, 200)
  })

  it('hits its account only', async () => {
    await order({ kind: 'status', user: 'olive' })
    const statuses = [
      (await whm.call('accountsummary', { user: 'olive' })).status,
      (await whm.call('accountsummary', { user: 'bigcat' })).status,
    ]
    assert.deepEqual(statuses, [500, 200])
  })

  it('is told with the times that are left', async () => {
    await order({ kind: 'status', times: 2 })
    await whm.call('version')
    assert.deepEqual((await whm.control('GET /faults')).json, [{ kind: 'status', times: 1 }])
  })

  it('is over when it is taken away', async () => {
    await whm.control('DELETE /faults')
    assert.equal((await whm.call('version')).status, 200)
  })

  for (const bad of [{ kind: 'fire' }, { kind: 'delay', ms: -1 }, { kind: 'hang', colour: 1 }, 7]) {
    it(`is refused when it is none: ${JSON.stringify(bad)}`, async () => {
      assert.equal((await whm.control('PUT /faults', [bad])).status, 400)
    })
  }
})
