import type { Silent } from '../providers/server-line.ts'
import type { Timings } from './timings.ts'

/** What an operation is claimed for: a read-back that is due, or to be carried out. */
export type Kind = 'check' | 'queued'

/** One operation a runner is at work on. */
export interface UnderWay {
  readonly kind: Kind
  readonly server: string
}

/** What one look for work has learnt so far. */
export interface Look {
  /** Kinds nothing was found of. */
  readonly dry: ReadonlySet<Kind>
  /** Silent servers it has claimed something of. */
  readonly tried: ReadonlySet<string>
}

/** What may be claimed: of each kind the servers that are passed over, or that there is no room for it. */
export type Room = Readonly<Record<Kind, readonly string[] | 'none'>>

/** The share of its places a runner gives to one kind of work at most. */
const MOST = 3 / 4

/**
 * What a runner may claim now, so that neither a server that hangs nor one kind of work fills it. Pure.
 *
 * A server that does not answer is passed over by queued work until it is tried again; then one claim of a look tries.
 * When it has been silent for longer than anything waits, its operations are claimed again, to be told so. Read-backs of a
 * silent server are claimed all the same: they cost no call, and quarantine ends whether it answers or not.
 *
 * @param concurrency places of this runner
 */
export function roomFor(
  underWay: Iterable<UnderWay>,
  silent: readonly Silent[],
  { dry, tried }: Look,
  concurrency: number,
  timings: Pick<Timings, 'checks_per_server' | 'silent_limit'>,
  now: number,
): Room {
  const all = [...underWay]
  const checked = all.filter(({ kind }) => kind === 'check').map(({ server }) => server)
  const most = Math.max(1, Math.ceil(concurrency * MOST))
  const places = concurrency - all.length
  const canCheck = places > 0 && !dry.has('check') && checked.length < most
  const canQueue = places > 0 && !dry.has('queued') && all.length - checked.length < most
  // The last place goes to the kind that has fewer.
  const oneOnly = places === 1 && canCheck && canQueue
  const fewerChecks = checked.length <= all.length - checked.length
  const full = checked.filter(
    (server, at) =>
      checked.indexOf(server) === at &&
      checked.filter((other) => other === server).length >= timings.checks_per_server,
  )
  const passed = silent.filter(({ server, since, until }) =>
    until === undefined ? tried.has(server) : now - since < timings.silent_limit,
  )
  return {
    check: canCheck && !(oneOnly && !fewerChecks) ? full : 'none',
    queued: canQueue && !(oneOnly && fewerChecks) ? passed.map(({ server }) => server) : 'none',
  }
}
