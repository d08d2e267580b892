import type { Wanted } from './execute.ts'
import type { Params } from './function.ts'
import { masked } from './journal.ts'
import type { World } from './world.ts'

/**
 * A call of a function that may change something, from its arrival until nothing of it runs any more: the truth about
 * what was done, whoever heard of it. Times are milliseconds since the epoch.
 */
export interface ChangeRecord {
  readonly function: string
  /** The account the call names; `null` when it names none. */
  readonly account: string | null
  /** Number of the account that stood under that name, or that the call made; `null` when there was none. */
  readonly uid: number | null
  /** Passwords, tokens and sessions are masked. */
  readonly params: Readonly<Record<string, string | readonly string[]>>
  /** When the whole request was there. */
  readonly arrived_at: number
  /** When the function was carried out; `null` when it was not, or refused. */
  readonly carried_out_at: number | null
  /** When the answer was given, the connection cut, or the function carried out, whichever was last. */
  readonly until: number
  /** Whether anything on the server became another. */
  readonly changed: boolean
  /** HTTP status of the answer; `null` when there was none. */
  readonly status: number | null
  readonly reason: string | null
  /** Kind of the fault that was played. */
  readonly fault: string | null
}

/** How far a call got, before its end is known. */
export type Handled = Pick<ChangeRecord, 'arrived_at' | 'status' | 'reason' | 'fault'> & {
  /** The connection is gone, the change is still to come. */
  readonly pending: boolean
}

interface CarriedOut {
  readonly at: number
  readonly changed: boolean
}

/** Puts together what is known of each changing call, and tells it once nothing more can come of it. */
export class Changes {
  readonly #tell: (record: ChangeRecord) => void
  readonly #carried = new Map<Wanted, CarriedOut>()
  readonly #uids = new Map<Wanted, number | null>()
  readonly #pending = new Map<Wanted, Handled>()

  constructor(tell: (record: ChangeRecord) => void) {
    this.#tell = tell
  }

  /** A function is about to run. */
  begins(world: World, wanted: Wanted): void {
    this.#uids.set(wanted, uidOf(world, wanted))
  }

  /** A function has run; a change that was waited for is told now. */
  ran(world: World, wanted: Wanted, done: CarriedOut | undefined, now: number): void {
    if (done !== undefined) this.#carried.set(wanted, done)
    this.#uids.set(wanted, this.#uids.get(wanted) ?? uidOf(world, wanted))
    const handled = this.#pending.get(wanted)
    if (handled !== undefined) this.#finish(wanted, handled, now)
  }

  /** A call has been answered or cut. */
  handled(world: World, wanted: Wanted, handled: Handled, now: number): void {
    if (!this.#uids.has(wanted)) this.begins(world, wanted)
    if (handled.pending) this.#pending.set(wanted, handled)
    else this.#finish(wanted, handled, now)
  }

  #finish(wanted: Wanted, handled: Handled, now: number): void {
    const carried = this.#carried.get(wanted)
    this.#tell({
      function: wanted.name,
      account: accountOf(wanted.params) ?? null,
      uid: this.#uids.get(wanted) ?? null,
      params: masked(wanted.params),
      arrived_at: handled.arrived_at,
      carried_out_at: carried?.at ?? null,
      until: now,
      changed: carried?.changed ?? false,
      status: handled.status,
      reason: handled.reason,
      fault: handled.fault,
    })
    this.#carried.delete(wanted)
    this.#uids.delete(wanted)
    this.#pending.delete(wanted)
  }
}

function uidOf(world: World, { params }: Wanted): number | null {
  const account = accountOf(params)
  return account === undefined ? null : (world.accounts[account]?.uid ?? null)
}

/** The account a call is about, however its function names the parameter. */
function accountOf(params: Params): string | undefined {
  return ['user', 'username', 'reseller'].flatMap(
    (name) => params.get(name)?.toLowerCase() ?? [],
  )[0]
}
