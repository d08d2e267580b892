import { claimsSelected, queuedClaimed } from '../../db/claims.ts'
import { guarded, openDatabase } from '../../db/connect.ts'
import { heldOperationChanged } from '../../db/operations.ts'
import { inventedProvider } from '../bff/operations/invented-provider.ts'
import { bound, type Scene, setScene } from '../bff/operations/scene.ts'
import { startSqld } from '../sqld.ts'
import { tenantId } from '../tenant-id.ts'
import { type Figure, figure, percentile, timed } from './measure.ts'

const N = 200

/** Where operations are kept: a file of this process, or a libSQL server on this machine, over HTTP. */
export type Where = 'file' | 'sqld'

/** A scene on an empty database there. */
export async function sceneOn(where: Where): Promise<Scene> {
  if (where === 'file') return setScene()
  const server = await startSqld()
  const scene = await setScene(inventedProvider, await openDatabase({ url: server.url }))
  const end = async () => {
    await scene.end()
    await server.stop()
  }
  return new Proxy(scene, {
    get: (target, name) => (name === 'end' ? end : Reflect.get(target, name, target)),
  })
}

/** Operations per second through the whole engine, beside the two writes that claim and finish one. */
export async function operationsPerSecond(where: Where): Promise<Figure> {
  const scene = await sceneOn(where)
  await bound(scene, 'bob')
  const through = await timed(N, async (i) => {
    await scene.take('repack', { package: `p${i}` })
    await scene.runner.tick()
  })
  await scene.end()

  const bare = await sceneOn(where)
  await bound(bare, 'bob')
  const sql = await timed(N, async (i) => {
    await bare.take('repack', { package: `q${i}` })
    const owner = `bench ${i}`
    const results = await bare.db.write([
      ...queuedClaimed({ owner, now: bare.now, lease_until: bare.now + 60_000 }, 4),
      claimsSelected([owner]),
    ])
    const row = results.at(-1)?.rows[0]
    await bare.db.write([
      heldOperationChanged(
        { tenant: tenantId('ten_1'), id: String(row?.id), fence: Number(row?.fence), owner },
        bare.now,
        ['leased'],
        { state: 'succeeded' },
      ),
      ...guarded(),
    ])
  })
  await bare.end()
  const rate = (times: readonly number[]) => (1000 * times.length) / times.reduce((a, b) => a + b)
  return figure(
    `operations through the engine, ${where}`,
    'per second',
    rate(through),
    'submit, bare claim and finish',
    rate(sql),
  )
}

/** Time to the answer of a submit while operations wait and the server takes its time; beside one with nothing waiting. */
export async function timeToAccepted(where: Where): Promise<Figure> {
  const quiet = await sceneOn(where)
  for (let i = 0; i < N; i++) await bound(quiet, `u${i}`)
  const alone = await timed(N, async (i) => {
    const id = await quiet.take('repack', { package: 'large' }, { service: `u${i}` })
    await quiet.db.write([
      { sql: `UPDATE operation SET state = 'cancelled' WHERE id = ?`, args: [id] },
    ])
  })
  await quiet.end()

  const busy = await sceneOn(where)
  for (let i = 0; i < 2 * N; i++) await bound(busy, `u${i}`)
  for (let i = 0; i < N; i++) await busy.take('repack', { package: 'large' }, { service: `u${i}` })
  const waiting = await timed(N, (i) =>
    busy.take('repack', { package: 'large' }, { service: `u${N + i}` }),
  )
  await busy.end()
  return figure(
    `p95 of accepting an operation, 200 waiting, ${where}`,
    'ms',
    percentile(waiting, 0.95),
    'nothing waiting, with one more write',
    percentile(alone, 0.95),
  )
}
