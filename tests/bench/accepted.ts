import { Pool } from 'undici'
import { type Figure, figure, percentile, timed } from './measure.ts'
import type { Rig } from './rig.ts'

const N = 300
/** Milliseconds in which a submit must be answered while WHM sleeps, p95 (DESIGN §11). */
const BUDGET = 50

/** Registers services that have no account, and orders one for each. @returns milliseconds of each `202` */
async function orders(rig: Rig, prefix: string, count = N): Promise<number[]> {
  const names = Array.from({ length: count }, (_, i) => `${prefix}${i}`)
  for (const name of names)
    await rig.ask('PUT', `/services/${name}`, {
      configuration: rig.configuration,
      domain: `${name}.example`,
      package: 'starter',
    })
  const pool = new Pool(rig.bff, { connections: 1 })
  const times = await timed(count, async (i) => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `/v1/services/${names[i]}/actions/create`,
      headers: {
        authorization: `Bearer ${rig.token}`,
        'content-type': 'application/json',
        'idempotency-key': `bench-${names[i]}`,
      },
      body: JSON.stringify({ input: { domain: `${names[i]}.example`, package: 'starter' } }),
    })
    const text = await body.text()
    if (statusCode !== 202) throw new Error(`${names[i]}: ${statusCode} ${text}`)
  })
  await pool.close()
  return times
}

/** How long a submit waits for its `202` over HTTP: while the server never answers, beside while it does. */
export async function acceptedWhileAsleep(rig: Rig): Promise<Figure[]> {
  const awake = await orders(rig, 'awake')
  await rig.faults([{ kind: 'hang', function: 'createacct' }])
  const asleep = await orders(rig, 'asleep')
  const p95 = percentile(asleep, 0.95)
  return [
    ...[0.5, 0.95].map((share) =>
      figure(
        `an operation accepted while WHM sleeps, p${share * 100}`,
        'ms',
        percentile(asleep, share),
        'while WHM answers',
        percentile(awake, share),
      ),
    ),
    figure('an operation accepted while WHM sleeps, p95', 'ms', p95, 'budget', BUDGET),
  ]
}

/** Operations that wait for a server that never answers. */
const WAITING = 200
const MEASURED = 100

/** How long a submit waits for its `202` over HTTP when so many operations wait already; beside none. */
export async function acceptedWhileManyWait(rig: Rig, where: string): Promise<Figure[]> {
  await rig.faults([{ kind: 'hang', function: 'createacct' }])
  const first = await orders(rig, 'first', MEASURED)
  await orders(rig, 'waiting', WAITING - MEASURED)
  const later = await orders(rig, 'later', MEASURED)
  const p95 = percentile(later, 0.95)
  const name = `an operation accepted over HTTP, ${WAITING} waiting, ${where}, p95`
  return [
    figure(name, 'ms', p95, 'the first ones', percentile(first, 0.95)),
    figure(name, 'ms', p95, 'budget', BUDGET),
  ]
}
