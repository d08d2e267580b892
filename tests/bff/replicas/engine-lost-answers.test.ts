import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startRunner } from '../../../bff/operations/runner.ts'
import { openDatabase } from '../../../db/connect.ts'
import { type Loss, type LossyProxy, startLossyProxy } from '../../lossy-proxy.ts'
import { type Sqld, startSqld } from '../../sqld.ts'
import { inventedProvider } from '../operations/invented-provider.ts'
import { bound, ordered, type Scene, setScene } from '../operations/scene.ts'

const MINUTE = 60_000
/** More batches than any of these operations writes. */
const MANY = 40

let server: Sqld
let proxy: LossyProxy
let scene: Scene
let names = 0

before(async () => {
  server = await startSqld()
  proxy = await startLossyProxy(server.url)
  const db = await openDatabase({ url: proxy.url, deadline: 400, patience: 500 })
  scene = await setScene(inventedProvider, db)
})
after(async () => {
  proxy.mend()
  await scene.end()
  await proxy.stop()
  await server.stop()
})

/** What is asked for: one call, several, one that binds an account, one that unbinds it, one that nobody can prove. */
const WORK: readonly {
  readonly what: string
  readonly calls: number
  readonly provable: boolean
  /** How one answer is lost. What is told apart in the database's own tests need not be for every kind of work. */
  readonly losses: readonly Loss[]
  take(service: string): Promise<string>
}[] = [
  {
    what: 'a change of one account',
    calls: 1,
    provable: true,
    losses: ['unsent', 'lost', 'half', 'silent', 'gateway'],
    async take(service) {
      await bound(scene, service)
      return scene.take('repack', { package: 'huge' }, { service })
    },
  },
  {
    what: 'a cascade over two accounts',
    calls: 2,
    provable: true,
    losses: ['unsent', 'lost'],
    async take(service) {
      await bound(scene, service)
      scene.panel.add(`${service}sub`, { owner: service })
      return scene.take('freeze', { all: true }, { service })
    },
  },
  {
    what: 'an account that is made',
    calls: 2,
    provable: true,
    losses: ['unsent', 'lost'],
    async take(service) {
      await ordered(scene, service)
      return scene.take('found', { username: service }, { service })
    },
  },
  {
    what: 'a change that nobody can read back',
    calls: 1,
    provable: false,
    losses: ['unsent', 'lost'],
    async take(service) {
      await bound(scene, service)
      return scene.take('whisper', { password: 'Copper-Lantern-77-Ridge' }, { service })
    },
  },
]

const isWrite = (body: string) => body.includes('BEGIN IMMEDIATE')

function runner(write_patience: number) {
  const timings = { ...scene.deps.timings, write_patience }
  return startRunner({ ...scene.deps, timings }, { automatic: false })
}

const callsFor = (service: string) =>
  scene.panel.calls.filter(({ account }) => account === service || account === `${service}sub`)

/** Runs the work once for each of its writes, and loses that one. @returns what came of it, write by write */
async function losingOnce(work: (typeof WORK)[number], loss: Loss) {
  const outcomes: { state: string; calls: number }[] = []
  for (let nth = 1; nth < MANY; nth++) {
    const service = `s${names++}`
    const id = await work.take(service)
    let left = nth
    proxy.lose((body) => {
      if (!isWrite(body)) return undefined
      left -= 1
      return left === 0 ? loss : undefined
    })
    await runner(3000).tick()
    proxy.mend()
    outcomes.push({
      state: (await scene.operation(id)).state,
      calls: callsFor(service).length,
    })
    if (left > 0) return outcomes
  }
  throw new Error('the walk did not come to an end')
}

/** The same, with everything lost from that write on until the runner has given up; then the database is back. */
async function losingOn(work: (typeof WORK)[number], loss: Loss) {
  const outcomes: { state: string; calls: number }[] = []
  for (let nth = 1; nth < MANY; nth++) {
    const service = `s${names++}`
    const id = await work.take(service)
    let left = nth
    proxy.lose((body) => {
      if (isWrite(body)) left -= 1
      return left <= 0 ? loss : undefined
    })
    await runner(50)
      .tick()
      .catch(() => undefined)
    proxy.mend()
    for (let minute = 0; minute < 40; minute++) {
      scene.now += MINUTE
      // On a busy machine an answer may be late once more; a runner looks again.
      await scene.runner.tick().catch(() => undefined)
      const { state } = await scene.operation(id)
      if (['succeeded', 'failed', 'attention'].includes(state)) break
    }
    outcomes.push({
      state: (await scene.operation(id)).state,
      calls: callsFor(service).length,
    })
    if (left > 0) return outcomes
  }
  throw new Error('the walk did not come to an end')
}

for (const work of WORK) {
  describe(`${work.what}, on a database that loses an answer`, () => {
    for (const loss of work.losses)
      it(`is done at once, and once, whichever of its writes is ${loss}`, async () => {
        const outcomes = await losingOnce(work, loss)
        const { calls } = work
        assert.deepEqual(
          outcomes,
          outcomes.map(() => ({ state: 'succeeded', calls })),
        )
      })
  })

  describe(`${work.what}, on a database that is gone from one of its writes on`, () => {
    for (const loss of ['unsent', 'lost'] as const)
      it(`is never called failed, and never done twice, when all is ${loss}`, async () => {
        const outcomes = await losingOn(work, loss)
        const { calls, provable } = work
        assert.deepEqual(
          outcomes.filter(
            (outcome) =>
              !(outcome.state === 'succeeded' && outcome.calls === calls) &&
              !(!provable && outcome.state === 'attention' && outcome.calls <= calls),
          ),
          [],
        )
      })
  })
}
