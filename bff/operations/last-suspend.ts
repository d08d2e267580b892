import { z } from 'zod'
import type { StepRow } from '../../db/operations.ts'
import type { ServiceChange, Situation } from '../providers/provider.ts'

/** What is kept with a service of the suspension made for it: what unsuspend lifts, and no more. */
export const lastSuspendSchema = z.object({
  accounts: z.array(z.string()),
  client_text: z.string().nullable().default(null),
  reason: z.string().nullable().default(null),
}) satisfies z.ZodType<NonNullable<Situation['last_suspend']>>

/** As it is stored. Pure. */
export function lastSuspend(accounts: readonly string[], change: ServiceChange): string {
  return JSON.stringify({
    accounts,
    client_text: change.client_text ?? null,
    reason: change.suspend_reason ?? null,
  })
}

/** Whether a step had its effect, in this operation or in the one it goes on with; one that found nothing to do had none. Pure. */
export function hadEffect({ state, attempt }: Pick<StepRow, 'state' | 'attempt'>): boolean {
  return state === 'succeeded' || (state === 'skipped' && attempt > 0)
}
