import { z } from 'zod'
import { isGuardFailed } from '../../db/connect.ts'
import {
  type Claim,
  claimsSelected,
  dueCheckClaimed,
  expiredTakenBack,
  oldestQueuedClaimed,
  quarantinedLocksReleased,
} from '../../db/operations.ts'
import { advance } from './advance.ts'
import type { EngineDeps } from './deps.ts'
import { dueLook } from './due-look.ts'
import { giveBack } from './give-back.ts'

const claimedSchema = z.array(z.object({ id: z.string(), owner: z.string(), fence: z.number() }))

/** The part of the engine that carries operations out. */
export interface Runner {
  /** Looks for work once, and waits until all it found has been taken as far as it goes. */
  tick(): Promise<void>
  /** Claims nothing more, gives back what nothing was sent for, and waits for the calls that are under way. */
  stop(): Promise<void>
}

export interface RunnerOptions {
  /** Whether to look for work on a timer; tests drive `tick` instead. */
  readonly automatic: boolean
  /** How many operations at a time in this process; 16 unless told. */
  readonly concurrency?: number
}

/** Starts carrying operations out. Several processes may do so on one database. */
export function startRunner(deps: EngineDeps, options: RunnerOptions): Runner {
  const owner = crypto.randomUUID()
  const concurrency = options.concurrency ?? 16
  const lookForDue = dueLook(deps)
  const { db } = deps
  // Longer than others: what was sent must not be read back for want of an answer of our own database.
  const patient = { ...deps, db: db.withPatience(deps.timings.write_patience) }
  let claims = 0
  const underWay = new Set<Promise<void>>()
  const held = new Set<Claim>()
  let looking: Promise<void> = Promise.resolve()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  /** Takes what is due to be read back, and what may start: at most one of each. */
  async function claim(): Promise<Claim[]> {
    const now = deps.clock.now()
    const lease_until = now + deps.timings.lease
    claims += 1
    const owners = [`${owner}.${claims}c`, `${owner}.${claims}q`] as const
    const results = await db.write([
      dueCheckClaimed(owners[0], now, lease_until),
      oldestQueuedClaimed(owners[1], now, lease_until, deps.timings.writes_per_server),
      claimsSelected(owners),
    ])
    return claimedSchema.parse(results.at(-1)?.rows)
  }

  async function work(claim: Claim): Promise<void> {
    held.add(claim)
    try {
      await (stopped ? giveBack(deps, claim) : advance(patient, claim, () => stopped))
    } catch (error) {
      // A lost fence means somebody else goes on with it; anything else is left to the lease.
      if (!isGuardFailed(error)) deps.report(error, `operation ${claim.id}`)
    } finally {
      held.delete(claim)
    }
  }

  async function look(): Promise<void> {
    await db.write([
      ...expiredTakenBack(deps.clock.now()),
      quarantinedLocksReleased(deps.clock.now()),
    ])
    await lookForDue()
    while (!stopped && underWay.size < concurrency) {
      const claimed = await claim()
      if (claimed.length === 0) return
      for (const held of claimed) {
        const task = work(held).finally(() => underWay.delete(task))
        underWay.add(task)
      }
    }
  }

  async function poll(): Promise<void> {
    looking = look().catch((error: unknown) => deps.report(error, 'looking for work'))
    await looking
    if (!stopped) timer = setTimeout(() => void poll(), deps.timings.poll)
  }
  if (options.automatic) void poll()

  return {
    async tick() {
      await look()
      await Promise.all(underWay)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      const giving = [...held].map((claim) =>
        giveBack(deps, claim).catch((error: unknown) =>
          deps.report(error, `operation ${claim.id} could not be given back`),
        ),
      )
      await looking
      await Promise.all([...giving, ...underWay])
    },
  }
}
