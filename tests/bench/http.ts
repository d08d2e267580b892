import { verify } from '../../bff/auth/verify.ts'
import { openFront } from '../bff/http/front.ts'
import { bound } from '../bff/operations/scene.ts'
import { type Figure, figure, percentile, timed } from './measure.ts'

const N = 500

/** What a token's verification takes of a read of a service's actions; the panel answers from memory. */
export async function costOfToken(): Promise<Figure> {
  const front = await openFront()
  await bound(front.scene, 'bob')
  const token = await front.token()
  const whole = await timed(N, async () => {
    const response = await front.ask('GET', '/services/bob/fields', { token })
    await response.text()
  })
  const alone = await timed(N, () =>
    verify(front.auth, {
      authorization: `Bearer ${token}`,
      in_query: false,
      origin: undefined,
    }),
  )
  await front.end()
  return figure(
    'verifying a token, p50',
    'ms',
    percentile(alone, 0.5),
    'a whole read of fields, p50',
    percentile(whole, 0.5),
  )
}
