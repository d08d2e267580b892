import { PRODUCTION_TIMINGS, type Timings } from '../../bff/operations/timings.ts'

/** Every duration of a run, in milliseconds. */
export interface ChaosTimes {
  /** How long any call of ours to a WHM server is waited for. */
  readonly patience: number
  /** How long a WHM server may go on with a change after the connection is gone: its longest run. */
  readonly longestRun: number
  /** How long a process is frozen, from and to: longer than a lease. */
  readonly freeze: readonly [number, number]
  /** How long a process is left alone after its start or a freeze: two in a row would be one long one. */
  readonly rest: number
  /** How long after one deed comes the next, and after one death of the database the next. */
  readonly betweenDeeds: readonly [number, number]
  readonly betweenDatabases: readonly [number, number]
  /** How long until a planned day has come, whatever day was chosen. */
  readonly untilDue: number
  readonly timings: Timings
}

/**
 * Everything some hundred times shorter than in production, in the same order: a freeze outlasts a lease, and quarantine
 * outlasts a freeze before the call leaves, the call, and the server's longest run. Pure.
 *
 * @param scale 1 on a machine with time to spare; more where everything takes longer
 */
export function timesOf(scale: number): ChaosTimes {
  const ms = (duration: number) => Math.round(duration * scale)
  return {
    patience: ms(1000),
    longestRun: ms(2000),
    freeze: [ms(1800), ms(2500)],
    rest: ms(4000),
    betweenDeeds: [ms(2000), ms(4500)],
    betweenDatabases: [ms(10_000), ms(18_000)],
    untilDue: ms(4000),
    timings: {
      ...PRODUCTION_TIMINGS,
      lease: ms(1500),
      lease_margin: ms(1000),
      write_patience: ms(600),
      quarantine: ms(7000),
      unprovable_quarantine: ms(7000),
      proof_after: [ms(300), ms(700), ms(1200)],
      proof_every: ms(1000),
      proof_apart: ms(400),
      busy_limit: ms(60_000),
      busy_every: ms(300),
      due_every: ms(300),
      due_again: ms(1000),
      due_late: ms(60_000),
      breaker: { ...PRODUCTION_TIMINGS.breaker, apart: ms(2000), pauses: [300, 600, 1000].map(ms) },
      silent_limit: ms(20_000),
      silent_every: ms(300),
      poll: 100,
    },
  }
}

/** Milliseconds a BFF process takes to start on a machine with time to spare; it may become busier while a run lasts. */
const QUICK_START = 800
const LEAST = 1.5
const MOST = 10

/** How much slower than a machine with time to spare this one is, by the start of a process. Pure. */
export function scaleOf(start: number): number {
  return Math.min(MOST, Math.max(LEAST, start / QUICK_START))
}
