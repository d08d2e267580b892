import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import type { TenantLimits } from '../tenants/limits.ts'
import type { Access } from './access.ts'
import type { RateCounter, Verdict } from './rate-counter.ts'

/** Units a request costs; `token`, `service` and `tenant` quotas are in them. */
export const COST = {
  read: 1,
  /** It is written down, and a runner goes to a server for it. */
  write: 5,
  /** A server is asked while somebody waits, or many rows are looked through. */
  expensive: 10,
} as const

/** How a request stands to its rates, and the headers that say so. */
export interface Rated {
  readonly allowed: boolean
  readonly headers: Readonly<Record<string, string>>
}

export interface RatesDeps {
  readonly clock: Clock
  readonly counter: RateCounter
  limitsOf(tenant: TenantId): TenantLimits
}

/**
 * Counts requests of verified tokens: by token, by service where the token is about one, and by tenant. Headers are
 * those of draft-ietf-httpapi-ratelimit-headers-11.
 */
export class Rates {
  readonly #deps: RatesDeps

  constructor(deps: RatesDeps) {
    this.#deps = deps
  }

  /**
   * @param service the one the request names. What the token does not reach is counted for the token alone, and looks
   *   the same
   */
  take(
    access: Pick<Access, 'tenant' | 'token'>,
    service: { readonly id: string; readonly reaches: boolean } | undefined,
    cost: number,
  ): Rated {
    const { clock, counter, limitsOf } = this.#deps
    const limits = limitsOf(access.tenant)
    const bounds = service === undefined ? WITHOUT_SERVICE : WITH_SERVICE
    const key = {
      token: access.token,
      service: service?.reaches ? `${access.tenant} ${service.id}` : `unreached by ${access.token}`,
      tenant: access.tenant,
    }
    const charges = bounds.map((bound) => ({
      key: `${bound} ${key[bound]}`,
      quota: limits[bound],
    }))
    const verdict = counter.take(clock.now(), charges, cost)
    return { allowed: verdict.allowed, headers: headersOf(bounds, limits, verdict) }
  }
}

type Bound = 'token' | 'service' | 'tenant'
const WITH_SERVICE: readonly Bound[] = ['token', 'service', 'tenant']
const WITHOUT_SERVICE: readonly Bound[] = ['token', 'tenant']

/** Said on every answer, and the same until the operator changes it. */
const policies = new WeakMap<TenantLimits, Map<readonly Bound[], string>>()

function policyOf(bounds: readonly Bound[], limits: TenantLimits): string {
  const known = policies.get(limits) ?? new Map<readonly Bound[], string>()
  const policy =
    known.get(bounds) ?? bounds.map((bound) => `"${bound}";q=${limits[bound]};w=60`).join(', ')
  known.set(bounds, policy)
  policies.set(limits, known)
  return policy
}

function headersOf(
  bounds: readonly Bound[],
  limits: TenantLimits,
  { allowed, tightest, remaining, seconds }: Verdict,
): Record<string, string> {
  return {
    'ratelimit-policy': policyOf(bounds, limits),
    ratelimit: `"${bounds[tightest] ?? 'token'}";r=${remaining};t=${seconds}`,
    ...(allowed ? {} : { 'retry-after': String(seconds) }),
  }
}
