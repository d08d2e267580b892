import { type Charge, RateCounter } from '../../bff/http/rate-counter.ts'
import { Rates } from '../../bff/http/rates.ts'
import { DEFAULT_LIMITS } from '../../bff/tenants/limits.ts'
import { tenantId } from '../tenant-id.ts'
import type { Cost } from './security.ts'

/** Decisions in a batch: one alone is shorter than what the clock can tell. */
const BATCH = 1_000
/** Tokens in play at once, each with a service of its own. */
const TOKENS = 5_000

async function perDecision(decide: (index: number) => unknown): Promise<number> {
  for (let i = 0; i < 20 * BATCH; i++) decide(i)
  const batches: number[] = []
  for (let batch = 0; batch < 40; batch++) {
    const began = performance.now()
    for (let i = 0; i < BATCH; i++) decide(batch * BATCH + i)
    batches.push(((performance.now() - began) * 1000) / BATCH)
  }
  return batches.sort((a, b) => a - b)[batches.length / 2] ?? Number.NaN
}

/** What counting one request against its three rates takes, with and without the headers that say so. */
export async function costOfRateLimit(): Promise<Cost[]> {
  const clock = { now: () => Date.now() }
  const limits = { ...DEFAULT_LIMITS, token: 1e7, service: 1e7, tenant: 1e9 }
  const accesses = Array.from({ length: TOKENS }, (_, at) => ({
    tenant: tenantId('ten_1'),
    token: `https://brand.example token-${at}`,
  }))
  const counter = new RateCounter()
  const charges = accesses.map(({ token, tenant }, at): Charge[] => [
    { key: `token ${token}`, quota: limits.token },
    { key: `service ${tenant} ${at}`, quota: limits.service },
    { key: `tenant ${tenant}`, quota: limits.tenant },
  ])
  const alone = await perDecision((i) => counter.take(clock.now(), charges[i % TOKENS] ?? [], 1))
  const rates = new Rates({ clock, counter: new RateCounter(), limitsOf: () => limits })
  const services = accesses.map((_, at) => ({ id: String(at), reaches: true }))
  const whole = await perDecision((i) => {
    const access = accesses[i % TOKENS]
    return access === undefined ? undefined : rates.take(access, services[i % TOKENS], 1)
  })
  return [
    { name: 'counting a request against its rates', value: alone },
    { name: 'the same with its headers', value: whole },
  ]
}
