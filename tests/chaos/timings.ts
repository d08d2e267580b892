import { PRODUCTION_TIMINGS, type Timings } from '../../bff/operations/timings.ts'

/** Milliseconds any call of ours to the server is waited for. */
export const PATIENCE = 1000
/** Milliseconds the server may go on with a change after the connection is gone: its longest run. */
export const LONGEST_RUN = 2000
/** Milliseconds until a planned day has come, whatever day was chosen. */
export const UNTIL_DUE = 4000
/** Milliseconds a process is frozen: longer than a lease. */
export const FREEZE = [1800, 2500] as const

/**
 * Everything some hundred times shorter, in the same order: a freeze outlasts a lease, and quarantine outlasts a freeze
 * before the call leaves, the call, and the server's longest run.
 */
export const CHAOS_TIMINGS: Timings = {
  ...PRODUCTION_TIMINGS,
  lease: 1500,
  lease_margin: 1000,
  quarantine: 7000,
  unprovable_quarantine: 7000,
  proof_after: [300, 700, 1200],
  proof_every: 1000,
  proof_apart: 400,
  busy_limit: 60_000,
  busy_every: 300,
  due_every: 300,
  due_again: 1000,
  due_late: 60_000,
  breaker: { ...PRODUCTION_TIMINGS.breaker, apart: 2000, pauses: [300, 600, 1000] },
  silent_limit: 20_000,
  silent_every: 300,
  poll: 100,
}
