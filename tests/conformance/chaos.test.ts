import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import type { ChangeRecord } from '../../bff/demo/whm/changes.ts'
import { Chaos, chaosFrom } from '../../bff/demo/whm/chaos.ts'
import { Program } from '../bff/cli/processes.ts'
import { server } from './asking.ts'

const SUSPEND = { user: 'olive', reason: 'test' }

/** Waits until something is so; fails when it never is. */
async function until(so: () => boolean): Promise<void> {
  const end = Date.now() + 5_000
  while (!so()) {
    if (Date.now() > end) throw new Error('It did not happen within 5 s.')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('trouble by chance', () => {
  const order = {
    seed: 7,
    chances: [
      { probability: 0.3, kind: 'cut_before' },
      { probability: 0.2, kind: 'change_after_cut', ms: [5, 9], function: 'createacct' },
      { probability: 0.5, calls: 'reading', kind: 'status', status: 503 },
    ],
  }
  const drawn = (seed: number, name: string, changing: boolean) => {
    const wanted = chaosFrom({ ...order, seed })
    assert.ok(typeof wanted !== 'string', String(wanted))
    const chaos = new Chaos()
    chaos.set(wanted)
    return Array.from({ length: 200 }, () => chaos.take(name, changing))
  }

  it('is the same for the same seed', () =>
    fc.assert(
      fc.property(fc.integer(), (seed) =>
        assert.deepEqual(drawn(seed, 'passwd', true), drawn(seed, 'passwd', true)),
      ),
      { numRuns: 20 },
    ))
  it('is another for another seed', () =>
    assert.notDeepEqual(drawn(1, 'passwd', true), drawn(2, 'passwd', true)))
  it('comes about as often as it was asked for', () => {
    const hits = drawn(7, 'passwd', true).filter((fault) => fault !== undefined).length
    assert.ok(hits > 40 && hits < 80, String(hits))
  })
  it('keeps to the functions and calls it is meant for', () => {
    const kinds = (name: string, changing: boolean) => [
      ...new Set(drawn(7, name, changing).map((fault) => fault?.kind)),
    ]
    assert.deepEqual(
      [kinds('passwd', true).includes('change_after_cut'), kinds('accountsummary', false).sort()],
      [false, ['status', undefined]],
    )
  })
  it('draws its milliseconds from the span', () => {
    const spans = drawn(7, 'createacct', true).flatMap((fault) => fault?.ms ?? [])
    assert.ok(spans.length > 20 && spans.every((ms) => ms >= 5 && ms <= 9))
  })
})

describe('an order of trouble that is none', () => {
  const whm = server()
  for (const [what, body] of [
    ['without a seed', { chances: [] }],
    ['with an unknown fault', { seed: 1, chances: [{ probability: 1, kind: 'flood' }] }],
    ['with a probability above 1', { seed: 1, chances: [{ probability: 2, kind: 'hang' }] }],
    ['with a span that runs backwards', { seed: 1, duration: { reading: [9, 1] }, chances: [] }],
  ] as const)
    it(`is refused: ${what}`, async () =>
      assert.equal((await whm.control('PUT /chaos', body)).status, 400))
  it('is played when it is good, and ends when it is taken away', async () => {
    const order = { seed: 1, chances: [{ probability: 1, calls: 'all', kind: 'html_200' }] }
    await whm.control('PUT /chaos', order)
    const during = (await whm.call('version')).json
    await whm.control('DELETE /chaos')
    assert.deepEqual([during, await whm.works('version')], [undefined, true])
  })
})

describe('what is told of calls that change something', () => {
  const told: ChangeRecord[] = []
  const whm = server({ told: (record) => told.push(record) })
  const last = () => told.at(-1)

  it('says when it was carried out, on which account, and that something is another', async () => {
    await whm.call('suspendacct', SUSPEND)
    const uid = whm.whm.world().accounts.olive?.uid
    assert.deepEqual(
      [last()?.function, last()?.account, last()?.uid, last()?.changed, last()?.status],
      ['suspendacct', 'olive', uid, true, 200],
    )
  })
  it('says that a change was carried out which changed nothing', async () => {
    await whm.call('changepackage', { user: 'olive', pkg: 'business' })
    await whm.call('changepackage', { user: 'olive', pkg: 'business' })
    assert.deepEqual([last()?.changed, last()?.carried_out_at === null], [false, false])
  })
  it('says that a refused call was not carried out', async () => {
    await whm.call('suspendacct', { user: 'nobody1' })
    assert.equal(last()?.carried_out_at, null)
  })
  it('hides passwords', async () => {
    await whm.call('passwd', { user: 'olive', password: 'Copper-Lantern-77-Ridge' })
    assert.ok(!JSON.stringify(last()).includes('Copper'))
  })
  it('says nothing of calls that only read', async () => {
    const before = told.length
    await whm.call('accountsummary', { user: 'olive' })
    assert.equal(told.length, before)
  })
  it('says of a change after a cut when it was made, once it was', async () => {
    await whm.control('PUT /faults', [{ kind: 'change_after_cut', ms: 60 }])
    const before = told.length
    await assert.rejects(whm.call('unsuspendacct', { user: 'olive' }))
    assert.equal(told.length, before)
    await until(() => told.length > before)
    const { arrived_at = 0, carried_out_at, until: end, fault } = last() ?? {}
    assert.deepEqual(
      [fault, (carried_out_at ?? 0) - arrived_at >= 55, end === carried_out_at],
      ['change_after_cut', true, true],
    )
  })
  it('says how long a call took that takes its time', async () => {
    await whm.control('DELETE /faults')
    await whm.control('PUT /chaos', { seed: 1, duration: { changing: [80, 80] }, chances: [] })
    await whm.call('suspendacct', SUSPEND)
    const { arrived_at = 0, until: end = 0 } = last() ?? {}
    assert.ok(end - arrived_at >= 75)
  })
})

describe('the journal file of the command', () => {
  const data = mkdtempSync(join(tmpdir(), 'whm-journal-'))
  const file = join(data, 'journal.jsonl')
  after(() => rmSync(data, { recursive: true, force: true }))

  it('has one line for each call that may change something', async () => {
    const args = ['--port', '0', '--control-port', '0', '--data', data, '--journal', file]
    const program = new Program('bff/demo/whm/main.ts', args, {})
    await program.says('Stop with')
    const told = (name: string) => new RegExp(`^${name} +(\\S+)`, 'm').exec(program.out)?.[1] ?? ''
    const { Agent, request } = await import('undici')
    const agent = new Agent({ connect: { ca: readFileSync(told('ca')) } })
    for (const call of ['suspendacct?user=olive', 'accountsummary?user=olive']) {
      const answer = await request(`${told('url')}/json-api/${call}&api.version=1`, {
        dispatcher: agent,
        headers: { authorization: `whm root:${told('token')}` },
      })
      await answer.body.dump()
    }
    await agent.destroy()
    program.signal('SIGKILL')
    await program.ended
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).function),
      ['suspendacct'],
    )
  })
})
