import { Pool } from 'undici'
import { type Figure, figure, percentile, timed } from './measure.ts'
import type { Rig } from './rig.ts'

const N = 300
/** Milliseconds in which a submit must be answered while WHM sleeps, p95 (DESIGN §11). */
const BUDGET = 50

/** Registers services that have no account, and orders one for each. @returns milliseconds of each `202` */
async function orders(rig: Rig, prefix: string): Promise<number[]> {
  const names = Array.from({ length: N }, (_, i) => `${prefix}${i}`)
  for (const name of names)
    await rig.ask('PUT', `/services/${name}`, {
      configuration: rig.configuration,
      domain: `${name}.example`,
      package: 'starter',
    })
  const pool = new Pool(rig.bff, { connections: 1 })
  const times = await timed(N, async (i) => {
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
