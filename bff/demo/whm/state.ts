import { type ChangeRecord, Changes, type Handled } from './changes.ts'
import { Chaos } from './chaos.ts'
import { type Executed, execute, type Functions, type Wanted } from './execute.ts'
import { Faults } from './faults.ts'
import { Journal } from './journal.ts'
import { saveWorld } from './state-file.ts'
import type { World } from './world.ts'

/** A running server's memory: the world, kept on disk after each change, and what the control address steers. */
export class WhmState {
  readonly world: World
  readonly functions: Functions
  readonly clock: () => number
  readonly journal = new Journal()
  readonly faults = new Faults()
  readonly chaos = new Chaos()
  readonly #changes: Changes
  readonly #directory: string | undefined
  readonly #fresh: () => World
  readonly #waiting = new Map<() => void, NodeJS.Timeout | undefined>()
  readonly #failedLogins = new Map<string, number>()
  #minute = { start: 0, calls: 0 }

  constructor(options: {
    readonly world: World
    readonly functions: Functions
    readonly clock: () => number
    readonly directory: string | undefined
    readonly fresh: () => World
    readonly told: (record: ChangeRecord) => void
  }) {
    this.world = options.world
    this.functions = options.functions
    this.clock = options.clock
    this.#directory = options.directory
    this.#fresh = options.fresh
    this.#changes = new Changes(options.told)
    this.save()
  }

  /** Unix seconds. */
  now(): number {
    return Math.floor(this.clock() / 1000)
  }

  /** Runs a call and keeps what it changed before anybody hears of it. */
  run(wanted: Wanted): Executed {
    const follow = this.changes(wanted.name)
    if (follow) this.#changes.begins(this.world, wanted)
    const executed = execute(this.functions, this.world, wanted)
    if (executed.changed) this.save()
    const { carried_out, changed } = executed
    const at = this.clock()
    if (follow) this.#changes.ran(this.world, wanted, carried_out ? { at, changed } : undefined, at)
    return executed
  }

  /** Whether a function may change something. */
  changes(name: string): boolean {
    return this.functions.get(name)?.changes === true
  }

  /** A call that may change something was answered or cut. */
  handled(wanted: Wanted, handled: Handled): void {
    this.#changes.handled(this.world, wanted, handled, this.clock())
  }

  save(): void {
    if (this.#directory !== undefined) saveWorld(this.#directory, this.world)
  }

  /** Puts another world in place of this one; everybody's reference stays good. */
  replaceWorld(world: World): void {
    this.#failedLogins.clear()
    Object.assign(this.world, world)
    this.save()
  }

  /** Back to the world a new server starts with. */
  reset(): void {
    this.replaceWorld(this.#fresh())
  }

  /** Makes a change later: after `ms`, or on `release`, whichever comes first. */
  later(change: () => void, ms: number | undefined): void {
    const once = () => {
      clearTimeout(this.#waiting.get(once))
      if (this.#waiting.delete(once)) change()
    }
    this.#waiting.set(once, ms === undefined ? undefined : setTimeout(once, ms))
  }

  /** Makes every waiting change now; tells how many. */
  release(): number {
    const waiting = [...this.#waiting.keys()]
    for (const change of waiting) change()
    return waiting.length
  }

  /** Forgets the changes that wait. */
  stop(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
  }

  /** Counts a call; `false` when there were too many in this minute. */
  admits(): boolean {
    const { rate_limit: most } = this.world.settings
    const start = Math.floor(this.clock() / 60_000)
    if (this.#minute.start !== start) this.#minute = { start, calls: 0 }
    this.#minute.calls += 1
    return most === null || this.#minute.calls <= most
  }

  /** Whether so many logins failed that nobody gets in under this name. */
  lockedOut(user: string): boolean {
    const { lockout_after: most } = this.world.settings
    return most !== null && (this.#failedLogins.get(user) ?? 0) >= most
  }

  countLogin(user: string, good: boolean): void {
    if (good) this.#failedLogins.delete(user)
    else this.#failedLogins.set(user, (this.#failedLogins.get(user) ?? 0) + 1)
  }
}
