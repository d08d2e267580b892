import type { Input } from '../../bff/contract/dialect.ts'
import type { EngineDeps } from '../../bff/operations/deps.ts'
import { type Runner, startRunner } from '../../bff/operations/runner.ts'
import type { StepHandler } from '../../bff/providers/provider.ts'
import type { Database, Statement } from '../../db/connect.ts'
import { type Scene, setScene } from '../bff/operations/scene.ts'
import { check, type Findings } from './check.ts'
import type { AcceptedOperation, ServerCall, Sight } from './history.ts'

type Open<T> = { -readonly [K in keyof T]: T[K] }
type Noted = Omit<AcceptedOperation, 'sights'> & { readonly sights: Sight[] }

/** A door a process stops at: `reached` once it stands there, `open` lets it go on. */
export interface Gate {
  readonly reached: Promise<void>
  pass(): Promise<void>
  open(): void
}

export function gate(): Gate {
  let arrive: () => void = () => undefined
  let open: () => void = () => undefined
  const reached = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    reached,
    async pass() {
      arrive()
      await opened
    },
    open,
  }
}

/** What a process of a story has for surroundings, besides what every one has. */
export interface Surroundings {
  readonly timings?: Partial<EngineDeps['timings']>
  /** Rewrites what the process writes; what is left out is not written. */
  rewrite?(statements: readonly Statement[]): readonly Statement[]
  /** Puts something around each step of the provider. */
  around?(step: StepHandler): StepHandler
}

/**
 * One small history told step by step: a frozen clock, a server in memory with a journal of its own, processes that
 * stop where they are told. Every moment is later than the one before, although the clock stands.
 */
export class Story {
  readonly scene: Scene
  readonly #calls: Open<ServerCall>[] = []
  readonly #operations = new Map<string, Noted>()
  #moments = 0
  /** Whether people remember what stood there when they asked. */
  images = false

  private constructor(scene: Scene) {
    this.scene = scene
    const { panel } = scene
    const call = panel.call.bind(panel)
    panel.call = (context, apply) => {
      const account = panel.accounts.get(context.step.account)
      const record: Open<ServerCall> = {
        server: 'panel',
        function: context.step.name,
        account: context.step.account,
        identity: account?.started_at ?? null,
        arrived_at: this.#moment(),
        carried_out_at: null,
        until: Number.POSITIVE_INFINITY,
        changed: true,
      }
      this.#calls.push(record)
      const waiting = panel.late.length
      const outcome = call(context, () => {
        record.found = panel.accounts.get(context.step.account)?.package ?? 'nothing'
        apply()
        record.carried_out_at = this.#moment()
        record.until = this.#moment()
      })
      if (panel.late.length === waiting) record.until = this.#moment()
      return outcome
    }
  }

  static async begin(): Promise<Story> {
    return new Story(await setScene())
  }

  #moment(): number {
    this.#moments += 1
    return this.scene.now + this.#moments / 1000
  }

  /** A BFF process, which moves when told. */
  process({ timings, rewrite, around }: Surroundings = {}): Runner {
    const { deps } = this.scene
    const steps = Object.entries(deps.provider.steps).map(([name, step]) => [
      name,
      around === undefined ? step : around(step),
    ])
    return startRunner(
      {
        ...deps,
        timings: { ...deps.timings, ...timings },
        provider: { ...deps.provider, steps: Object.fromEntries(steps) },
        db: rewrite === undefined ? deps.db : rewriting(deps.db, rewrite),
      },
      { automatic: false },
    )
  }

  /** A person asks; notes the operation if it was accepted. @returns its id */
  async ask(
    action: string,
    input: Input = {},
    more: Parameters<Scene['submit']>[2] = {},
  ): Promise<string | undefined> {
    const { accounts } = this.scene.panel
    const asked_at = this.#moment()
    const images = this.images
      ? { images: Object.fromEntries([...accounts].map(([name, one]) => [name, one.package])) }
      : {}
    const identities = Object.fromEntries(
      [...accounts].map(([name, one]) => [name, one.started_at]),
    )
    const done = await this.scene.submit(action, input, more)
    if (done.kind !== 'accepted') return undefined
    const { id, service } = done.operation
    const accepted_at = this.#moment()
    const noted = { id, key: id, server: 'panel', service, action, ...images, identities }
    this.#operations.set(id, { ...noted, asked_at, accepted_at, sights: [] })
    await this.look()
    return id
  }

  /** Somebody looks at every operation there is. */
  async look(): Promise<void> {
    for (const [id, { sights }] of this.#operations) {
      const asked_at = this.#moment()
      const { state } = await this.scene.operation(id)
      const steps = await this.#steps(id)
      sights.push({ asked_at, seen_at: this.#moment(), state, steps })
    }
  }

  async #steps(id: string): Promise<Sight['steps']> {
    const [result] = await this.scene.db.write([
      {
        sql: 'SELECT name, account, state FROM step WHERE operation = ? ORDER BY seq',
        args: [id],
      },
    ])
    return (result?.rows ?? []).map((row) => ({
      name: String(row.name),
      account: String(row.account),
      state: String(row.state),
    }))
  }

  /** Lets time pass in small pieces, a process looking for work at each. */
  async pass(runner: Runner, ms: number, every = 5000): Promise<void> {
    for (let passed = 0; passed < ms; passed += every) {
      this.scene.now += Math.min(every, ms - passed)
      await runner.tick()
    }
    await this.look()
  }

  /** What the server still has to do, it does now. */
  serverGoesOn(): void {
    for (const apply of this.scene.panel.late.splice(0)) apply()
  }

  /** Ends it and judges it. What nobody could carry on with is looked at by a person first. */
  async judged(): Promise<Findings> {
    await this.look()
    const findings = check({
      calls: this.#calls,
      operations: [...this.#operations.values()],
      functionOf: (step) => step,
      absolute: [],
      bound: this.scene.deps.timings.writes_per_server,
      locks: [],
      secrets: [],
      differences: [],
    })
    await this.scene.end()
    return findings
  }
}

function rewriting(
  db: Database,
  rewrite: (statements: readonly Statement[]) => readonly Statement[],
): Database {
  return {
    ...db,
    withPatience: (patience) => rewriting(db.withPatience(patience), rewrite),
    async write(statements, options) {
      const left = rewrite(statements)
      return left.length === 0 ? [] : db.write(left, options)
    },
  }
}

/** The text of a statement, whatever it was built with. */
export function textOf(statement: Statement): string {
  return 'toSQL' in statement ? statement.toSQL().sql : statement.sql
}
