import type { Database } from '../../db/connect.ts'
import { DAY, dayOf, dayOfTenant } from '../../db/daily-use.ts'
import type { Input } from '../contract/dialect.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Message } from '../contract/text.ts'
import type { BlockingReason, ChangeAction, Situation } from '../providers/provider.ts'
import { type CountedAs, limitsOf } from '../tenants/limits.ts'

/** What a tenant may still create and delete today. */
export interface Allowance {
  /** `null` where there is no cap. */
  readonly cap: number | null
  readonly used: number
  /** When the next day begins, in milliseconds. */
  readonly resets_at: number
}

export type Allowances = Readonly<Record<CountedAs, Allowance>>

/** @returns what is left of the day of UTC that `now` is in */
export async function allowancesOf(
  db: Database,
  tenant: TenantId,
  now: number,
): Promise<Allowances> {
  const day = dayOf(now)
  const { limits, used } = await dayOfTenant(db, tenant, day)
  const caps = limitsOf(limits)
  const of = (name: CountedAs): Allowance => ({
    cap: caps[name],
    used: used[name] ?? 0,
    resets_at: (day + 1) * DAY,
  })
  return { creates: of('creates'), deletes: of('deletes') }
}

/** Accounts this input counts as: those that were confirmed where it reaches others, else the service's own. Pure. */
export function countOf(
  action: ChangeAction,
  situation: Situation,
  input: Input,
  confirmed: readonly string[] | undefined,
): number {
  if (action.counts === undefined) return 0
  const reachesOthers = action.cascades?.(situation, input) === true
  return reachesOthers ? Math.max(1, new Set(confirmed).size) : 1
}

/** Why nothing of the kind is possible any more today; `undefined` while something is. Pure. */
export function spentReason(
  { cap, used, resets_at }: Allowance,
  role: Situation['role'],
): BlockingReason | undefined {
  if (cap === null || used < cap) return undefined
  return {
    code: 'reason.daily_cap',
    params: { cap, until: resets_at },
    // Whom to ask is for staff to know.
    ...(role === 'client' ? {} : { remedy: 'remedy.daily_cap' }),
    until: resets_at,
  }
}

/** Why so many are too many for what is left; `undefined` where they are not. Pure. */
export function tooMany({ cap, used, resets_at }: Allowance, count: number): Message | undefined {
  if (cap === null || used + count <= cap) return undefined
  return used >= cap
    ? { code: 'reason.daily_cap', params: { cap, until: resets_at } }
    : { code: 'reason.daily_cap_left', params: { count, left: cap - used, until: resets_at } }
}
