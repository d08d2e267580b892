import { verify } from '../../bff/auth/verify.ts'
import { openFront } from '../bff/http/front.ts'
import { type Figure, figure, percentile, timed } from './measure.ts'
import type { Rig } from './rig.ts'
import { costOfChain } from './security-chain.ts'
import { costOfRateLimit } from './security-limits.ts'
import { costOfVault } from './security-vault.ts'

/** What a part of security takes, in microseconds. */
export interface Cost {
  readonly name: string
  readonly value: number
  /** What it is a share of: a whole request, unless told. */
  readonly of?: { readonly name: string; readonly value: number }
}

const WARM = 300
const N = 1000

/** Median microseconds of a run. */
export async function microseconds(run: (index: number) => Promise<unknown>): Promise<number> {
  await timed(WARM, run)
  return 1000 * percentile(await timed(N, run), 0.5)
}

/** A parser's, a signature's and a grant's work on one good token. */
async function costOfVerification(): Promise<Cost[]> {
  const front = await openFront()
  const authorization = `Bearer ${await front.token()}`
  const value = await microseconds(() =>
    verify(front.auth, { authorization, in_query: false, origin: undefined }),
  )
  await front.end()
  return [{ name: 'verifying a token', value }]
}

/** Each part of what security costs, in microseconds: medians, but for what is said to be among many. */
const PARTS: readonly (() => Promise<Cost[]>)[] = [
  costOfVerification,
  costOfVault,
  costOfRateLimit,
  costOfChain,
]

/**
 * What security costs, each part in microseconds and, as its ratio, as a share of one whole request: a read of a
 * service's fields over HTTP from a process of its own, measured in the same run; or of what the part says itself.
 */
export async function costOfSecurity(rig: Rig): Promise<Figure[]> {
  await rig.ask('PUT', '/services/security', { domain: 'security.example' })
  const value = await microseconds(() => rig.ask('GET', '/services/security/fields'))
  const request = { name: 'a whole request, p50', value }
  const figures: Figure[] = []
  for (const part of PARTS)
    for (const { name, value, of = request } of await part())
      figures.push(figure(`security: ${name}`, 'µs', value, of.name, of.value))
  return figures
}
