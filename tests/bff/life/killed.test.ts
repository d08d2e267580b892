import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Lives } from './lives.ts'

let lives: Lives
let configuration: string
before(async () => {
  lives = await Lives.begin(43_000, { drain: 0, grace: 5000 })
  configuration = await lives.configure()
})
after(() => lives.end())

/** Function calls the order of one account makes; the journal counts those of all. */
async function killedWhile(
  service: string,
  faults: readonly Record<string, unknown>[],
  isSo: (id: string) => Promise<unknown>,
): Promise<{ state: string; calls: number }> {
  const before = await lives.calls('createacct')
  await lives.faults(faults)
  const id = await lives.order(service, configuration)
  await isSo(id)
  await lives.kill()
  await lives.faults([])
  await lives.again()
  const { state } = await lives.sees(id, ({ state }) =>
    ['succeeded', 'failed', 'attention'].includes(state),
  )
  return { state, calls: (await lives.calls('createacct')) - before }
}

describe('a process that is killed', () => {
  it('before it has sent anything: the next one carries the operation out, once', async () => {
    const reading = [{ function: 'verify_new_username', kind: 'delay', ms: 30_000, times: 1 }]
    assert.deepEqual(await killedWhile('unsent', reading, () => lives.faultsPlayed()), {
      state: 'succeeded',
      calls: 1,
    })
  })
  it('while the server works on its call: the next one reads back, and sends nothing', async () => {
    const slow = [{ function: 'createacct', kind: 'delay', ms: 2000, times: 1 }]
    assert.deepEqual(await killedWhile('sent', slow, () => lives.faultsPlayed()), {
      state: 'succeeded',
      calls: 1,
    })
  })
  it('while it reads back: the next one goes on reading, and sends nothing', async () => {
    const lost = [{ function: 'createacct', kind: 'cut_after', times: 1 }]
    const isReading = async (id: string) => {
      await lives.sees(id, ({ state }) => state === 'checking')
      await lives.faults([{ function: 'accountsummary', kind: 'delay', ms: 30_000, times: 1 }])
      await lives.faultsPlayed()
    }
    assert.deepEqual(await killedWhile('checked', lost, isReading), {
      state: 'succeeded',
      calls: 1,
    })
  })
})
