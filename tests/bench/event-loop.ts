import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startRunner } from '../../bff/operations/runner.ts'
import { bound } from '../bff/operations/scene.ts'
import { sceneOn, type Where } from './engine.ts'
import { type Figure, figure } from './measure.ts'

const N = 100
/** People who submit at the same time. */
const PEOPLE = 10
/** Milliseconds between two looks at the clock: what a free loop is late by is about as long. */
const RESOLUTION = 5

async function p99During(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  delay.enable()
  await work()
  delay.disable()
  return delay.percentile(99) / 1e6
}

/**
 * How late timers of the process are while so many operations are submitted and carried out together; beside the same
 * process with a runner that finds nothing to do.
 */
export async function eventLoopDelay(where: Where): Promise<Figure> {
  const scene = await sceneOn(where)
  const names = Array.from({ length: N }, (_, i) => `u${i}`)
  for (const name of names) await bound(scene, name)
  const timings = { ...scene.deps.timings, poll: 10, writes_per_server: 16 }
  const runner = startRunner({ ...scene.deps, timings }, { automatic: true })
  const unfinished = async () => {
    const rows = await scene.db.orm.all("SELECT 1 FROM operation WHERE state <> 'succeeded'")
    return rows.length
  }
  const idle = await p99During(() => new Promise((resolve) => setTimeout(resolve, 2000)))
  const busy = await p99During(async () => {
    const left = [...names]
    const person = async () => {
      for (let service = left.pop(); service !== undefined; service = left.pop())
        await scene.take('repack', { package: 'huge' }, { service })
    }
    await Promise.all(Array.from({ length: PEOPLE }, person))
    while ((await unfinished()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  })
  await runner.stop()
  await scene.end()
  return figure(
    `event-loop delay while ${N} operations are carried out, ${where}, p99`,
    'ms',
    busy,
    'an idle runner',
    idle,
  )
}
